#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "app/answer_prompt.h"
#include "ports/generator.h"
#include "ports/language_model.h"

namespace cairn {

struct GroundedOptions {
  PromptLimits limits;
  double temperature = 0;
  std::chrono::milliseconds time_limit{120'000};

  /// The model is not asked at all when the best evidence is less likely than this to hold an answer.
  double least_evidence = 0.1;
};

/// Answers by a language model, from numbered passages: text in and text out become evidence in and cited sentences
/// out. It checks nothing; that is the use case's business. As many threads as the model serves.
class GroundedGenerator final : public Generator {
 public:
  /// `model` must outlive this.
  GroundedGenerator(LanguageModel& model, GroundedOptions options) : model_(model), options_(std::move(options)) {}

  std::string name() const override { return model_.name(); }
  bool writes() const override { return true; }

  /// Passed on is the text without its citations. A reply that says that there is no answer is an abstention, and is
  /// not passed on where it uses the agreed words. Errors: those of LanguageModel::chat().
  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>& on_token) override;

  /// Asks the model, within a bounded prompt and a short reply; nothing when what it says is no question.
  Result<std::optional<std::string>> stand_alone(std::span<const ConversationTurn> turns,
                                                 const CancelToken& cancel) override;

 private:
  LanguageModel& model_;
  GroundedOptions options_;
};

/// Whether a sentence only says that there is no answer ("The passages do not say …", 資料中沒有提到…).
bool says_that_it_does_not_know(std::string_view sentence);

}  // namespace cairn
