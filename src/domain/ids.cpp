#include "domain/ids.h"

#include <algorithm>
#include <stdexcept>

#include "base/sha256.h"

namespace cairn {
namespace {

unsigned digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  throw std::invalid_argument("not a hexadecimal id");
}

}  // namespace

DocumentId document_id(const CollectionId& collection, std::string_view external_id) {
  Sha256 hash;
  hash.update(as_bytes(collection.value()));
  hash.update(as_bytes(std::string_view("\0", 1)));  // Neither part can contain NUL, so the pair is unambiguous.
  hash.update(as_bytes(external_id));
  const Digest digest = hash.finish();
  return DocumentId(to_hex(Bytes(digest).first(16)));
}

std::array<std::uint8_t, 16> to_key(const DocumentId& id) {
  if (id.value().size() != 32) throw std::invalid_argument("a document id has 32 hexadecimal digits");
  std::array<std::uint8_t, 16> key{};
  for (std::size_t i = 0; i < 16; ++i)
    key[i] = static_cast<std::uint8_t>(digit(id.value()[2 * i]) << 4 | digit(id.value()[2 * i + 1]));
  return key;
}

DocumentId from_key(const std::array<std::uint8_t, 16>& key) {
  return DocumentId(to_hex(std::as_bytes(std::span(key))));
}

bool is_blob_id(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string chunk_id(const DocumentId& document, std::uint32_t version, std::uint32_t ordinal) {
  return document.value() + "." + std::to_string(version) + "." + std::to_string(ordinal);
}

}  // namespace cairn
