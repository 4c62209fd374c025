#include "api/cli/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>

#include "api/cli/spooled_stream.h"

namespace cairn::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Entry {
  fs::path path;  ///< As it was given or found; names the document.
  bool is_list = false;
  std::string problem;  ///< Why it cannot be read; it is then passed on, to be reported with the other failures.
  fs::path spooled{};   ///< Where its bytes are, if it is a stream.

  const fs::path& content() const { return spooled.empty() ? path : spooled; }
};

bool is_document_line(const std::string& line) {
  const json object = json::parse(line, nullptr, false);
  return object.is_object() && object.contains("text") && object["text"].is_string() &&
         (object.contains("_id") || object.contains("external_id"));
}

bool begins_as_list(const fs::path& path) {
  std::ifstream stream(path);
  std::string line;
  return std::getline(stream, line) && is_document_line(line);
}

bool is_document_list(const fs::path& path) {
  return (path.extension() == ".jsonl" || path.extension() == ".ndjson") && begins_as_list(path);
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// The files below a folder, by name, so that a rerun meets them in the same order. A folder that cannot be read stands
/// there itself, with the reason: the others are no worse for it.
std::vector<Entry> files_below(const fs::path& folder, const fs::path& left_out) {
  std::vector<Entry> files;
  std::deque<fs::path> folders{folder};
  for (; !folders.empty(); folders.pop_front()) {
    std::error_code error;
    fs::directory_iterator entry(folders.front(), error), end;
    for (; !error && entry != end; entry.increment(error)) {
      std::error_code no_matter;
      if (is_hidden(entry->path()) || fs::equivalent(entry->path(), left_out, no_matter)) continue;
      if (entry->is_regular_file(no_matter)) files.push_back({entry->path()});
      else if (entry->is_directory(no_matter) && !entry->is_symlink(no_matter)) folders.push_back(entry->path());
    }
    if (error)
      files.push_back({folders.front(), false,
                       fmt::format("the folder cannot be read: {}; check its permissions", error.message())});
  }
  std::ranges::sort(files, {}, &Entry::path);
  return files;
}

Result<std::vector<Entry>> entries_of(const fs::path& path, const std::string& format, const fs::path& left_out) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status))
    return fail(ErrorKind::invalid, fmt::format("there is no file or folder {}: check the path", path.string()));
  const bool is_folder = fs::is_directory(status);
  const fs::path corpus = path / "corpus.jsonl";
  const bool looks_like_beir = is_folder && fs::exists(corpus, error) && fs::exists(path / "queries.jsonl", error);
  if (format == "beir" || (format == "auto" && looks_like_beir)) {
    if (!is_folder || !fs::exists(corpus, error))
      return fail(ErrorKind::invalid,
                  fmt::format("{} is no folder with a corpus.jsonl, as --format beir needs", path.string()));
    return std::vector<Entry>{{corpus, true}};
  }
  if (!is_folder) return std::vector<Entry>{{path, format == "jsonl" || is_document_list(path)}};
  std::vector<Entry> entries = files_below(path, left_out);
  for (Entry& entry : entries)
    if (entry.problem.empty())
      entry.is_list = format == "jsonl" ? entry.path.extension() == ".jsonl" : is_document_list(entry.path);
  if (format == "jsonl")
    std::erase_if(entries, [](const Entry& entry) { return !entry.is_list && entry.problem.empty(); });
  return entries;
}

/// A stream has no extension that could say what it is.
Entry stream_entry(const fs::path& path, const std::string& format, const fs::path& spooled) {
  return {path, format == "jsonl" || begins_as_list(spooled), {}, spooled};
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

std::uint64_t count_lines(const fs::path& path) {
  std::ifstream stream(path);
  std::uint64_t lines = 0;
  for (std::string line; std::getline(stream, line);) lines += is_blank(line) ? 0 : 1;
  return lines;
}

IngestSource file_source(const Entry& entry) {
  IngestSource source{external_id_of(entry.path), {}, entry.content(), entry.problem};
  source.facts.file_name = external_id_of(entry.path.filename());
  source.keeps_acl = true;
  return source;
}

/// A string field, "" when it is missing or null. Sets `bad` when it is something else.
std::string text_field(const json& object, const char* name, bool& bad) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  if (found->is_number_integer()) return found->dump();
  if (!found->is_string()) {
    bad = true;
    return {};
  }
  return found->get<std::string>();
}

std::optional<IngestSource> line_source(const json& object) {
  bool bad = !object.is_object() || !object.contains("text");
  if (bad) return std::nullopt;
  IngestSource source;
  source.external_id = text_field(object, object.contains("external_id") ? "external_id" : "_id", bad);
  source.content = text_field(object, "text", bad);
  source.facts.title = text_field(object, "title", bad);
  source.facts.url = text_field(object, "url", bad);
  source.facts.language = text_field(object, "language", bad);
  source.facts.media_type = "text/plain";
  const json metadata = object.value("metadata", json::object()), acl = object.value("acl", json::array());
  source.keeps_acl = !object.contains("acl");
  if (!metadata.is_object() || !acl.is_array()) return std::nullopt;
  source.facts.metadata = metadata;
  for (const json& group : acl) {
    if (!group.is_string()) return std::nullopt;
    source.facts.acl.push_back(group.get<std::string>());
  }
  if (bad || source.external_id.empty()) return std::nullopt;
  return source;
}

}  // namespace

struct PathSources::State {
  std::vector<SpooledStream> streams;
  std::deque<Entry> entries;
  std::uint64_t total = 0;
  std::ifstream list;  ///< The list being read; not open between lists.
  fs::path list_path;
  std::uint64_t line_number = 0;

  Result<std::vector<Entry>> read_stream(const fs::path& path, const std::string& format) {
    CAIRN_TRY(SpooledStream stream, SpooledStream::read(path));
    streams.push_back(std::move(stream));
    return std::vector<Entry>{stream_entry(path, format, streams.back().path())};
  }

  /// The next line's document; nothing at the end of the list.
  std::optional<IngestSource> next_line() {
    for (std::string line; std::getline(list, line);) {
      ++line_number;
      if (is_blank(line)) continue;
      auto source = line_source(json::parse(line, nullptr, false));
      if (source) return source;
      return IngestSource{fmt::format("{} line {}", external_id_of(list_path), line_number),
                          {},
                          std::string(),
                          "this is no document: it needs a string \"text\" and an \"_id\" or \"external_id\""};
    }
    list.close();
    return std::nullopt;
  }
};

PathSources::PathSources(std::unique_ptr<State> state) : state_(std::move(state)) {}
PathSources::~PathSources() = default;

Result<std::unique_ptr<PathSources>> PathSources::open(const std::vector<fs::path>& paths, const std::string& format,
                                                       const fs::path& left_out) {
  auto state = std::make_unique<State>();
  for (const fs::path& path : paths) {
    CAIRN_TRY(const std::vector<Entry> entries,
              SpooledStream::is_stream(path) ? state->read_stream(path, format) : entries_of(path, format, left_out));
    for (const Entry& entry : entries) {
      state->total += entry.is_list ? count_lines(entry.content()) : 1;
      state->entries.push_back(entry);
    }
  }
  return std::unique_ptr<PathSources>(new PathSources(std::move(state)));
}

std::uint64_t PathSources::total() const { return state_->total; }

Result<std::optional<IngestSource>> PathSources::next() {
  for (;;) {
    if (state_->list.is_open()) {
      auto source = state_->next_line();
      if (source) return source;
    }
    if (state_->entries.empty()) return std::nullopt;
    const Entry entry = state_->entries.front();
    state_->entries.pop_front();
    if (!entry.is_list) return file_source(entry);
    state_->list_path = entry.path;
    state_->line_number = 0;
    state_->list.clear();
    state_->list.open(entry.content());
    if (!state_->list) return fail(ErrorKind::invalid, "cannot read " + entry.path.string());
  }
}

}  // namespace cairn::cli
