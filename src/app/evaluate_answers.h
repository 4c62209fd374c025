#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/evaluation_store.h"
#include "app/search.h"
#include "ports/generator.h"

namespace cairn {

struct AnswersOptions {
  std::filesystem::path folder;  ///< In BEIR form, with answers.jsonl.
  SearchTuning tuning;
  EvaluationCorpus corpus;             ///< Its file empty: corpus.jsonl of the folder.
  std::filesystem::path details_file;  ///< One JSON line a question; empty: none.
};

/// What `cairn eval answers` prints. Questions with an empty list of answers are those that the documents cannot
/// answer; they are counted apart.
struct AnswersReport {
  std::uint64_t questions = 0, answered = 0, abstained = 0;
  std::uint64_t quote_contains_answer = 0;  ///< One of the quotes contains one of the right answers, to the letter.
  std::uint64_t first_quote_contains_answer = 0;  ///< The first quote does.
  std::uint64_t quotes = 0, quotes_literal = 0;   ///< Compared with the canonical text once more.
  std::uint64_t unanswerable = 0, unanswerable_answered = 0;
  double p50_ms = 0, p95_ms = 0;
  std::string generator;
  std::uint64_t answer_contains_answer = 0;  ///< The text of the answer does, to the letter.
  AnswerChecks checks;                       ///< Of all answers together.
  struct Stage {
    double p50 = 0, p95 = 0;
  };
  std::map<std::string, Stage> stages;  ///< Milliseconds.
  std::uint64_t prompt_tokens = 0, cached_prompt_tokens = 0, reply_tokens = 0;
  std::optional<double> price;

  /// Share of the quotes that stand at their span; 1 when there are none.
  double literal_quotes() const;

  /// Share of the written sentences that the evidence supports; 1 when there are none. What was dropped counts too.
  double faithfulness() const;
  /// Of the sentences that point to evidence, the share that it supports; and that, as a share of all sentences.
  double citation_precision() const;
  double citation_recall() const;
};

nlohmann::ordered_json to_json(const AnswersReport& report);

/// Ingests the folder's corpus into the store and asks every question that answers.jsonl has. Errors: `invalid` for a
/// broken folder, those of ingest and answers; `cancelled`.
Result<AnswersReport> evaluate_answers(const WorkerPorts& ports, Generator& generator, const AnswersOptions& options);

}  // namespace cairn
