#include "text/word_group.h"

#include "text/fold.h"

namespace cairn::text {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number(const RawWord& word) { return std::ranges::all_of(word.text, is_digit); }

/// The parts in one, with only the connectors in `kept`: hyphens go, so that "ISO-9001" and "ISO9001" meet; points
/// stay, because they tell one version from another.
std::string joined(const WordGroup& group, std::string_view kept) {
  std::string text;
  for (std::size_t i = 0; i < group.size; ++i) {
    text += group.parts[i].text;
    const char connector = group.parts[i].connector;
    if (i + 1 < group.size && connector != 0 && kept.find(connector) != std::string_view::npos) text += connector;
  }
  return fold(text);
}

/// Whether every comma stands before three digits, as in 1,000,000.50.
bool commas_mark_thousands(const WordGroup& group) {
  for (std::size_t i = 0; i + 1 < group.size; ++i) {
    if (group.parts[i].connector == ',' && group.parts[i + 1].text.size() != 3) return false;
  }
  return true;
}

}  // namespace

bool WordGroup::joined_by(std::string_view connectors) const {
  for (std::size_t i = 0; i + 1 < size; ++i) {
    if (connectors.find(parts[i].connector) == std::string_view::npos) return false;
  }
  return true;
}

Compound compound_of(const WordGroup& group) {
  if (group.size < 2) return {};
  if (group.all(is_number) && group.joined_by(".,")) {
    if (!commas_mark_thousands(group)) return {};
    return {joined(group, "."), true};
  }
  const auto is_initial = [](const RawWord& word) { return word.text.size() == 1 && word.has_letter; };
  if (group.all(is_initial) && group.joined_by(".")) return {joined(group, ""), true};  // U.S.A.
  const auto marks_identifier = [](const RawWord& word) {
    return word.has_digit || word.connector == '@' || word.connector == '_';
  };
  if (group.any(marks_identifier) || group.joined_by(".")) return {joined(group, ".@"), false};
  const bool short_part = group.any([](const RawWord& word) { return word.span.size() <= 2; });
  if (group.size == 2 && group.joined_by("-") && short_part) return {joined(group, ""), false};  // e-mail
  return {};
}

void split_letters_from_digits(WordGroup& group) {
  RawWord& word = group.parts[0];
  if (group.size != 1 || word.kind != WordKind::ascii || !word.has_letter || !word.has_digit || word.has_apostrophe)
    return;
  const bool digits_first = is_digit(word.text[0]);
  const auto turn = static_cast<std::size_t>(
      std::ranges::find_if(word.text, [&](char c) { return is_digit(c) != digits_first; }) - word.text.begin());
  const std::string_view rest = word.text.substr(turn);
  const bool turns_once = std::ranges::all_of(rest, [&](char c) { return is_digit(c) != digits_first; });
  if (!turns_once || turn < 2 || rest.size() < 2) return;
  RawWord second = word;
  second.text = rest;
  second.span.start += static_cast<std::uint32_t>(turn);
  word.text = word.text.substr(0, turn);
  word.span.end = second.span.start;
  word.has_letter = second.has_digit = !digits_first;
  word.has_digit = second.has_letter = digits_first;
  group.parts[1] = second;
  group.size = 2;
}

}  // namespace cairn::text
