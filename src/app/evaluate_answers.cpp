#include "app/evaluate_answers.h"

#include <algorithm>
#include <fstream>
#include <unordered_map>
#include <utility>

#include "app/answer_question.h"
#include "app/beir.h"
#include "app/ranking_metrics.h"
#include "app/read_document.h"
#include "base/utf8.h"

namespace cairn {
namespace {

/// Canonical texts of the documents that answers cite, read by another way than the answers are made.
class CanonicalTexts {
 public:
  explicit CanonicalTexts(const WorkerPorts& ports) : ports_(ports) {}

  Result<bool> stands_at_its_span(const Citation& citation) {
    CAIRN_TRY(const std::string* text, text_of(citation.document));
    const utf8::CodePointIndex index(*text);
    const Span span = citation.span;
    return span.start < span.end && span.end <= index.size() && index.slice(span) == citation.quote;
  }

 private:
  Result<const std::string*> text_of(const DocumentId& id) {
    if (const auto known = texts_.find(id); known != texts_.end()) return &known->second;
    CAIRN_TRY(const Document document, ports_.catalog.document(id));
    CAIRN_TRY(IndexedText indexed, read_indexed_text(ports_.catalog, ports_.blobs, document));
    return &(texts_[id] = std::move(indexed.text));
  }

  const WorkerPorts& ports_;
  std::unordered_map<DocumentId, std::string> texts_;
};

bool contains_one(const std::string& quote, const std::vector<std::string>& answers) {
  return std::ranges::any_of(answers,
                             [&](const std::string& answer) { return quote.find(answer) != std::string::npos; });
}

Result<void> count(const Answer& answer, const std::vector<std::string>& gold, CanonicalTexts& texts,
                   AnswersReport& report) {
  for (const Citation& citation : answer.citations) {
    CAIRN_TRY(const bool literal, texts.stands_at_its_span(citation));
    ++report.quotes;
    report.quotes_literal += literal ? 1 : 0;
  }
  if (gold.empty()) {
    ++report.unanswerable;
    report.unanswerable_answered += answer.abstained ? 0 : 1;
    return {};
  }
  ++report.questions;
  ++(answer.abstained ? report.abstained : report.answered);
  const auto right = [&](const Citation& citation) { return contains_one(citation.quote, gold); };
  report.quote_contains_answer += std::ranges::any_of(answer.citations, right) ? 1 : 0;
  report.first_quote_contains_answer += !answer.citations.empty() && right(answer.citations.front()) ? 1 : 0;
  return {};
}

/// Milliseconds of each stage over all questions.
class StageTimes {
 public:
  void add(const AnswerTimes& times) {
    const std::pair<const char*, double> stages[] = {
        {"search", times.search}, {"evidence", times.evidence}, {"generate", times.generate}, {"check", times.check}};
    for (const auto& [name, milliseconds] : stages) all_[name].push_back(milliseconds);
    if (times.first_token > 0) all_["first_token"].push_back(times.first_token);
  }

  std::map<std::string, AnswersReport::Stage> percentiles() const {
    std::map<std::string, AnswersReport::Stage> made;
    for (const auto& [name, values] : all_) made[name] = {percentile(values, 0.50), percentile(values, 0.95)};
    return made;
  }

 private:
  std::map<std::string, std::vector<double>> all_;
};

void add_up(const Answer& answer, const std::vector<std::string>& gold, AnswersReport& report) {
  report.checks.sentences += answer.checks.sentences;
  report.checks.cited += answer.checks.cited;
  report.checks.cited_rightly += answer.checks.cited_rightly;
  report.checks.supported += answer.checks.supported;
  if (!gold.empty() && contains_one(answer.answer, gold)) ++report.answer_contains_answer;
  if (!answer.usage) return;
  report.prompt_tokens += answer.usage->prompt_tokens;
  report.cached_prompt_tokens += answer.usage->cached_prompt_tokens;
  report.reply_tokens += answer.usage->reply_tokens;
  if (answer.usage->price) report.price = report.price.value_or(0) + *answer.usage->price;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

nlohmann::ordered_json details(const BeirQuery& query, const Answer& answer, const std::vector<std::string>& gold) {
  nlohmann::ordered_json quotes = nlohmann::ordered_json::array();
  for (const Citation& citation : answer.citations)
    quotes.push_back({{"external_id", citation.external_id},
                      {"quote", citation.quote},
                      {"right", contains_one(citation.quote, gold)}});
  return {{"query-id", query.id},    {"question", query.text},    {"gold", gold},    {"abstained", answer.abstained},
          {"answer", answer.answer}, {"dropped", answer.dropped}, {"quotes", quotes}};
}

}  // namespace

double AnswersReport::literal_quotes() const { return share(quotes_literal, quotes); }

double AnswersReport::faithfulness() const { return share(checks.supported, checks.sentences); }
double AnswersReport::citation_precision() const { return share(checks.cited_rightly, checks.cited); }
double AnswersReport::citation_recall() const { return share(checks.cited_rightly, checks.sentences); }

Result<AnswersReport> evaluate_answers(const WorkerPorts& ports, Generator& generator, const AnswersOptions& options) {
  EvaluationCorpus corpus = options.corpus;
  if (corpus.file.empty()) corpus.file = options.folder / "corpus.jsonl";
  CAIRN_TRY(const auto queries, read_beir_queries(options.folder / "queries.jsonl"));
  CAIRN_TRY(const auto gold, read_beir_answers(options.folder / "answers.jsonl"));
  CAIRN_CHECK(ingest_corpus(ports, corpus));
  const Searcher searcher(ports.catalog, ports.blobs, ports.embedders, ports.clock, options.tuning);
  const AnswerQuestion answer_question(searcher, ports.embedders, {&generator}, ports.clock);
  CanonicalTexts texts(ports);
  std::ofstream file;
  if (!options.details_file.empty()) file.open(options.details_file);
  AnswersReport report;
  report.generator = generator.name();
  std::vector<double> milliseconds;
  StageTimes stages;
  for (const BeirQuery& query : queries) {
    const auto answers = gold.find(query.id);
    if (answers == gold.end()) continue;
    AnswerRequest request;
    request.question = query.text;
    request.collections = {corpus.collection};
    request.generator = generator.name();
    request.cancel = corpus.cancel;
    CAIRN_TRY(const Answer answer, answer_question.answer(Principal{}, request, [](std::string_view) {}));
    add_up(answer, answers->second, report);
    stages.add(answer.times);
    CAIRN_CHECK(count(answer, answers->second, texts, report));
    milliseconds.push_back(answer.took_ms);
    if (file.is_open()) file << details(query, answer, answers->second).dump() << '\n';
  }
  report.p50_ms = percentile(milliseconds, 0.50);
  report.p95_ms = percentile(milliseconds, 0.95);
  report.stages = stages.percentiles();
  return report;
}

nlohmann::ordered_json to_json(const AnswersReport& report) {
  nlohmann::ordered_json stages = nlohmann::ordered_json::object();
  for (const auto& [name, stage] : report.stages) stages[name] = {{"p50_ms", stage.p50}, {"p95_ms", stage.p95}};
  nlohmann::ordered_json cost = {{"prompt_tokens", report.prompt_tokens},
                                 {"cached_prompt_tokens", report.cached_prompt_tokens},
                                 {"reply_tokens", report.reply_tokens}};
  cost["price"] = report.price ? nlohmann::ordered_json(*report.price) : nlohmann::ordered_json();
  return {{"generator", report.generator},
          {"questions", report.questions},
          {"answered", report.answered},
          {"abstained", report.abstained},
          {"quote_contains_answer", report.quote_contains_answer},
          {"first_quote_contains_answer", report.first_quote_contains_answer},
          {"answer_contains_answer", report.answer_contains_answer},
          {"literal_quotes", report.literal_quotes()},
          {"faithfulness", report.faithfulness()},
          {"citation_precision", report.citation_precision()},
          {"citation_recall", report.citation_recall()},
          {"sentences", report.checks.sentences},
          {"unanswerable", {{"questions", report.unanswerable}, {"answered", report.unanswerable_answered}}},
          {"shares",
           {{"answered", share(report.answered, report.questions)},
            {"quote_contains_answer", share(report.quote_contains_answer, report.questions)},
            {"answer_contains_answer", share(report.answer_contains_answer, report.questions)},
            {"abstained_rightly", share(report.unanswerable - report.unanswerable_answered, report.unanswerable)}}},
          {"stages", std::move(stages)},
          {"cost", std::move(cost)},
          {"p50_ms", report.p50_ms},
          {"p95_ms", report.p95_ms}};
}

}  // namespace cairn
