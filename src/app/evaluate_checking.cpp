#include "app/evaluate_checking.h"

#include <chrono>
#include <fstream>
#include <numeric>
#include <vector>

#include "app/check_answer.h"
#include "app/ranking_metrics.h"

namespace cairn {
namespace {

struct Planted {
  std::string text;
  bool is_true = false;
  std::string change;  ///< What makes it false.
};

struct Entry {
  std::vector<Evidence> evidence;  ///< All of it is cited.
  std::string language;
  std::vector<Planted> sentences;
};

Result<Entry> read_entry(const std::string& line, std::size_t number) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  const auto broken = [&](const std::string& what) {
    return fail(ErrorKind::invalid, "line " + std::to_string(number) + " of the planted set " + what);
  };
  if (!json.is_object()) return broken("is no JSON object");
  try {
    Entry entry;
    entry.language = json.at("language");
    const auto& texts = json.at("evidence");
    for (const nlohmann::json& text : texts.is_array() ? texts : nlohmann::json::array({texts})) {
      Evidence& evidence = entry.evidence.emplace_back();
      evidence.text = text;
      evidence.title = json.value("context", "");
      evidence.language = entry.language;
    }
    for (const std::string text : json.at("true")) entry.sentences.push_back({text, true, "true"});
    for (const auto& changed : json.at("false"))
      entry.sentences.push_back({changed.at("text"), false, changed.at("change")});
    return entry;
  } catch (const nlohmann::json::exception&) { return broken("lacks evidence, language, true or false"); }
}

class Measurement {
 public:
  explicit Measurement(std::ofstream& details) : details_(details) {}

  void judge(const Entry& entry, const Planted& planted, CheckAnswer& checker) {
    const auto started = std::chrono::steady_clock::now();
    std::vector<std::size_t> cited(entry.evidence.size());
    std::iota(cited.begin(), cited.end(), std::size_t{0});
    const CheckedSentence checked = checker.check({planted.text, std::move(cited), std::nullopt}, entry.language);
    milliseconds_.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
    const bool right = checked.supported == planted.is_true;
    for (auto* counts : {&report_.all, planted.is_true ? &report_.true_kept : &report_.false_found,
                         &report_.by_kind[entry.language + " " + planted.change]}) {
      ++counts->all;
      counts->right += right ? 1 : 0;
    }
    if (right || !details_.is_open()) return;
    const nlohmann::ordered_json line = {{"kind", planted.change},
                                         {"sentence", planted.text},
                                         {"supported", checked.supported},
                                         {"reason", checked.reason}};
    details_ << line.dump() << '\n';
  }

  CheckingReport report() {
    report_.p50_ms = percentile(milliseconds_, 0.50);
    report_.p95_ms = percentile(milliseconds_, 0.95);
    return std::move(report_);
  }

 private:
  std::ofstream& details_;
  CheckingReport report_;
  std::vector<double> milliseconds_;
};

}  // namespace

nlohmann::ordered_json to_json(const CheckingReport& report) {
  nlohmann::ordered_json kinds = nlohmann::ordered_json::object();
  for (const auto& [kind, counts] : report.by_kind) kinds[kind] = {{"right", counts.right}, {"all", counts.all}};
  return {{"sentences", report.all.all},
          {"accuracy", report.all.share()},
          {"recall_of_false", report.false_found.share()},
          {"true_kept", report.true_kept.share()},
          {"by_kind", std::move(kinds)},
          {"p50_ms", report.p50_ms},
          {"p95_ms", report.p95_ms}};
}

Result<CheckingReport> evaluate_checking(const EmbedderSet& embedders, const CheckingOptions& options) {
  std::ifstream lines(options.file);
  if (!lines) return fail(ErrorKind::invalid, "cannot read " + options.file.string());
  std::ofstream details;
  if (!options.details_file.empty()) details.open(options.details_file);
  const SentenceChecker checker;
  Measurement measurement(details);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    CAIRN_TRY(const Entry entry, read_entry(line, ++number));
    CheckAnswer check(checker, embedders, entry.evidence, "", CancelToken());
    for (const Planted& planted : entry.sentences) measurement.judge(entry, planted, check);
  }
  return measurement.report();
}

}  // namespace cairn
