#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "index/format.h"
#include "index/types.h"

namespace cairn::index {

enum class ColumnType : std::uint32_t { boolean = 0, number = 1, string = 2 };

inline ColumnType type_of(const Value& value) { return static_cast<ColumnType>(value.index()); }

/// One column: its distinct values in order and, for each, the documents that have it. Offsets count from the start of
/// the section.
struct ColumnRecord {
  std::uint32_t type = 0;
  std::uint32_t name_size = 0;
  std::uint64_t name_offset = 0;
  std::uint64_t value_count = 0;
  std::uint64_t values_offset = 0;  ///< f64 each (booleans 0 and 1); strings: u32 ends, then their bytes.
  std::uint64_t values_size = 0;
  std::uint64_t ends_offset = 0;       ///< u32 each: where a value's documents end.
  std::uint64_t documents_offset = 0;  ///< Varints: distances of ascending documents, restarting with each value.
  std::uint64_t documents_size = 0;
};
static_assert(sizeof(ColumnRecord) == 64);

/// Collects the properties of documents, column by column. Documents ascend.
class ColumnWriter {
 public:
  void add(std::uint32_t document, const std::string& name, const Value& value);

  /// The section's bytes. Errors: `invalid` when one column passes 4 GB.
  Result<std::string> encode() const;

 private:
  using Documents = std::vector<std::uint32_t>;
  using Column = std::map<Value, Documents>;
  std::map<std::pair<std::string, ColumnType>, Column> columns_;
};

}  // namespace cairn::index
