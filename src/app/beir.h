#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/ingest_documents.h"
#include "base/result.h"

namespace cairn {

// Evaluation folders in the form of BEIR (Thakur et al. 2021): corpus.jsonl {"_id","title","text"}, queries.jsonl
// {"_id","text"}, qrels.tsv (a header line, then query-id, corpus-id and score separated by tabs), and for answers
// answers.jsonl {"query-id","answers":[{"text"}]}. All readers: errors are `invalid`, with file and line.

struct BeirQuery {
  std::string id;
  std::string text;
};

/// Grades above 0 of the documents of one query; what is not listed is not relevant.
using Grades = std::map<std::string, double>;

Result<std::vector<BeirQuery>> read_beir_queries(const std::filesystem::path& file);

/// By query.
Result<std::map<std::string, Grades>> read_beir_qrels(const std::filesystem::path& file);

/// The texts that answer a query, by query; none: the documents do not answer it.
Result<std::map<std::string, std::vector<std::string>>> read_beir_answers(const std::filesystem::path& file);

/// The documents of a corpus, read line by line as they are asked for; each is plain text with its title, under its
/// `_id`.
Result<IngestSources> open_beir_corpus(const std::filesystem::path& file);

}  // namespace cairn
