#include "app/evaluate_retrieval.h"

#include <algorithm>
#include <fstream>
#include <unordered_set>
#include <utility>

#include "app/beir.h"
#include "app/ranking_metrics.h"

namespace cairn {
namespace {

constexpr std::size_t ranked_documents = 100;
// A document takes the place of its best chunk, so a ranking of documents needs more chunks than documents.
constexpr std::size_t ranked_chunks = 400;

const char* name_of(SearchMode mode) {
  switch (mode) {
    case SearchMode::hybrid: return "hybrid";
    case SearchMode::dense: return "dense";
    case SearchMode::lexical: return "lexical";
  }
  return "hybrid";
}

struct RankedDocuments {
  std::vector<std::string> ids;
  std::vector<double> scores;
};

RankedDocuments by_best_chunk(const std::vector<Hit>& hits) {
  RankedDocuments ranked;
  std::unordered_set<std::string_view> seen;
  for (const Hit& hit : hits) {
    if (ranked.ids.size() == ranked_documents) break;
    if (!seen.insert(hit.external_id).second) continue;
    ranked.ids.push_back(hit.external_id);
    ranked.scores.push_back(hit.score);
  }
  return ranked;
}

void write_trec(std::ostream& run, const std::string& query, const RankedDocuments& ranked) {
  for (std::size_t i = 0; i < ranked.ids.size(); ++i)
    run << query << " Q0 " << ranked.ids[i] << ' ' << i + 1 << ' ' << ranked.scores[i] << " cairn\n";
}

SearchRequest request_for(const RetrievalOptions& options, const std::string& query, std::size_t limit) {
  SearchRequest request;
  request.query = query;
  request.collections = {options.corpus.collection};
  request.mode = options.mode;
  request.fusion = options.fusion;
  request.limit = limit;
  return request;
}

Result<std::ofstream> open_run(const std::filesystem::path& file) {
  std::ofstream run;
  if (file.empty()) return run;
  run.open(file);
  if (!run) return fail(ErrorKind::invalid, "cannot write the run to " + file.string() + "; check the path");
  run.precision(9);
  return run;
}

/// Sums of the figures over the queries.
class Figures {
 public:
  void add(const RankedDocuments& ranked, const Grades& grades, double milliseconds) {
    ndcg_ += ndcg_at(10, ranked.ids, grades);
    recall_ += recall_at(100, ranked.ids, grades);
    reciprocal_rank_ += reciprocal_rank_at(10, ranked.ids, grades);
    milliseconds_.push_back(milliseconds);
  }

  void write(RetrievalReport& report) const {
    const auto n = static_cast<double>(std::max<std::size_t>(1, milliseconds_.size()));
    report.queries = milliseconds_.size();
    report.ndcg_at_10 = ndcg_ / n;
    report.recall_at_100 = recall_ / n;
    report.mrr_at_10 = reciprocal_rank_ / n;
    report.p50_ms = percentile(milliseconds_, 0.50);
    report.p95_ms = percentile(milliseconds_, 0.95);
    report.p99_ms = percentile(milliseconds_, 0.99);
  }

 private:
  double ndcg_ = 0, recall_ = 0, reciprocal_rank_ = 0;
  std::vector<double> milliseconds_;
};

Result<void> run_queries(const WorkerPorts& ports, const RetrievalOptions& options, RetrievalReport& report) {
  CAIRN_TRY(const auto queries, read_beir_queries(options.folder / "queries.jsonl"));
  CAIRN_TRY(const auto qrels, read_beir_qrels(options.folder / "qrels.tsv"));
  CAIRN_TRY(std::ofstream run, open_run(options.run_file));
  const Searcher searcher(ports.catalog, ports.blobs, ports.embedders, ports.clock, options.tuning);
  Figures figures;
  for (const BeirQuery& query : queries) {
    const auto grades = qrels.find(query.id);
    if (grades == qrels.end()) continue;
    if (options.corpus.cancel.cancelled()) return fail(ErrorKind::cancelled, "the evaluation was cancelled");
    CAIRN_TRY(const SearchResponse timed, searcher.search(Principal{}, request_for(options, query.text, 10)));
    CAIRN_TRY(const SearchResponse response,
              searcher.search(Principal{}, request_for(options, query.text, ranked_chunks)));
    const RankedDocuments ranked = by_best_chunk(response.hits);
    figures.add(ranked, grades->second, timed.took_ms);
    if (run.is_open()) write_trec(run, query.id, ranked);
  }
  figures.write(report);
  if (run.is_open() && !run.flush())
    return fail(ErrorKind::unavailable, "cannot write the run to " + options.run_file.string() + "; is the disk full?");
  return {};
}

}  // namespace

Result<RetrievalReport> evaluate_retrieval(const WorkerPorts& ports, const RetrievalOptions& options) {
  EvaluationCorpus corpus = options.corpus;
  if (corpus.file.empty()) corpus.file = options.folder / "corpus.jsonl";
  CAIRN_TRY(const IngestedCorpus ingested, ingest_corpus(ports, corpus));
  RetrievalReport report;
  report.dataset = std::filesystem::weakly_canonical(options.folder).filename().string();
  report.mode = options.mode;
  report.fusion = options.fusion;
  report.documents = ingested.documents;
  report.chunks = ingested.chunks;
  report.ingest_seconds = ingested.seconds;
  report.ingest_tokens = ingested.tokens;
  CAIRN_TRY(const Manifest manifest, ports.catalog.manifest(ingested.collection.id));
  for (const SegmentRecord& segment : manifest.segments)
    if (!segment.model.empty() &&
        std::ranges::find(report.embedding_models, segment.model) == report.embedding_models.end())
      report.embedding_models.push_back(segment.model);
  CAIRN_CHECK(run_queries(ports, options, report));
  return report;
}

nlohmann::ordered_json to_json(const RetrievalReport& report) {
  const double rate = report.ingest_seconds > 0 ? static_cast<double>(report.ingest_tokens) / report.ingest_seconds : 0;
  return {
      {"dataset", report.dataset},
      {"mode", name_of(report.mode)},
      {"fusion", report.fusion == Fusion::rrf ? "rrf" : "minmax"},
      {"documents", report.documents},
      {"chunks", report.chunks},
      {"queries", report.queries},
      {"ndcg_at_10", report.ndcg_at_10},
      {"recall_at_100", report.recall_at_100},
      {"mrr_at_10", report.mrr_at_10},
      {"p50_ms", report.p50_ms},
      {"p95_ms", report.p95_ms},
      {"p99_ms", report.p99_ms},
      {"ingest", {{"seconds", report.ingest_seconds}, {"tokens", report.ingest_tokens}, {"tokens_per_second", rate}}},
      {"peak_rss_mb", report.peak_rss_mb},
      {"embedding_models", report.embedding_models}};
}

}  // namespace cairn
