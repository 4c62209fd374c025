#include <array>

#include "app/checking/number_text.h"
#include "app/checking/quantities.h"
#include "app/checking/quantity_tables.h"

// Times of the day, days of the week, and what happens every so often.
namespace cairn::checking {
namespace {

/// Monday is 1; "Mondays" too. 0: none.
std::size_t weekday_at(std::string_view text, std::size_t at) {
  for (std::size_t i = 0; i < weekdays.size(); ++i)
    if (text.substr(at).starts_with(weekdays[i]) &&
        (word_ends(text, at + weekdays[i].size()) || has_word(text, at + weekdays[i].size(), "s") > 0))
      return i + 1;
  return 0;
}

/// ":50" behind an hour; `after` becomes where it ends.
std::optional<double> minutes_in_digits(std::string_view text, std::size_t& after) {
  if (after + 2 >= text.size() || text[after] != ':' || !is_digit(text[after + 1]) || !is_digit(text[after + 2]))
    return std::nullopt;
  after += 3;
  return (text[after - 2] - '0') * 10 + (text[after - 1] - '0');
}

/// 半, 鐘, 五十分 or nothing behind 點; `after` becomes where it ends.
double chinese_minutes(std::string_view text, std::size_t& after) {
  if (const std::size_t size = has_word(text, after, "半")) {
    after += size;
    return 30;
  }
  after += has_word(text, after, "钟");
  std::size_t end = after;
  const bool digits = after < text.size() && is_digit(text[after]);
  const auto minutes = digits ? std::optional(digits_at(text, after, end)) : chinese_number(text, after, end);
  const std::size_t size = minutes ? has_word(text, end, "分") : 0;
  if (size == 0 || has_word(text, end, "分钟") > 0) return 0;
  after = end + size;
  return *minutes;
}

}  // namespace

std::optional<Quantity> QuantityReader::per_unit(std::size_t at, std::size_t& end) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 26> adverbs = {
      {{"daily", "day"},     {"nightly", "day"},  {"weekly", "week"},   {"monthly", "month"}, {"quarterly", "quarter"},
       {"annually", "year"}, {"每工作日", "day"}, {"每日", "day"},      {"每天", "day"},      {"每晚", "day"},
       {"每周", "week"},     {"每星期", "week"},  {"每个星期", "week"}, {"每月", "month"},    {"每个月", "month"},
       {"每季", "quarter"},  {"每年", "year"},    {"每年度", "year"},   {"每小时", "hour"},   {"每公里", "km"},
       {"每人", "person"},   {"每站", "station"}, {"每则", "item"},     {"每次", "occasion"}, {"每件", "item"},
       {"每两年", "2 years"}}};
  for (const auto& [word, unit] : adverbs)
    if (const std::size_t size = has_word(text_, at, word)) {
      end = at + size;
      if (unit == "month") month_end_ = end;
      return Quantity{1, "per " + std::string(unit)};
    }
  constexpr std::array<std::string_view, 5> openers = {"each", "every", "per", "an", "a"};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> nouns = {{{"day", "day"},
                                                                                   {"night", "day"},
                                                                                   {"week", "week"},
                                                                                   {"month", "month"},
                                                                                   {"quarter", "quarter"},
                                                                                   {"year", "year"},
                                                                                   {"hour", "hour"},
                                                                                   {"mile", "mile"},
                                                                                   {"person", "person"}}};
  for (const std::string_view opener : openers) {
    const std::size_t size = has_word(text_, at, opener);
    if (size == 0) continue;
    std::size_t noun_at = past_blanks(at + size);
    constexpr std::array<std::string_view, 4> between = {"calendar", "contract", "working", "single"};
    for (const std::string_view word : between)
      if (has_word(text_, noun_at, word) > 0) noun_at = past_blanks(noun_at + word.size());
    for (const auto& [noun, unit] : nouns)
      if (const std::size_t noun_size = has_word(text_, noun_at, noun)) {
        if (has_word(text_, past_blanks(noun_at + noun_size), "of an hour") > 0) return std::nullopt;
        end = noun_at + noun_size;
        return Quantity{1, "per " + std::string(unit)};
      }
  }
  return std::nullopt;
}

std::optional<Quantity> QuantityReader::named_day(std::size_t at, std::size_t& end) const {
  if (const std::size_t day = weekday_at(text_, at); day > 0) {
    end = at + weekdays[day - 1].size();
    if (has_word(text_, end, "s") > 0) ++end;
    return Quantity{static_cast<double>(day), "weekday"};
  }
  constexpr std::array<std::string_view, 4> prefixes = {"星期", "礼拜", "周", "("};
  constexpr std::array<std::string_view, 7> days = {"一", "二", "三", "四", "五", "六", "日"};
  for (const std::string_view prefix : prefixes) {
    if (!starts(at, prefix)) continue;
    for (std::size_t i = 0; i < days.size(); ++i) {
      const std::size_t after = at + prefix.size() + days[i].size();
      if (!starts(at + prefix.size(), days[i]) || (prefix == "(" && !starts(after, ")"))) continue;
      end = after;
      return Quantity{static_cast<double>(i + 1), "weekday"};
    }
  }
  return std::nullopt;
}

/// "7:50", "3 pm", "half past three", 七點五十分, 下午兩點半: minutes since midnight.
std::optional<Quantity> QuantityReader::clock(std::size_t at, std::size_t& end) const {
  constexpr std::array<std::pair<std::string_view, double>, 5> names = {
      {{"noon", 720}, {"正午", 720}, {"midnight", 1440}, {"午夜", 1440}, {"半夜十二点", 1440}}};
  for (const auto& [word, minutes] : names)
    if (const std::size_t size = has_word(text_, at, word)) {
      end = at + size;
      return Quantity{minutes, "clock"};
    }
  if (const std::size_t size = has_word(text_, at, "half past")) {
    const std::size_t number = past_blanks(at + size);
    const auto hour = english_number(text_, number, end);
    return hour && *hour <= 12 ? std::optional(Quantity{*hour * 60 + 30, "clock"}) : std::nullopt;
  }
  std::size_t from = at;
  double shift = 0;
  constexpr std::array<std::pair<std::string_view, double>, 8> parts = {
      {{"下午", 720}, {"晚上", 720}, {"傍晚", 720}, {"上午", 0}, {"早上", 0}, {"清晨", 0}, {"凌晨", 0}, {"中午", 0}}};
  for (const auto& [word, minutes] : parts)
    if (starts(at, word)) from = past_blanks(at + word.size()), shift = minutes;
  if (from >= text_.size()) return std::nullopt;
  std::size_t after = from;
  const bool digits = is_digit(text_[from]);
  const auto hour = digits ? std::optional(digits_at(text_, from, after)) : chinese_number(text_, from, after);
  if (!hour || *hour > 24) return std::nullopt;
  auto minutes = digits ? minutes_in_digits(text_, after) : std::nullopt;
  const std::size_t suffix = past_blanks(after);
  constexpr std::array<std::pair<std::string_view, double>, 5> suffixes = {
      {{"p.m.", 720}, {"a.m.", 0}, {"pm", 720}, {"am", 0}, {"o'clock", 0}}};
  if (digits)
    for (const auto& [word, later] : suffixes)
      if (const std::size_t size = has_word(text_, suffix, word); size > 0 && after <= suffix) {
        after = suffix + size, shift = later, minutes = minutes.value_or(0);
        break;
      }
  if (!minutes && (starts(suffix, "点") || (from > at && starts(suffix, "时")))) {
    after = suffix + std::string_view("点").size();
    minutes = chinese_minutes(text_, after);
  }
  if (!minutes) return std::nullopt;
  end = after;
  // Twelve at night is the end of the day, twelve at noon its middle.
  const bool at_night = text_.substr(at).starts_with("晚上");
  return Quantity{*hour * 60 + *minutes + (*hour < 12 || at_night ? shift : 0), "clock"};
}

}  // namespace cairn::checking
