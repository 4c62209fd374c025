#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  std::vector<std::string> collections;  ///< Names; empty: all of the tenant.
  nlohmann::json filter;                 ///< As for a search; null: none.
  std::size_t limit = 10;                ///< How many hits are read for evidence.
  std::string generator = "extractive";
  std::optional<std::uint32_t> max_tokens;  ///< Of a model's reply; nothing: as configured.
  std::optional<double> temperature;        ///< Likewise.
  CancelToken cancel;

  /// Called before the answer is written, with everything that it may point to: the answer keeps these numbers. May be
  /// empty: then citations are numbered in the order in which the answer points to them.
  std::function<void(const std::vector<Citation>&)> on_citations;
  Trace* trace = nullptr;  ///< Where its stages are recorded, or null.
};

/// Answers from a tenant's documents, with quotes. Any number of threads.
class AnswerQuestion {
 public:
  /// `generators` are chosen from by name; all arguments must outlive this.
  AnswerQuestion(const Searcher& searcher, const EmbedderSet& embedders, std::vector<Generator*> generators,
                 const Clock& clock);

  /// `on_token` is called with pieces of the answer as they come; may be empty. Every quote is compared with the
  /// canonical text at its span before it is returned; a sentence without evidence of its own is not. Abstains when the
  /// evidence does not support an answer. Errors: `invalid` (empty question, unknown generator), those of Searcher and
  /// Generator.
  Result<Answer> answer(const Principal& principal, const AnswerRequest& request,
                        const std::function<void(std::string_view)>& on_token) const;

 private:
  Result<Generator*> generator(const std::string& name) const;
  Result<std::vector<Evidence>> evidence_for(const Generator& generator, const AnswerRequest& request,
                                             const FoundChunks& found) const;

  const Searcher& searcher_;
  const EmbedderSet& embedders_;
  std::vector<Generator*> generators_;
  mutable AnalyzerPool analyzers_;
  const Clock& clock_;
};

}  // namespace cairn
