#include "app/bundle/tar.h"

#include <algorithm>
#include <cstring>

namespace cairn::tar {
namespace {

// POSIX.1-1988, ustar: where the fields of a header lie.
constexpr std::size_t size_at = 124, size_width = 12, checksum_at = 148, checksum_width = 8;
constexpr std::uint64_t first_binary_size = std::uint64_t{1} << 33;

/// Octal digits that fill a field but for its last byte, which stays NUL.
void put_octal(std::string& block, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = at + width - 1; i-- > at; value >>= 3) block[i] = static_cast<char>('0' + (value & 7));
}

void put_binary(std::string& block, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = at + width; i-- > at; value >>= 8) block[i] = static_cast<char>(value & 0xff);
  block[at] = '\x80';
}

/// Whatever the field says; header() tells whether it says it well.
std::uint64_t read_size(std::string_view field) {
  std::uint64_t size = 0;
  const bool is_binary = field[0] == '\x80';
  for (const char c : field.substr(is_binary ? 4 : 0, is_binary ? 8 : size_width - 1))
    size = is_binary ? size << 8 | static_cast<unsigned char>(c) : size << 3 | (static_cast<unsigned>(c - '0') & 7);
  return size;
}

bool is_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte each) { return each == std::byte{0}; });
}

std::unexpected<Error> cut_off() { return fail(ErrorKind::corrupt, "the bundle is cut off: copy or export it again"); }

std::unexpected<Error> damaged(std::uint64_t at) {
  return fail(ErrorKind::corrupt, "the bundle is damaged at byte " + std::to_string(at) + ": copy or export it again");
}

}  // namespace

std::string header(std::string_view name, std::uint64_t size) {
  std::string block(block_bytes, '\0');
  name.substr(0, longest_name).copy(block.data(), longest_name);
  put_octal(block, 100, 8, 0600);
  put_octal(block, 108, 8, 0);
  put_octal(block, 116, 8, 0);
  if (size < first_binary_size) put_octal(block, size_at, size_width, size);
  else put_binary(block, size_at, size_width, size);
  put_octal(block, 136, 12, 0);
  block[156] = '0';
  std::memcpy(block.data() + 257,
              "ustar\0"
              "00",
              8);
  std::fill_n(block.begin() + checksum_at, checksum_width, ' ');
  std::uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put_octal(block, checksum_at, checksum_width - 1, sum);
  block[checksum_at + 6] = '\0';
  return block;
}

std::size_t padding(std::uint64_t size) {
  return static_cast<std::size_t>((block_bytes - size % block_bytes) % block_bytes);
}

Result<std::optional<Entry>> Reader::next() {
  const Bytes rest = file_.subspan(position_);
  if (rest.size() < block_bytes) return cut_off();
  const std::string_view block = as_text(rest.first(block_bytes));
  if (block[0] == '\0') return end();
  const std::string_view name = block.substr(0, block.substr(0, longest_name).find('\0'));
  const std::uint64_t size = read_size(block.substr(size_at, size_width));
  if (header(name, size) != block) return damaged(position_);
  if (size > rest.size() - block_bytes) return cut_off();
  const Bytes content = rest.subspan(block_bytes, size);
  const Bytes after = rest.subspan(block_bytes + size);
  if (after.size() < padding(size)) return cut_off();
  if (!is_zero(after.first(padding(size)))) return damaged(position_ + block_bytes + size);
  position_ += block_bytes + size + padding(size);
  return Entry{std::string(name), content};
}

Result<std::optional<Entry>> Reader::end() const {
  const Bytes rest = file_.subspan(position_);
  if (rest.size() < 2 * block_bytes) return cut_off();
  if (rest.size() > 2 * block_bytes || !is_zero(rest)) return damaged(position_);
  return std::nullopt;
}

}  // namespace cairn::tar
