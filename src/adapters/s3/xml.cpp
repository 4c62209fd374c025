#include "adapters/s3/xml.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/utf8.h"

namespace cairn::s3 {
namespace {

struct Found {
  std::string_view content;
  std::size_t end;
};

/// The first element from `from` on. `<Key>`, `<Key attribute="…">` and `<Key/>` begin one; `<KeyCount>` does not.
std::optional<Found> find(std::string_view text, std::string_view name, std::size_t from) {
  const std::string opening = "<" + std::string(name), closing = "</" + std::string(name) + ">";
  for (std::size_t at = text.find(opening, from); at != std::string_view::npos; at = text.find(opening, at + 1)) {
    const std::size_t after = at + opening.size();
    if (after >= text.size() || (text[after] != '>' && text[after] != '/' && text[after] != ' ')) continue;
    const std::size_t begin = text.find('>', after);
    if (begin == std::string_view::npos) return std::nullopt;
    if (text[begin - 1] == '/') return Found{.content = {}, .end = begin + 1};
    const std::size_t end = text.find(closing, begin);
    if (end == std::string_view::npos) return std::nullopt;
    return Found{.content = text.substr(begin + 1, end - begin - 1), .end = end + closing.size()};
  }
  return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

void append_entity(std::string& text, std::string_view name) {
  for (const auto& [known, character] : entities)
    if (name == known) return text.push_back(character);
  if (!name.starts_with('#')) return;
  const bool is_hexadecimal = name.starts_with("#x");
  const std::string_view digits = name.substr(is_hexadecimal ? 2 : 1);
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, is_hexadecimal ? 16 : 10);
  if (number > 0 && number <= 0x10FFFF) utf8::append(text, number);
}

}  // namespace

std::optional<std::string_view> element(std::string_view text, std::string_view name) {
  const auto found = find(text, name, 0);
  if (!found) return std::nullopt;
  return found->content;
}

std::vector<std::string_view> elements(std::string_view text, std::string_view name) {
  std::vector<std::string_view> all;
  for (auto found = find(text, name, 0); found; found = find(text, name, found->end)) all.push_back(found->content);
  return all;
}

std::string plain(std::string_view content) {
  std::string text;
  for (std::size_t at = 0; at < content.size(); ++at) {
    const std::size_t end = content[at] == '&' ? content.find(';', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      text.push_back(content[at]);
    } else {
      append_entity(text, content.substr(at + 1, end - at - 1));
      at = end;
    }
  }
  return text;
}

}  // namespace cairn::s3
