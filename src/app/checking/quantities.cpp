#include "app/checking/quantities.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/checking/number_text.h"
#include "app/checking/quantity_tables.h"

namespace cairn::checking {
bool same_kind(const Quantity& a, const Quantity& b) {
  if (a.unit.starts_with("per ") && b.unit.starts_with("per ")) return true;
  constexpr std::array<std::string_view, 5> currencies = {"eur", "gbp", "usd", "twd", "jpy"};
  const auto is_money = [&](const Quantity& q) { return std::ranges::find(currencies, q.unit) != currencies.end(); };
  return a.unit == b.unit || (is_money(a) && is_money(b));
}

namespace {

bool near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b)); }

bool is_span_of_time(const std::string& unit) { return unit == "day" || unit == "month" || unit == "minute"; }

bool needs_its_unit(const std::string& unit) {
  return unit.starts_with("per ") || unit == "weekday" || unit == "month of year" || unit == "clock" || unit == "year";
}

/// In minutes, where days and hours can stand for each other; else 0.
double minutes_of(const Quantity& quantity) {
  if (quantity.unit == "minute") return quantity.value;
  if (quantity.unit == "second") return quantity.value / 60;
  return quantity.unit == "day" ? quantity.value * 24 * 60 : 0;
}

}  // namespace

bool same_quantity(const Quantity& claim, const Quantity& evidence) {
  if (evidence.loose && !claim.unit.empty()) return false;
  if (claim.unit == evidence.unit) return near(claim.value, evidence.value);
  if (minutes_of(claim) > 0 && near(minutes_of(claim), minutes_of(evidence))) return true;
  if (needs_its_unit(claim.unit) || needs_its_unit(evidence.unit)) return false;
  if (claim.bare && claim.unit.empty() && near(claim.value, evidence.count)) return true;
  if (!near(claim.value, evidence.value)) return false;
  if (claim.unit == "第" && evidence.unit.empty()) return true;
  return (evidence.unit.empty() && evidence.bare) || (claim.unit.empty() && !is_span_of_time(evidence.unit));
}

std::size_t QuantityReader::past_blanks(std::size_t at) const {
  while (at < text_.size() && text_[at] == ' ') ++at;
  return at;
}

std::optional<Quantity> QuantityReader::read(std::size_t at, std::size_t& end) {
  if (auto found = per_unit(at, end)) return found;
  if (auto found = named_day(at, end)) return found;
  if (auto found = clock(at, end)) return found;
  if (auto found = half(at, end)) return found;
  if (auto found = fraction(at, end)) return found;
  if (auto found = money(at, end)) return found;
  if (auto found = year_of_the_republic(at, end)) return found;
  if (auto found = month(at, end)) return found;
  auto found = number_at(at, end);
  if (found && found->unit.empty()) {
    found->bare = counts_nothing(past_blanks(end));
    found->loose = found->loose || numbers_a_line(at, end);
  }
  return found;
}

/// Whether a mark, the end or the other end of a range follows: "under twelve", "| 640 |", "from 10.5 to 10.8 volts".
bool QuantityReader::counts_nothing(std::size_t next) const {
  if (next >= text_.size() || text_.substr(next).find_first_of(".,;:)|\n") == 0 || starts(next, "。")) return true;
  for (const std::string_view joint : {"to", "and", "or", "-", "–", "~", "至", "到"}) {
    const std::size_t size = has_word(text_, next, joint);
    const std::size_t other = past_blanks(next + size);
    if (size > 0 && other < text_.size() && is_digit(text_[other])) return true;
  }
  return false;
}

/// "3.1 The distributor …", "2. Press the key": the number of a section or of a step.
bool QuantityReader::numbers_a_line(std::size_t at, std::size_t end) const {
  const auto line = text_.find_last_not_of(" #(", at == 0 ? std::string_view::npos : at - 1);
  const bool starts_line = at == 0 || line == std::string_view::npos || text_[line] == '\n' || line >= at;
  if (!starts_line || !is_digit(text_[at]) || end >= text_.size()) return false;
  const bool section = text_.substr(at, end - at).find('.') != std::string_view::npos;
  return text_[end] == ')' || starts(end, "、") || (text_[end] == '.' && !section) || (section && text_[end] == ' ');
}

std::optional<Quantity> QuantityReader::money(std::size_t at, std::size_t& end) const {
  for (const auto& [sign, unit] : currency_signs) {
    if (!starts(at, sign) || (is_letter(sign.back()) && !word_ends(text_, at + sign.size()))) continue;
    const std::size_t number = past_blanks(at + sign.size());
    if (number >= text_.size() || !is_digit(text_[number])) continue;
    const double value = digits_at(text_, number, end);
    return Quantity{value * multiplier_at(text_, end, end), std::string(unit)};
  }
  return std::nullopt;
}

std::optional<Quantity> QuantityReader::year_of_the_republic(std::size_t at, std::size_t& end) const {
  if (!starts(at, "民国")) return std::nullopt;
  const std::size_t number = past_blanks(at + 6);
  std::size_t after = number;
  const auto chinese = chinese_number(text_, number, after);
  const double value = chinese ? *chinese : digits_at(text_, number, after);
  if (after == number || !starts(past_blanks(after), "年")) return std::nullopt;
  end = past_blanks(after) + 3;
  return Quantity{value + 1911, "year"};
}

/// By its name; by its first three letters only beside a number.
std::optional<Quantity> QuantityReader::month(std::size_t at, std::size_t& end) {
  constexpr std::size_t short_form = 3;
  const std::size_t month = index_of_word(text_, at, months, short_form);
  if (month == 0) return std::nullopt;
  const std::string_view name = months[month - 1];
  const bool whole = has_word(text_, at, name) > 0;
  const std::size_t after = at + (whole ? name.size() : short_form);
  const std::size_t next = past_blanks(after + (text_.substr(after).starts_with(".") ? 1 : 0));
  const bool beside_number = (next < text_.size() && is_digit(text_[next])) || (day_end_ > 0 && at - day_end_ <= 4);
  if ((!whole || name == "may") && !beside_number) return std::nullopt;
  constexpr std::array<std::string_view, 6> verbs = {"be", "not", "have", "only", "also", "take"};
  if (name == "may" && index_of_word(text_, next, verbs) > 0) return std::nullopt;
  end = month_end_ = after;
  return Quantity{static_cast<double>(month), "month of year"};
}

std::optional<Quantity> QuantityReader::number_at(std::size_t at, std::size_t& end) {
  if (starts(at, "百分之")) {
    const std::size_t number = past_blanks(at + 9);
    const auto chinese = chinese_number(text_, number, end);
    if (chinese) return Quantity{*chinese, "%"};
    if (number < text_.size() && is_digit(text_[number])) return Quantity{digits_at(text_, number, end), "%"};
    return std::nullopt;
  }
  std::size_t after = at;
  if (const auto english = english_number(text_, at, after)) {
    auto found = with_unit(*english, after, end, false);
    return *english == 1 && found && found->unit.empty() ? std::nullopt : found;
  }
  if (starts(at, "第")) {
    std::size_t number = past_blanks(at + 3);
    const auto chinese = chinese_number(text_, number, after = number);
    if (!chinese && (number >= text_.size() || !is_digit(text_[number]))) return std::nullopt;
    const double value = chinese ? *chinese : digits_at(text_, number, after);
    end = after;
    return Quantity{value, "第"};
  }
  const auto chinese = chinese_number(text_, at, after);
  if (chinese) return with_unit(*chinese, after, end, !is_digit(text_[at]));
  if (!is_digit(text_[at])) return std::nullopt;
  const double value = digits_at(text_, at, after);
  for (const std::string_view ordinal : {"st", "nd", "rd", "th"})
    if (has_word(text_, after, ordinal) > 0) after += ordinal.size();
  const double factor = multiplier_at(text_, after, after);
  return with_unit(value * factor, after, end, false);
}

const Unit* QuantityReader::unit_at(std::size_t at) const {
  const Unit* best = nullptr;
  for (const Unit& unit : units)
    if (has_word(text_, at, unit.word) > 0 && (best == nullptr || unit.word.size() > best->word.size())) best = &unit;
  return best;
}

/// "five unused days", "two more weeks": the unit of time that follows one word later.
const Unit* QuantityReader::unit_behind_adjective(std::size_t at) const {
  constexpr std::array<std::string_view, 14> adjectives = {"unused", "more",     "further", "extra",    "additional",
                                                           "full",   "other",    "paid",    "free",     "consecutive",
                                                           "whole",  "calendar", "sick",    "remaining"};
  for (const std::string_view adjective : adjectives) {
    const std::size_t size = has_word(text_, at, adjective);
    if (size == 0) continue;
    const Unit* unit = unit_at(past_blanks(at + size));
    if (unit != nullptr && unit->unit != "m" && unit->unit != "g") return unit;
  }
  return nullptr;
}

/// A Chinese numeral without anything that it counts is part of a word (一起, 十分).
std::optional<Quantity> QuantityReader::with_unit(double value, std::size_t at, std::size_t& end, bool chinese) {
  end = at;
  const std::size_t next = text_.substr(at).starts_with("-") ? at + 1 : past_blanks(at);
  if (auto date = part_of_date(value, at, next, end, chinese)) return date;
  if (auto found = measured(value, next, end)) return found;
  if (!chinese)
    if (const Unit* unit = unit_behind_adjective(next))
      return Quantity{value * unit->factor, std::string(unit->unit), value};
  if (!chinese && value >= 1900 && value <= 2100 && value == std::floor(value)) return Quantity{value, "year"};
  if (!chinese || value >= 13) return Quantity{value, ""};
  for (const std::string_view word : classifiers)
    if (starts(next, word)) return Quantity{value, ""};
  if (loosely_ && value > 1) return Quantity{.value = value, .unit = "", .loose = true};
  return std::nullopt;
}

std::optional<Quantity> QuantityReader::part_of_date(double value, std::size_t at, std::size_t next, std::size_t& end,
                                                     bool chinese) {
  const auto date = [&](std::string_view unit, std::size_t size) {
    end = next + size;
    if (unit == "month of year") month_end_ = end;
    else day_end_ = end;
    return Quantity{value, std::string(unit)};
  };
  if (starts(next, "月") && value >= 1 && value <= 12) return date("month of year", 3);
  if (starts(next, "年") && value >= 1900 && value <= 2100) return date("year", 3);
  const bool near_month = month_end_ > 0 && next - std::min(next, month_end_) < 16;
  if ((starts(next, "日") || starts(next, "号")) && near_month && value <= 31) return date("day of month", 3);
  if (chinese || value < 1 || value > 31) return std::nullopt;
  const std::size_t name = has_word(text_, next, "of") > 0 ? past_blanks(next + 2) : next;
  if (index_of_word(text_, name, months, 3) > 0 || has_word(text_, name, "every month") > 0 ||
      has_word(text_, name, "each month") > 0) {
    day_end_ = end;
    return Quantity{value, "day of month"};
  }
  const bool behind_month = month_end_ > 0 && at - month_end_ <= 5 &&
                            text_.substr(month_end_, at - month_end_).find_first_of(";|\n") == std::string_view::npos;
  return behind_month ? std::optional(Quantity{value, "day of month"}) : std::nullopt;
}

/// With the unit at `next`: "two and a half hours", 一個半小時, 兩年半.
std::optional<Quantity> QuantityReader::measured(double value, std::size_t next, std::size_t& end) const {
  double half = 0;
  for (const std::string_view word : {"and a half", "个半", "半"})
    if (const std::size_t size = has_word(text_, next, word); size > 0 && half == 0)
      half = 0.5, next = past_blanks(next + size);
  const Unit* unit = unit_at(next);
  if (unit == nullptr) return std::nullopt;
  value += half;
  end = next + unit->word.size();
  if (starts(end, "半") && unit->factor == 12) value += 0.5, end += 3;
  return Quantity{value * unit->factor, std::string(unit->unit), value};
}

/// "half an hour", "half a percent", "every half minute", 半小時, "a quarter of an hour".
std::optional<Quantity> QuantityReader::half(std::size_t at, std::size_t& end) const {
  constexpr std::array<std::pair<std::string_view, double>, 6> quarters = {{{"a quarter of an hour", 15},
                                                                            {"quarter of an hour", 15},
                                                                            {"three quarters of an hour", 45},
                                                                            {"quarter hour", 15},
                                                                            {"一刻钟", 15},
                                                                            {"半个钟头", 30}}};
  for (const auto& [word, minutes] : quarters)
    if (has_word(text_, at, word) > 0) {
      end = at + word.size();
      return Quantity{minutes, "minute"};
    }
  std::size_t next = 0;
  for (const std::string_view word : {"half an", "half a", "half-", "half", "半"})
    if (const std::size_t size = has_word(text_, at, word); size > 0 && next == 0) next = past_blanks(at + size);
  const Unit* unit = next == 0 ? nullptr : unit_at(next);
  if (unit == nullptr) return std::nullopt;
  end = next + unit->word.size();
  return Quantity{unit->factor / 2, std::string(unit->unit), 0.5};
}

/// Thirds and quarters in words, 1/3, 三分之一, 四成, 八五折, twice.
std::optional<Quantity> QuantityReader::fraction(std::size_t at, std::size_t& end) const {
  constexpr std::array<std::pair<std::string_view, double>, 9> words = {{{"a third", 1.0 / 3},
                                                                         {"one third", 1.0 / 3},
                                                                         {"two thirds", 2.0 / 3},
                                                                         {"a quarter of", 0.25},
                                                                         {"one quarter", 0.25},
                                                                         {"three quarters", 0.75},
                                                                         {"a fifth", 0.2},
                                                                         {"one fifth", 0.2},
                                                                         {"two fifths", 0.4}}};
  for (const auto& [word, value] : words)
    if (const std::size_t size = has_word(text_, at, word)) {
      end = at + size;
      return Quantity{value, "fraction"};
    }
  for (const auto& [word, count] : {std::pair("once", 1), std::pair("twice", 2), std::pair("thrice", 3)})
    if (const std::size_t size = has_word(text_, at, word)) {
      end = at + size;
      return Quantity{static_cast<double>(count), ""};
    }
  std::size_t after = at;
  const bool digits = at < text_.size() && is_digit(text_[at]);
  const auto number = digits ? std::optional(digits_at(text_, at, after)) : chinese_number(text_, at, after);
  if (!number) return std::nullopt;
  std::size_t next = after;
  if (digits && text_.substr(after).starts_with("/") && after + 1 < text_.size() && is_digit(text_[after + 1])) {
    const double below = digits_at(text_, after + 1, next);
    if (*number >= below || below > 10) return std::nullopt;  // A date or the name of a rule.
    end = next;
    return Quantity{*number / below, "fraction"};
  }
  if (starts(after, "分之")) {
    const auto above = chinese_number(text_, after + 6, next);
    if (!above || *number <= 0) return std::nullopt;
    end = next;
    return Quantity{*above / *number, "fraction"};
  }
  if (*number < 10 && starts(past_blanks(after), "成") && !starts(past_blanks(after), "成立")) {
    end = past_blanks(after) + 3;
    return Quantity{*number * 10, "%"};
  }
  if (starts(past_blanks(after), "折")) {
    end = past_blanks(after) + 3;
    return Quantity{*number < 10 ? *number * 10 : *number, "折"};
  }
  return std::nullopt;
}

}  // namespace cairn::checking
