#include "ports/page_cursor.h"

#include <charconv>
#include <optional>

#include "base/sha256.h"

namespace cairn {
namespace {

std::unexpected<Error> not_from_this_list() {
  return fail(ErrorKind::invalid, "the cursor is not from this list: leave it out to start at the first page");
}

std::optional<int> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digit(text[i]), low = digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high << 4 | *low);
  }
  return bytes;
}

}  // namespace

std::string page_cursor(PagedList list, std::string_view position) {
  std::string text(1, static_cast<char>(list));
  text += position;
  return to_hex(as_bytes(text));
}

std::string page_cursor(PagedList list, std::int64_t position) { return page_cursor(list, std::to_string(position)); }

Result<std::string> page_position(PagedList list, std::string_view cursor) {
  if (cursor.empty()) return std::string();
  auto text = from_hex(cursor);
  if (!text || text->size() < 2 || text->front() != static_cast<char>(list)) return not_from_this_list();
  return text->substr(1);
}

Result<std::int64_t> page_position(PagedList list, std::string_view cursor, std::int64_t first) {
  if (cursor.empty()) return first;
  CAIRN_TRY(const std::string text, page_position(list, cursor));
  std::int64_t position = 0;
  const char* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), last, position);
  if (failure != std::errc() || end != last || position < 0) return not_from_this_list();
  return position;
}

}  // namespace cairn
