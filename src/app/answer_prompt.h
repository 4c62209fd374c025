#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ports/generator.h"
#include "ports/language_model.h"

namespace cairn {

struct PromptLimits {
  std::uint32_t evidence_tokens = 1'500;  ///< Of all passages together; less where the model's context is small.
  std::uint32_t reply_tokens = 512;
};

/// What the model replies when the passages hold no answer.
inline constexpr std::string_view no_answer = "NO ANSWER";

struct AnswerPrompt {
  ChatRequest request;
  std::size_t evidence = 0;  ///< How many pieces of evidence, from the first, the model reads.
};

/// Rules in a system message that is the same for every question (so that a model's prompt cache holds it), then the
/// passages with their numbers between delimiters that contain `key`, which no document can know, then the question.
/// Errors: `invalid` when the model's context is too small for the question and one passage.
Result<AnswerPrompt> answer_prompt(const LanguageModel& model, const GenerateRequest& request,
                                   const PromptLimits& limits, std::string_view key);

/// "Traditional Chinese (繁體中文)" for "zh-Hant"; "the language of the question" for languages without a name here.
std::string_view language_name(std::string_view tag);

}  // namespace cairn
