#include "app/question_kind.h"

#include <algorithm>
#include <string>

#include "app/checking/number_text.h"
#include "text/fold.h"

namespace cairn {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `words` stands in `text` as whole words; ideographs and signs need no word boundary.
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

/// `list` is separated by commas.
bool has_one_of(std::string_view text, std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (has_words(text, list.substr(0, end))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

struct QuestionWords {
  QuestionKind kind;
  std::string_view list;
};

/// In folded characters. The first that fits decides, so what is more particular stands first.
constexpr QuestionWords question_words[] = {
    {QuestionKind::money, "how much money,price,prices,cost,costs,多少钱,价格,几元,多少元"},
    {QuestionKind::duration,
     "how long,how often,how many years,how many months,how many weeks,how many days,how many hours,how many minutes,"
     "多久,多长,几年,几个月,几天,几小时"},
    {QuestionKind::time,
     "when,what year,which year,what date,which date,what day,which day,what month,which month,what time,what century,"
     "which century,何时,什么时候,哪年,哪一年,哪天,哪一天,几月,几日,几点"},
    {QuestionKind::number,
     "how many,how much,how far,how old,how large,how big,how high,how tall,how fast,how heavy,how deep,what percent,"
     "what percentage,what number,what amount,what age,多少,几个,几次,几种,几名,几位,几人,几岁,多大,多高,多远,多重,"
     "百分之几"},
    {QuestionKind::name,
     "who,whose,whom,where,what city,what country,what place,what state,what company,which city,which country,"
     "which state,谁,何人,哪位,哪名"}};

/// Beside what checking::english_number() reads.
constexpr std::string_view number_words =
    "hundred,thousand,million,billion,half,quarter,dozen,twice,一,二,三,四,五,六,七,八,九,十,百,千,万,两";
constexpr std::string_view calendar_words =
    "january,february,march,april,may,june,july,august,september,october,november,december,monday,tuesday,wednesday,"
    "thursday,friday,saturday,sunday,century,年,月,日,世纪,星期,点";
constexpr std::string_view spans_of_time =
    "second,seconds,minute,minutes,hour,hours,day,days,week,weeks,month,months,year,years,decade,decades,century,"
    "centuries,秒,分钟,小时,天,日,周,星期,月,年,世纪";
constexpr std::string_view currencies =
    "$,€,£,¥,eur,euro,euros,gbp,pound,pounds,usd,dollar,dollars,nt,yuan,yen,cents,元,欧,美金,日圆,英镑,块";

/// In digits, in English words ("twenty-five") or in Chinese numerals.
bool has_number(std::string_view folded) {
  if (std::ranges::any_of(folded, is_digit) || has_one_of(folded, number_words)) return true;
  for (std::size_t at = 0; at < folded.size(); ++at) {
    std::size_t end = at;
    const bool starts_word = is_letter(folded[at]) && (at == 0 || !is_letter(folded[at - 1]));
    if (starts_word && checking::english_number(folded, at, end)) return true;
  }
  return false;
}

/// Four digits that can be a year, or "14:30".
bool has_year_or_time(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    const bool goes_on = end + 1 < text.size() && is_digit(text[end + 1]);
    const bool decimal = goes_on && (text[end] == '.' || text[end] == ',');
    if (end - at == 4 && (text[at] == '1' || text[at] == '2') && !decimal) return true;
    if (end > at && end - at <= 2 && goes_on && text[end] == ':') return true;
    at = end + (decimal ? 2 : 1);
  }
  return false;
}

/// Whether something makes the sentence's numbers what the question asks for.
bool has_unit(QuestionKind kind, std::string_view sentence, std::string_view context) {
  switch (kind) {
    case QuestionKind::time: return has_year_or_time(sentence) || has_one_of(sentence, calendar_words);
    case QuestionKind::duration: return has_one_of(sentence, spans_of_time) || has_one_of(context, spans_of_time);
    case QuestionKind::money: return has_one_of(sentence, currencies) || has_one_of(context, currencies);
    default: return true;
  }
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
  for (const QuestionWords& words : question_words)
    if (has_one_of(folded, words.list)) return words.kind;
  return QuestionKind::open;
}

double fits(QuestionKind kind, std::string_view sentence, std::string_view context, std::string_view question) {
  constexpr double cannot_tell = 0.5;
  if (kind == QuestionKind::open) return cannot_tell;
  if (kind == QuestionKind::name) {
    if (!has_latin(question)) return cannot_tell;
    return has_new_name(sentence, text::fold(question)) ? 1 : 0;
  }
  const std::string folded = text::fold(sentence);
  const bool unit = has_unit(kind, folded, text::fold(context));
  if (!has_number(folded) && !(unit && kind == QuestionKind::time)) return 0;
  return unit ? 1 : cannot_tell;
}

}  // namespace cairn
