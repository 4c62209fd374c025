#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/check_sentence.h"
#include "app/search.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "domain/answer.h"
#include "domain/search.h"
#include "ports/embedder.h"
#include "ports/generator.h"

namespace cairn {

class Trace;

struct AnswerRequest {
  std::string question;

  /// What was said before it, oldest first: the question is then understood in its light.
  std::vector<ConversationTurn> conversation;
  std::vector<std::string> collections;  ///< Names; empty: all of the tenant.
  nlohmann::json filter;                 ///< As for a search; null: none.
  std::size_t limit = 10;                ///< How many hits are read for evidence.
  std::string generator = "extractive";
  WritingWishes wishes;
  CancelToken cancel;

  /// For callers that cannot take text back: what a model writes is passed on a sentence at a time, once it is checked,
  /// and only what stays in the answer. Otherwise it is passed on as it is written, and the answer is the truth.
  bool checked_tokens = false;

  /// Called before the answer is written, with everything that it may point to: the answer keeps these numbers. May be
  /// empty: then citations are numbered in the order in which the answer points to them.
  std::function<void(const std::vector<Citation>&)> on_citations;
  Trace* trace = nullptr;  ///< Where its stages are recorded, or null.
};

struct AnswerPolicy {
  bool show_unsupported =
      false;  ///< Sentences that nothing supports stay in the answer, marked; else they are dropped.
};

/// Answers from a tenant's documents, with quotes. Any number of threads.
class AnswerQuestion {
 public:
  /// `generators` are chosen from by name; all arguments must outlive this.
  AnswerQuestion(const Searcher& searcher, const EmbedderSet& embedders, std::vector<Generator*> generators,
                 const Clock& clock, AnswerPolicy policy = {});

  /// `on_token` is called with pieces of the answer as they come; may be empty. Every quote is compared with the
  /// canonical text at its span before it is returned. What a model writes is checked sentence by sentence against the
  /// evidence; what quotes is taken at its word, but not without a quote. Abstains when no sentence is left. Errors:
  /// `invalid` (empty question, unknown generator), those of Searcher and Generator.
  Result<Answer> answer(const Principal& principal, const AnswerRequest& request,
                        const std::function<void(std::string_view)>& on_token) const;

 private:
  class Run;

  Result<Generator*> generator(const std::string& name) const;

  const Searcher& searcher_;
  const EmbedderSet& embedders_;
  std::vector<Generator*> generators_;
  mutable AnalyzerPool analyzers_;
  const Clock& clock_;
  AnswerPolicy policy_;
  SentenceChecker checker_;
};

}  // namespace cairn
