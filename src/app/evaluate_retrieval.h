#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/evaluation_store.h"
#include "app/search.h"

namespace cairn {

struct RetrievalOptions {
  std::filesystem::path folder;    ///< In BEIR form.
  std::filesystem::path run_file;  ///< Where the rankings are written in TREC form; empty: nowhere.
  SearchMode mode = SearchMode::hybrid;
  Fusion fusion = Fusion::minmax;
  SearchTuning tuning;
  EvaluationCorpus corpus;  ///< Its file empty: corpus.jsonl of the folder.
};

/// What `cairn eval retrieval` prints. Figures are means over all queries that have a relevant document.
struct RetrievalReport {
  std::string dataset;  ///< The folder's name.
  SearchMode mode = SearchMode::hybrid;
  Fusion fusion = Fusion::minmax;
  std::uint64_t documents = 0, chunks = 0, queries = 0;
  double ndcg_at_10 = 0, recall_at_100 = 0, mrr_at_10 = 0;
  double p50_ms = 0, p95_ms = 0, p99_ms = 0;  ///< Of a search for 10 hits, embedding the query included.
  double ingest_seconds = 0;
  std::uint64_t ingest_tokens = 0;
  double peak_rss_mb = 0;  ///< Filled in by who can ask the system.
  std::vector<std::string> embedding_models;
};

nlohmann::ordered_json to_json(const RetrievalReport& report);

/// Ingests the folder's corpus into the store and runs all queries that have a relevant document. Documents are ranked
/// by their best chunk. Errors: `invalid` for a broken folder or an unwritable run file, those of ingest and search;
/// `cancelled`.
Result<RetrievalReport> evaluate_retrieval(const WorkerPorts& ports, const RetrievalOptions& options);

}  // namespace cairn
