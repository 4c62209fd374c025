#include "sql/ids.h"

#include "base/sha256.h"

namespace cairn::sql {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string hex(std::string_view bytes) { return to_hex(as_bytes(bytes)); }

}  // namespace

std::optional<BinaryValue> from_hex(std::string_view text, std::size_t size) {
  if (text.size() != 2 * size) return std::nullopt;
  BinaryValue value;
  value.bytes.reserve(size);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    value.bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return value;
}

BinaryValue stored(const DocumentId& id) { return from_hex(id.value(), 16).value_or(BinaryValue{}); }
BinaryValue stored(const TaskId& id) { return from_hex(id.value(), 16).value_or(BinaryValue{}); }
BinaryValue stored(const BlobId& id) { return from_hex(id.value(), 32).value_or(BinaryValue{}); }

DocumentId to_document_id(std::string_view bytes) { return DocumentId(hex(bytes)); }
TaskId to_task_id(std::string_view bytes) { return TaskId(hex(bytes)); }
BlobId to_blob_id(std::string_view bytes) { return BlobId(hex(bytes)); }

TaskIdSource::TaskIdSource() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  random_.seed(seed);
}

TaskId TaskIdSource::next(TimePoint now) {
  const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t low = random_(), high = random_();
  std::string bytes;
  for (int shift = 40; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(milliseconds >> shift));
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(low >> shift));
  for (int shift = 8; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(high >> shift));
  return to_task_id(bytes);
}

CollectionId new_collection_id(const TenantId& tenant, std::string_view name, std::int64_t earlier_uses) {
  Sha256 hash;
  for (const std::string_view part : {std::string_view(tenant.value()), name}) {
    hash.update(as_bytes(part));
    hash.update(as_bytes(std::string_view("\0", 1)));
  }
  hash.update(as_bytes(std::to_string(earlier_uses)));
  const Digest digest = hash.finish();
  return CollectionId(to_hex(Bytes(digest).first(16)));
}

}  // namespace cairn::sql
