#include "app/chunk_outline.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace cairn {
namespace {

constexpr char path_separator = '\x1F';
constexpr char heading_mark = '\x1E';

/// Calls use(part) for each part of `text` between separators.
template <class Use>
void for_each_part(std::string_view text, char separator, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::optional<Span> heading_from(std::string_view text) {
  std::uint32_t start = 0, size = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, start);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '+') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, size);
  if (second.ec != std::errc() || second.ptr != end || start + size < start) return std::nullopt;
  return Span{start, start + size};
}

}  // namespace

std::string to_stored(const ChunkOutline& outline) {
  std::string stored;
  for (const std::string& heading : outline.path) {
    if (!stored.empty()) stored += path_separator;
    stored += heading;
  }
  for (const Span& heading : outline.headings)
    stored.append(1, heading_mark)
        .append(std::to_string(heading.start))
        .append("+")
        .append(std::to_string(heading.size()));
  return stored;
}

ChunkOutline outline_from_stored(std::string_view stored) {
  ChunkOutline outline;
  const std::size_t path_end = std::min(stored.find(heading_mark), stored.size());
  for_each_part(stored.substr(0, path_end), path_separator,
                [&](std::string_view heading) { outline.path.emplace_back(heading); });
  for_each_part(stored.substr(path_end), heading_mark, [&](std::string_view text) {
    if (const auto heading = heading_from(text)) outline.headings.push_back(*heading);
  });
  return outline;
}

}  // namespace cairn
