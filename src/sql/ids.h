#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/ids.h"
#include "sql/connection.h"

namespace cairn::sql {

/// The bytes that hexadecimal `text` stands for; nothing unless it is exactly `size` bytes in lower case.
std::optional<BinaryValue> from_hex(std::string_view text, std::size_t size);

/// How ids are stored. An id of another form names nothing: it becomes an empty value, which no row has.
BinaryValue stored(const DocumentId& id);
BinaryValue stored(const TaskId& id);
BinaryValue stored(const BlobId& id);

DocumentId to_document_id(std::string_view bytes);
TaskId to_task_id(std::string_view bytes);
BlobId to_blob_id(std::string_view bytes);

/// Makes task ids: 48 bits of milliseconds and 80 random ones (the layout of RFC 9562's UUID version 7 without its
/// marks), so that they sort by age and two processes do not make the same one. One thread at a time.
class TaskIdSource {
 public:
  TaskIdSource();
  TaskId next(TimePoint now);

 private:
  std::mt19937_64 random_;
};

/// Follows from tenant, name, and how often the name was used before: the same store built again has the same ids, and
/// a name used again after a deletion gets a new one.
CollectionId new_collection_id(const TenantId& tenant, std::string_view name, std::int64_t earlier_uses);

}  // namespace cairn::sql
