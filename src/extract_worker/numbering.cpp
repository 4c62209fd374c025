#include "extract_worker/numbering.h"

#include <algorithm>
#include <cstdlib>

#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;

std::string roman(std::uint32_t value) {
  constexpr std::pair<std::uint32_t, std::string_view> kSteps[] = {
      {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
      {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
  if (value == 0 || value >= 4000) return std::to_string(value);
  std::string out;
  for (const auto& [step, digits] : kSteps)
    for (; value >= step; value -= step) out += digits;
  return out;
}

/// a … z, then aa, bb, …, as Word does.
std::string letters(std::uint32_t value) {
  if (value == 0 || value > 26 * 20) return std::to_string(value);
  return std::string((value - 1) / 26 + 1, static_cast<char>('a' + (value - 1) % 26));
}

std::string chinese(std::uint32_t value) {
  constexpr std::string_view kDigits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  if (value >= 100) return std::to_string(value);
  if (value < 10) return std::string(kDigits[value]);
  std::string out = value >= 20 ? std::string(kDigits[value / 10]) : std::string();
  out += "十";
  if (value % 10 != 0) out += kDigits[value % 10];
  return out;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::uint32_t number_of(const std::string& text) {
  return static_cast<std::uint32_t>(std::clamp(std::strtol(text.c_str(), nullptr, 10), 0L, 1'000'000L));
}

}  // namespace

std::string format_list_number(std::string_view format, std::uint32_t value) {
  if (format == "lowerLetter") return letters(value);
  if (format == "upperLetter") return upper(letters(value));
  if (format == "lowerRoman") return lower(roman(value));
  if (format == "upperRoman") return roman(value);
  if (format == "decimalZero") return (value < 10 ? "0" : "") + std::to_string(value);
  if (format.starts_with("chineseCounting") || format.starts_with("taiwaneseCounting") ||
      format.starts_with("ideographTraditional") || format.starts_with("japaneseCounting"))
    return chinese(value);
  return std::to_string(value);
}

void ListNumbering::load(std::string_view xml) {
  XmlReader reader(xml);
  Definition* definition = nullptr;
  Level* level = nullptr;
  std::string num_id;
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token != Token::start) continue;
    const auto name = reader.name();
    if (name == "abstractNum") definition = &definitions_[reader.attribute("abstractNumId")], level = nullptr;
    else if (name == "num") num_id = reader.attribute("numId"), definition = nullptr, level = nullptr;
    else if (name == "abstractNumId") definition_of_[num_id] = reader.attribute("val");
    else if (name == "lvl" && definition != nullptr)
      level = &definition->levels[std::min<std::size_t>(number_of(reader.attribute("ilvl")), kLevels - 1)];
    else if (level == nullptr) continue;
    else if (name == "numFmt") level->format = reader.attribute("val");
    else if (name == "lvlText") level->pattern = reader.attribute("val");
    else if (name == "start") level->start = number_of(reader.attribute("val"));
  }
}

std::string ListNumbering::next_mark(const std::string& num_id, std::size_t level) {
  const auto id = definition_of_.find(num_id);
  if (num_id == "0" || id == definition_of_.end()) return {};
  Definition& definition = definitions_[id->second];
  level = std::min(level, kLevels - 1);
  const Level& own = definition.levels[level];
  auto& counters = definition.counters;
  counters[level] = counters[level] == 0 ? own.start : counters[level] + 1;
  std::fill(counters.begin() + static_cast<std::ptrdiff_t>(level) + 1, counters.end(), 0);
  if (own.format == "bullet") return "- ";
  if (own.format == "none" || own.pattern.empty()) return {};
  std::string mark;
  for (std::size_t i = 0; i < own.pattern.size(); ++i) {
    const char next = i + 1 < own.pattern.size() ? own.pattern[i + 1] : '\0';
    if (own.pattern[i] != '%' || next < '1' || next > '9') {
      mark += own.pattern[i];
      continue;
    }
    const auto which = static_cast<std::size_t>(next - '1');
    const std::uint32_t value = counters[which] == 0 ? definition.levels[which].start : counters[which];
    mark += format_list_number(definition.levels[which].format, value);
    ++i;
  }
  return mark.empty() ? mark : mark + " ";
}

}  // namespace cairn::extraction
