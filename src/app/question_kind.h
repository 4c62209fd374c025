#pragma once

#include <string_view>

namespace cairn {

/// What kind of thing a question asks for, as far as its words tell.
enum class QuestionKind { open, number, name };

/// Reads English and Chinese question words ("how many", "when", "who"; 多少, 何時, 誰), in either script.
QuestionKind question_kind(std::string_view question);

/// Whether a sentence has something of that kind that the question does not already say: 1 yes, 0 no, 0.5 cannot tell.
double fits(QuestionKind kind, std::string_view sentence, std::string_view question);

}  // namespace cairn
