#include "app/checking/quantities.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/checking/quantity_tables.h"
#include "base/utf8.h"

namespace cairn::checking {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool word_ends(std::string_view text, std::size_t at) { return at >= text.size() || !is_letter(text[at]); }

/// Bytes of the word when it stands at `at` as a whole, else 0.
std::size_t has_word(std::string_view text, std::size_t at, std::string_view word) {
  if (!text.substr(at).starts_with(word)) return 0;
  const bool latin = is_letter(word.back());
  return latin && !word_ends(text, at + word.size()) ? 0 : word.size();
}

template <class List>
std::size_t index_of_word(std::string_view text, std::size_t at, const List& list, std::size_t shortest = 99) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (has_word(text, at, list[i]) > 0) return i + 1;
    if (list[i].size() > shortest && has_word(text, at, list[i].substr(0, shortest)) > 0) return i + 1;
  }
  return 0;
}

double digits_at(std::string_view text, std::size_t at, std::size_t& end) {
  double value = 0, place = 0;
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  for (end = at; end < text.size(); ++end) {
    if (digit(end)) {
      value = place > 0 ? value + (text[end] - '0') * place : value * 10 + (text[end] - '0');
      if (place > 0) place /= 10;
    } else if (place == 0 && text[end] == ',' && digit(end + 1) && digit(end + 2) && digit(end + 3) &&
               !digit(end + 4)) {
      continue;
    } else if (place == 0 && text[end] == '.' && digit(end + 1)) {
      place = 0.1;
    } else {
      break;
    }
  }
  return value;
}

/// "million" and the like at `at`; 1 when there is none.
double multiplier(std::string_view text, std::size_t at, std::size_t& end) {
  constexpr std::array<std::pair<std::string_view, double>, 6> words = {
      {{"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}, {"hundred", 100}, {"万", 1e4}, {"亿", 1e8}}};
  for (const auto& [word, factor] : words)
    if (const std::size_t size = has_word(text, at, word)) {
      end = at + size;
      return factor;
    }
  return 1;
}

}  // namespace

bool same_kind(const Quantity& a, const Quantity& b) {
  if (a.unit.starts_with("per ") && b.unit.starts_with("per ")) return true;
  constexpr std::array<std::string_view, 5> currencies = {"eur", "gbp", "usd", "twd", "jpy"};
  const auto is_money = [&](const Quantity& q) { return std::ranges::find(currencies, q.unit) != currencies.end(); };
  return a.unit == b.unit || (is_money(a) && is_money(b));
}

bool same_quantity(const Quantity& claim, const Quantity& evidence) {
  const double a = claim.value, b = evidence.value;
  if (std::abs(a - b) > 1e-6 * std::max(std::abs(a), std::abs(b))) return false;
  if (claim.unit == evidence.unit) return true;
  const auto needs_its_unit = [](const std::string& unit) {
    return unit.starts_with("per ") || unit == "weekday" || unit == "month of year" || unit == "clock" ||
           unit == "year";
  };
  if (needs_its_unit(claim.unit) || needs_its_unit(evidence.unit)) return false;
  return evidence.unit.empty() ||
         (claim.unit.empty() && evidence.unit != "day" && evidence.unit != "month" && evidence.unit != "minute");
}

std::size_t QuantityReader::past_blanks(std::size_t at) const {
  while (at < text_.size() && text_[at] == ' ') ++at;
  return at;
}

std::optional<Quantity> QuantityReader::read(std::size_t at, std::size_t& end) {
  if (auto found = per_unit(at, end)) return found;
  if (auto found = named_day(at, end)) return found;
  if (auto found = clock(at, end)) return found;
  if (auto found = fraction(at, end)) return found;
  for (const auto& [sign, unit] : currency_signs) {
    if (!starts(at, sign) || (is_letter(sign.back()) && !word_ends(text_, at + sign.size()))) continue;
    const std::size_t number = past_blanks(at + sign.size());
    if (number >= text_.size() || !is_digit(text_[number])) continue;
    const double value = digits_at(text_, number, end);
    return Quantity{value * multiplier(text_, past_blanks(end), end), std::string(unit)};
  }
  if (starts(at, "民国")) {
    const std::size_t number = past_blanks(at + 6);
    std::size_t after = number;
    const auto chinese = chinese_number(text_, number, after);
    const double value = chinese ? *chinese : digits_at(text_, number, after);
    if (after > number && starts(past_blanks(after), "年")) {
      end = past_blanks(after) + 3;
      return Quantity{value + 1911, "year"};
    }
  }
  return number_at(at, end);
}

std::optional<Quantity> QuantityReader::number_at(std::size_t at, std::size_t& end) {
  if (starts(at, "百分之")) {
    const std::size_t number = past_blanks(at + 9);
    const auto chinese = chinese_number(text_, number, end);
    if (chinese) return Quantity{*chinese, "%"};
    if (number < text_.size() && is_digit(text_[number])) return Quantity{digits_at(text_, number, end), "%"};
    return std::nullopt;
  }
  if (const std::size_t month = index_of_word(text_, at, months); month > 0) {
    const std::size_t after = at + months[month - 1].size();
    const std::size_t next = past_blanks(after);
    const bool beside_number = next < text_.size() && is_digit(text_[next]);
    if (months[month - 1] == "may" && !beside_number && day_end_ == 0) return std::nullopt;
    end = month_end_ = after;
    return Quantity{static_cast<double>(month), "month of year"};
  }
  for (const auto& [word, value] : number_words)
    if (const std::size_t size = has_word(text_, at, word)) {
      end = at + size;
      std::size_t after = end;
      const double factor = multiplier(text_, past_blanks(end), after);
      end = after;
      return with_unit(value * factor, end, end, false);
    }
  if (is_digit(text_[at])) {
    std::size_t after = at;
    if (const auto chinese = chinese_number(text_, at, after)) return with_unit(*chinese, after, end, false);
    const double value = digits_at(text_, at, after);
    const double factor = multiplier(text_, past_blanks(after), after);
    return with_unit(value * factor, after, end, false);
  }
  std::size_t after = at;
  const auto chinese = chinese_number(text_, at, after);
  if (!chinese) return std::nullopt;
  return with_unit(*chinese, after, end, true);
}

/// "five unused days", "two more weeks": the unit of time that follows one word later.
const Unit* QuantityReader::unit_behind_adjective(std::size_t at) const {
  constexpr std::array<std::string_view, 14> adjectives = {"unused", "more",     "further", "extra",    "additional",
                                                           "full",   "other",    "paid",    "free",     "consecutive",
                                                           "whole",  "calendar", "sick",    "remaining"};
  for (const std::string_view adjective : adjectives) {
    const std::size_t size = has_word(text_, at, adjective);
    if (size == 0) continue;
    const std::size_t next = past_blanks(at + size);
    for (const Unit& unit : units)
      if (unit.unit != "m" && unit.unit != "g" && has_word(text_, next, unit.word) > 0) return &unit;
  }
  return nullptr;
}

/// A Chinese numeral without anything that it counts is part of a word (一起, 十分).
std::optional<Quantity> QuantityReader::with_unit(double value, std::size_t at, std::size_t& end, bool chinese) {
  end = at;
  const std::size_t next = text_.substr(at).starts_with("-") ? at + 1 : past_blanks(at);
  const auto date = [&](std::string_view unit, std::size_t size) {
    end = next + size;
    if (unit == "month of year") month_end_ = end;
    else day_end_ = end;
    return Quantity{value, std::string(unit)};
  };
  if (starts(next, "月") && value >= 1 && value <= 12) return date("month of year", 3);
  if (starts(next, "年") && value >= 1900 && value <= 2100) return date("year", 3);
  const bool near_month = month_end_ > 0 && next - std::min(next, month_end_) < 16;
  if (starts(next, "日") && near_month && value <= 31) return date("day of month", 3);
  if (starts(next, "号") && near_month && value <= 31) return date("day of month", 3);
  if (const std::size_t month = index_of_word(text_, next, months); month > 0 && value <= 31 && !chinese) {
    day_end_ = end;
    return Quantity{value, "day of month"};
  }
  if (month_end_ > 0 && !chinese && past_blanks(month_end_) + 12 > at && value <= 31 && value >= 1 &&
      text_.substr(month_end_, at - month_end_).find_first_of(".;|") == std::string_view::npos && at - month_end_ <= 3)
    return Quantity{value, "day of month"};
  const Unit* best = nullptr;
  for (const Unit& unit : units)
    if (has_word(text_, next, unit.word) > 0 && (best == nullptr || unit.word.size() > best->word.size())) best = &unit;
  if (best != nullptr) {
    end = next + best->word.size();
    std::size_t half = end;
    if (starts(half, "半") && best->factor == 12) value += 0.5, end = half + 3;
    return Quantity{value * best->factor, std::string(best->unit)};
  }
  if (!chinese)
    if (const Unit* unit = unit_behind_adjective(next)) return Quantity{value * unit->factor, std::string(unit->unit)};
  if (!chinese && value >= 1900 && value <= 2100 && value == std::floor(value)) return Quantity{value, "year"};
  if (!chinese) return Quantity{value, ""};
  for (const std::string_view word : classifiers)
    if (starts(next, word)) return Quantity{value, ""};
  return value >= 13 ? std::optional(Quantity{value, ""}) : std::nullopt;
}

std::optional<Quantity> QuantityReader::per_unit(std::size_t at, std::size_t& end) const {
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
        end = noun_at + noun_size;
        return Quantity{1, "per " + std::string(unit)};
      }
  }
  return std::nullopt;
}

std::optional<Quantity> QuantityReader::named_day(std::size_t at, std::size_t& end) const {
  if (const std::size_t day = index_of_word(text_, at, weekdays); day > 0) {
    end = at + weekdays[day - 1].size();
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

std::optional<Quantity> QuantityReader::fraction(std::size_t at, std::size_t& end) const {
  constexpr std::array<std::pair<std::string_view, double>, 9> words = {{{"a third", 1.0 / 3},
                                                                         {"one third", 1.0 / 3},
                                                                         {"two thirds", 2.0 / 3},
                                                                         {"a quarter of", 0.25},
                                                                         {"三分之一", 1.0 / 3},
                                                                         {"三分之二", 2.0 / 3},
                                                                         {"四分之一", 0.25},
                                                                         {"千分之一", 0.001},
                                                                         {"二分之一", 0.5}}};
  for (const auto& [word, value] : words)
    if (const std::size_t size = has_word(text_, at, word)) {
      end = at + size;
      return Quantity{value, "fraction"};
    }
  if (starts(at, "半年")) {
    end = at + 6;
    return Quantity{6, "month"};
  }
  if (starts(at, "半天")) {
    end = at + 6;
    return Quantity{0.5, "day"};
  }
  return std::nullopt;
}

std::optional<Quantity> QuantityReader::clock(std::size_t at, std::size_t& end) const {
  std::size_t from = at;
  double shift = 0;
  bool named = false;
  constexpr std::array<std::pair<std::string_view, double>, 5> parts = {
      {{"下午", 720}, {"晚上", 720}, {"上午", 0}, {"早上", 0}, {"中午", 0}}};
  for (const auto& [word, minutes] : parts)
    if (starts(at, word)) from = past_blanks(at + word.size()), shift = minutes, named = true;
  if (from >= text_.size()) return std::nullopt;
  std::size_t after = from;
  double hour = 0;
  const bool digits = is_digit(text_[from]);
  if (digits) {
    hour = digits_at(text_, from, after);
  } else {
    const auto chinese = chinese_number(text_, from, after);
    if (!chinese) return std::nullopt;
    hour = *chinese;
  }
  double minutes = 0;
  bool is_clock = false;
  if (digits && after + 2 < text_.size() + 0 && text_[after] == ':' && is_digit(text_[after + 1]) &&
      after + 2 < text_.size() && is_digit(text_[after + 2])) {
    minutes = (text_[after + 1] - '0') * 10 + (text_[after + 2] - '0');
    after += 3;
    is_clock = true;
  }
  const std::size_t suffix = past_blanks(after);
  constexpr std::array<std::pair<std::string_view, double>, 4> suffixes = {
      {{"p.m.", 720}, {"a.m.", 0}, {"pm", 720}, {"am", 0}}};
  for (const auto& [word, minutes_later] : suffixes)
    if (digits && has_word(text_, suffix, word) > 0) {
      after = suffix + word.size(), shift = minutes_later, is_clock = true;
      break;
    }
  if (!is_clock && (starts(suffix, "点") || (named && starts(suffix, "时"))) && hour <= 24) {
    after = suffix + 3;
    is_clock = true;
    if (starts(after, "半")) minutes = 30, after += 3;
    if (starts(after, "钟")) after += 3;
  }
  if (!is_clock || hour > 24) return std::nullopt;
  end = after;
  return Quantity{hour * 60 + minutes + (hour < 12 ? shift : 0), "clock"};
}

}  // namespace cairn::checking
