#include "index/format.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>

namespace cairn::index {

std::optional<Bytes> slice(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(offset, size);
}

std::uint64_t checksum(Bytes bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t trailer_checksum(const FileHeader& header, Bytes table, const FileTrailer& trailer) {
  std::string all(as_text(bytes_of(header)));
  all.append(as_text(table));
  all.append(as_text(bytes_of(trailer).first(offsetof(FileTrailer, checksum))));
  return checksum(cairn::as_bytes(all));
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7F) | 0x80));
  out.push_back(static_cast<char>(value));
}

std::uint64_t Reader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (position_ >= bytes_.size()) break;
    const auto byte = std::to_integer<std::uint64_t>(bytes_[position_++]);
    value |= (byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  ok_ = false;
  return 0;
}

Bytes Reader::take(std::uint64_t size) {
  if (size > bytes_.size() - position_) {
    ok_ = false;
    return {};
  }
  const Bytes taken = bytes_.subspan(position_, size);
  position_ += size;
  return taken;
}

}  // namespace cairn::index
