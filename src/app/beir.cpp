#include "app/beir.h"

#include <charconv>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace cairn {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

/// The non-blank lines of a file, with their numbers for error messages.
class Lines {
 public:
  explicit Lines(const fs::path& file) : file_(file), stream_(file) {}

  Result<void> check() const {
    if (stream_) return {};
    return fail(ErrorKind::invalid, "cannot read " + file_.string() +
                                        "; an evaluation folder has corpus.jsonl, queries.jsonl and "
                                        "qrels.tsv");
  }

  bool next(std::string& line) {
    while (std::getline(stream_, line)) {
      ++number_;
      if (line.ends_with('\r')) line.pop_back();
      if (line.find_first_not_of(" \t") != std::string::npos) return true;
    }
    return false;
  }

  std::size_t number() const { return number_; }

  std::unexpected<Error> broken(std::string_view expected) const {
    return fail(ErrorKind::invalid,
                file_.string() + ":" + std::to_string(number_) + ": expected " + std::string(expected));
  }

 private:
  fs::path file_;
  std::ifstream stream_;
  std::size_t number_ = 0;
};

const std::string* text_of(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get_ptr<const std::string*>() : nullptr;
}

/// Calls `take` with each line's object; false from it means that the object is not as expected.
template <class Take>
Result<void> for_each_object(const fs::path& file, std::string_view expected, Take take) {
  Lines lines(file);
  CAIRN_CHECK(lines.check());
  for (std::string line; lines.next(line);) {
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object() || !take(object)) return lines.broken(expected);
  }
  return {};
}

/// The three fields of a line of qrels; false when there are not three or the last is no number.
bool parse_judgement(std::string_view line, std::string& query, std::string& document, double& grade) {
  const auto first = line.find('\t');
  const auto second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos) return false;
  query = line.substr(0, first);
  document = line.substr(first + 1, second - first - 1);
  const char* end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data() + second + 1, end, grade);
  return error == std::errc() && stop == end;
}

}  // namespace

Result<std::vector<BeirQuery>> read_beir_queries(const fs::path& file) {
  std::vector<BeirQuery> queries;
  CAIRN_CHECK(for_each_object(file, "{\"_id\": …, \"text\": …}", [&](const Json& object) {
    const std::string *id = text_of(object, "_id"), *text = text_of(object, "text");
    if (id == nullptr || text == nullptr) return false;
    queries.push_back({*id, *text});
    return true;
  }));
  return queries;
}

Result<std::map<std::string, Grades>> read_beir_qrels(const fs::path& file) {
  Lines lines(file);
  CAIRN_CHECK(lines.check());
  std::map<std::string, Grades> qrels;
  std::string query, document;
  for (std::string line; lines.next(line);) {
    double grade = 0;
    if (!parse_judgement(line, query, document, grade)) {
      if (lines.number() == 1) continue;  // The header.
      return lines.broken("query-id, corpus-id and score, separated by tabs");
    }
    if (grade > 0) qrels[query][document] = grade;
  }
  return qrels;
}

Result<std::map<std::string, std::vector<std::string>>> read_beir_answers(const fs::path& file) {
  std::map<std::string, std::vector<std::string>> answers;
  CAIRN_CHECK(for_each_object(file, "{\"query-id\": …, \"answers\": [{\"text\": …}]}", [&](const Json& object) {
    const std::string* query = text_of(object, "query-id");
    const auto list = object.find("answers");
    if (query == nullptr || list == object.end() || !list->is_array()) return false;
    std::vector<std::string>& texts = answers[*query];
    for (const Json& answer : *list) {
      const std::string* text = answer.is_object() ? text_of(answer, "text") : nullptr;
      if (text == nullptr) return false;
      texts.push_back(*text);
    }
    return true;
  }));
  return answers;
}

Result<IngestSources> open_beir_corpus(const fs::path& file) {
  const auto lines = std::make_shared<Lines>(file);
  CAIRN_CHECK(lines->check());
  return [lines]() -> Result<std::optional<IngestSource>> {
    std::string line;
    if (!lines->next(line)) return std::nullopt;
    const Json object = Json::parse(line, nullptr, false);
    const std::string* id = object.is_object() ? text_of(object, "_id") : nullptr;
    const std::string* text = object.is_object() ? text_of(object, "text") : nullptr;
    if (id == nullptr || text == nullptr) return lines->broken("{\"_id\": …, \"title\": …, \"text\": …}");
    IngestSource source;
    source.external_id = *id;
    if (const std::string* title = text_of(object, "title")) source.facts.title = *title;
    source.facts.media_type = "text/plain";
    source.content = *text;
    return source;
  };
}

}  // namespace cairn
