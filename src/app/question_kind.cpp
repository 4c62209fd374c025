#include "app/question_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/fold.h"

namespace cairn {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `words` stands in `text` as whole words; ideographs need no word boundary.
bool has_words(std::string_view text, std::string_view words) {
  const bool ascii = is_letter(words.front());
  for (auto at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
    const std::size_t end = at + words.size();
    const bool starts = at == 0 || !is_letter(text[at - 1]);
    const bool ends = end == text.size() || !is_letter(text[end]);
    if (!ascii || (starts && ends)) return true;
  }
  return false;
}

template <std::size_t n>
bool has_one_of(std::string_view text, const std::array<std::string_view, n>& list) {
  return std::ranges::any_of(list, [&](std::string_view words) { return has_words(text, words); });
}

constexpr std::array<std::string_view, 47> number_questions = {
    "how many",    "how much",      "how long",     "how far",
    "how old",     "how large",     "how big",      "how high",
    "how tall",    "how fast",      "how often",    "how heavy",
    "how deep",    "what year",     "what percent", "what percentage",
    "what number", "what amount",   "what age",     "what date",
    "what day",    "what month",    "what century", "what time",
    "which year",  "which century", "what price",   "when",
    "多少",        "几个",          "几年",         "几次",
    "几种",        "几名",          "几位",         "几人",
    "几月",        "几日",          "几天",         "几岁",
    "何时",        "什么时候",      "哪年",         "哪一年",
    "哪天",        "多长",          "多久"};
constexpr std::array<std::string_view, 4> more_number_questions = {"多大", "多高", "多远", "百分之几"};
constexpr std::array<std::string_view, 16> name_questions = {
    "who",        "whose",      "whom",         "where",      "what city",     "what country",
    "what place", "what state", "what company", "which city", "which country", "which state",
    "谁",         "何人",       "哪位",         "哪名"};

constexpr std::array<std::string_view, 21> number_words = {
    "one",    "two",     "three",    "four",    "five",    "six",  "seven", "eight",   "nine",  "ten",  "eleven",
    "twelve", "hundred", "thousand", "million", "billion", "half", "third", "quarter", "dozen", "twice"};
constexpr std::array<std::string_view, 14> han_numbers = {"一", "二", "三", "四", "五", "六", "七",
                                                          "八", "九", "十", "百", "千", "万", "两"};

bool has_number(std::string_view folded) {
  return std::ranges::any_of(folded, is_digit) || has_one_of(folded, number_words) || has_one_of(folded, han_numbers);
}

/// A capitalised Latin word, not the first of the sentence, that the question does not have.
bool has_new_name(std::string_view sentence, std::string_view folded_question) {
  bool first = true;
  for (std::size_t at = 0; at < sentence.size();) {
    if (!is_letter(sentence[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < sentence.size() && (is_letter(sentence[end]) || static_cast<unsigned char>(sentence[end]) >= 0x80))
      ++end;
    const std::string_view word = sentence.substr(at, end - at);
    if (!first && word.size() > 1 && word.front() <= 'Z' && !has_words(folded_question, text::fold(word))) return true;
    first = false;
    at = end;
  }
  return false;
}

bool has_latin(std::string_view text) { return std::ranges::any_of(text, is_letter); }

}  // namespace

QuestionKind question_kind(std::string_view question) {
  const std::string folded = text::fold(question);
  if (has_one_of(folded, number_questions) || has_one_of(folded, more_number_questions)) return QuestionKind::number;
  if (has_one_of(folded, name_questions)) return QuestionKind::name;
  return QuestionKind::open;
}

double fits(QuestionKind kind, std::string_view sentence, std::string_view question) {
  constexpr double cannot_tell = 0.5;
  if (kind == QuestionKind::number) return has_number(text::fold(sentence)) ? 1 : 0;
  if (kind == QuestionKind::name && has_latin(question)) return has_new_name(sentence, text::fold(question)) ? 1 : 0;
  return cannot_tell;
}

}  // namespace cairn
