#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "index/columns.h"
#include "index/document_set.h"

namespace cairn::index {

/// One column of a segment, read in place. Bytes are not trusted: damaged lists are cut short.
class Column {
 public:
  /// Nothing when the record's tables do not fit into the section.
  static std::optional<Column> open(Bytes section, const ColumnRecord& record);

  std::string_view name() const { return name_; }
  ColumnType type() const { return type_; }
  std::uint64_t value_count() const { return ends_.size(); }

  Value value(std::uint64_t i) const;
  std::vector<std::uint32_t> documents(std::uint64_t i, std::uint32_t document_count) const;

  /// The position of the first value that is not less than `bound` (or, with `after`, that is greater). Same type only.
  std::uint64_t position(const Value& bound, bool after) const;

  /// Adds the documents that have a value at positions [first, last).
  void collect(std::uint64_t first, std::uint64_t last, DocumentSet& out) const;

 private:
  double number(std::uint64_t i) const { return load<double>(values_.data() + i * sizeof(double)); }
  std::string_view text(std::uint64_t i) const;
  bool below(std::uint64_t i, const Value& bound, bool or_equal) const;
  Bytes list(std::uint64_t i) const;

  std::string_view name_;
  ColumnType type_ = ColumnType::boolean;
  Bytes values_;
  ArrayView<std::uint32_t> ends_;
  Bytes documents_;
};

/// All columns of a segment; nothing when the section is malformed.
std::optional<std::vector<Column>> open_columns(Bytes section);

}  // namespace cairn::index
