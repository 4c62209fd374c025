#pragma once

#include <string_view>

namespace cairn {

/// What kind of thing a question asks for, as far as its words tell. `number` is one of which no more is known.
enum class QuestionKind { open, number, time, duration, money, name };

/// Reads English and Chinese question words ("how many", "when", "who"; 多少, 何時, 誰), in either script.
QuestionKind question_kind(std::string_view question);

/// Whether a sentence has something of that kind that the question does not already say: 1 yes, 0 no, 0.5 cannot tell,
/// or a number without anything that makes it a time, a duration or an amount of money. `context` is what the sentence
/// stands below and may name the unit: headings, the head of a table.
double fits(QuestionKind kind, std::string_view sentence, std::string_view context, std::string_view question);

}  // namespace cairn
