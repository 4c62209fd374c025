#include "crash/crash_oracle.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "app/document_record.h"
#include "app/open_segment.h"

namespace cairn::testing {

void CrashOracle::read(const std::filesystem::path& log) {
  std::ifstream file(log);
  file.seekg(static_cast<std::streamoff>(read_bytes_));
  std::string line;
  while (std::getline(file, line) && !file.eof()) {
    read_bytes_ += line.size() + 1;
    std::istringstream fields(line);
    std::string kind;
    fields >> kind;
    if (kind == "try") {
      std::uint64_t number = 0;
      std::string document, content;
      fields >> number >> document >> content;
      operations_[number] = {
          .document = document, .content = content == "-" ? std::nullopt : Content(std::stoull(content)), .task = {}};
      next_operation_ = std::max(next_operation_, number + 1);
    } else if (kind == "ok") {
      std::uint64_t number = 0;
      std::string task;
      fields >> number >> task;
      operations_[number].task = task;
      operations_[number].acknowledged = true;
      ++acknowledged_;
    } else if (kind == "done") {
      std::string task;
      fields >> task;
      for (auto& [number, operation] : operations_)
        if (operation.task == task) operation.done = true;
    }
  }
}

/// May hold the content of the last operation that is acknowledged or done (`since`), or of any later one.
std::string CrashOracle::compare(const std::map<std::string, std::uint64_t>& live, const std::string& document,
                                 bool Operation::* since) const {
  const auto settled = settled_.find(document);
  std::set<Content> allowed{settled == settled_.end() ? std::nullopt : settled->second};
  for (const auto& [number, operation] : operations_) {
    if (operation.document != document) continue;
    if (operation.*since) allowed.clear();
    allowed.insert(operation.content);
  }
  const auto found = live.find(document);
  const Content actual = found == live.end() ? std::nullopt : Content(found->second);
  if (allowed.contains(actual)) return {};
  const auto name = [](const Content& content) { return content ? "content " + std::to_string(*content) : "nothing"; };
  std::string text = document + " holds " + name(actual) + " instead of";
  for (const Content& content : allowed) text += " " + name(content) + ",";
  return text + "\n";
}

std::string CrashOracle::check_after_kill(const std::map<std::string, std::uint64_t>& live) const {
  std::set<std::string> documents;
  for (const auto& [number, operation] : operations_) documents.insert(operation.document);
  for (const auto& [document, content] : settled_) documents.insert(document);
  for (const auto& [document, content] : live) documents.insert(document);
  std::string problems;
  for (const std::string& document : documents) problems += compare(live, document, &Operation::done);
  return problems;
}

std::string CrashOracle::check_when_idle(const std::map<std::string, std::uint64_t>& live,
                                         const std::vector<std::string>& given_up) {
  std::string problems = check_after_kill(live);
  for (const auto& [number, operation] : operations_)
    if (std::ranges::find(given_up, operation.document) == given_up.end())
      problems += compare(live, operation.document, &Operation::acknowledged);
  operations_.clear();
  settled_.clear();
  for (const auto& [document, content] : live) settled_[document] = content;
  return problems;
}

std::map<std::string, std::uint64_t> live_contents(const CrashStore& store) {
  std::map<std::string, std::uint64_t> contents;
  const Manifest manifest = must(store.catalog->manifest(store.collection.id));
  std::set<std::pair<std::string, std::uint32_t>> dead;
  for (const Tombstone& tombstone : manifest.tombstones) dead.emplace(tombstone.segment.value(), tombstone.document);
  for (const SegmentRecord& record : manifest.segments) {
    const auto segment = must(open_segment(*store.blobs, record.blob));
    for (std::uint32_t i = 0; i < segment->document_count(); ++i) {
      if (dead.contains({record.blob.value(), i})) continue;
      const std::string id = must(from_stored(segment->stored(i))).external_id;
      const std::uint64_t content = std::stoull(must(segment->text(i)).substr(std::string("content ").size()));
      if (!contents.emplace(id, content).second) throw std::runtime_error(id + " is live twice");
    }
  }
  return contents;
}

}  // namespace cairn::testing
