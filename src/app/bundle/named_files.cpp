#include "app/bundle/named_files.h"

#include <algorithm>

namespace cairn::bundle {
namespace {

Digest to_digest(const BlobId& id) {
  Digest digest{};
  const auto value = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::byte>(value(id.value()[2 * i]) << 4 | value(id.value()[2 * i + 1]));
  return digest;
}

}  // namespace

BlobId id_of(const NamedFile& file) { return BlobId(to_hex(file.name)); }

void NamedFiles::add(const Document& document) {
  files_.push_back({.name = to_digest(document.content_hash), .bytes = document.byte_size});
}

void NamedFiles::sort() {
  std::ranges::sort(files_);
  const auto [rest, end] = std::ranges::unique(files_);
  files_.erase(rest, end);
}

std::uint64_t NamedFiles::bytes() const {
  std::uint64_t sum = 0;
  for (const NamedFile& file : files_) sum += file.bytes;
  return sum;
}

}  // namespace cairn::bundle
