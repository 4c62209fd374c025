#include "index/column_index.h"

namespace cairn::index {

std::optional<Column> Column::open(Bytes section, const ColumnRecord& record) {
  if (record.type > static_cast<std::uint32_t>(ColumnType::string)) return std::nullopt;
  const auto name = slice(section, record.name_offset, record.name_size);
  const auto values = slice(section, record.values_offset, record.values_size);
  // The division keeps a huge count from wrapping round.
  if (record.value_count > section.size() / sizeof(std::uint32_t)) return std::nullopt;
  const auto ends = slice(section, record.ends_offset, record.value_count * sizeof(std::uint32_t));
  const auto documents = slice(section, record.documents_offset, record.documents_size);
  if (!name || !values || !ends || !documents) return std::nullopt;
  Column column;
  column.name_ = as_text(*name);
  column.type_ = static_cast<ColumnType>(record.type);
  const std::size_t width = column.type_ == ColumnType::string ? sizeof(std::uint32_t) : sizeof(double);
  if (values->size() < record.value_count * width) return std::nullopt;
  column.values_ = *values;
  column.ends_ = ArrayView<std::uint32_t>(*ends);
  column.documents_ = *documents;
  return column;
}

Value Column::value(std::uint64_t i) const {
  if (type_ == ColumnType::boolean) return number(i) != 0;
  if (type_ == ColumnType::number) return number(i);
  return std::string(text(i));
}

std::string_view Column::text(std::uint64_t i) const {
  const std::uint64_t table = ends_.size() * sizeof(std::uint32_t);
  const auto end_of = [&](std::uint64_t k) { return load<std::uint32_t>(values_.data() + k * sizeof(std::uint32_t)); };
  const std::uint64_t begin = i == 0 ? 0 : end_of(i - 1), end = end_of(i);
  return begin <= end ? as_text(slice(values_, table + begin, end - begin).value_or(Bytes{})) : std::string_view{};
}

Bytes Column::list(std::uint64_t i) const {
  const std::uint64_t begin = i == 0 ? 0 : ends_[i - 1], end = ends_[i];
  return begin <= end ? slice(documents_, begin, end - begin).value_or(Bytes{}) : Bytes{};
}

std::vector<std::uint32_t> Column::documents(std::uint64_t i, std::uint32_t document_count) const {
  std::vector<std::uint32_t> out;
  Reader reader(list(i));
  std::uint64_t next = 0;
  while (!reader.at_end()) {
    const std::uint64_t gap = reader.varint();
    if (!reader.ok() || gap >= document_count || next + gap >= document_count) break;
    out.push_back(static_cast<std::uint32_t>(next + gap));
    next += gap + 1;
  }
  return out;
}

bool Column::below(std::uint64_t i, const Value& bound, bool or_equal) const {
  if (type_ == ColumnType::string) {
    const std::string_view mine = text(i), other = std::get<std::string>(bound);
    return or_equal ? mine <= other : mine < other;
  }
  const double other = type_ == ColumnType::boolean ? (std::get<bool>(bound) ? 1.0 : 0.0) : std::get<double>(bound);
  return or_equal ? number(i) <= other : number(i) < other;
}

std::uint64_t Column::position(const Value& bound, bool after) const {
  std::uint64_t low = 0, high = value_count();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (below(middle, bound, after)) low = middle + 1;
    else high = middle;
  }
  return low;
}

void Column::collect(std::uint64_t first, std::uint64_t last, DocumentSet& out) const {
  for (std::uint64_t i = first; i < last; ++i) {
    Reader reader(list(i));
    std::uint64_t next = 0;
    while (!reader.at_end()) {
      const std::uint64_t gap = reader.varint();
      if (!reader.ok() || gap >= out.size() || next + gap >= out.size()) break;
      out.insert(next + gap);
      next += gap + 1;
    }
  }
}

std::optional<std::vector<Column>> open_columns(Bytes section) {
  if (section.size() < sizeof(std::uint64_t)) return std::nullopt;
  const auto count = load<std::uint64_t>(section.data());
  if (count > section.size() / sizeof(ColumnRecord)) return std::nullopt;
  const auto table = slice(section, sizeof(std::uint64_t), count * sizeof(ColumnRecord));
  if (!table) return std::nullopt;
  std::vector<Column> columns;
  const ArrayView<ColumnRecord> records(*table);
  for (std::size_t i = 0; i < count; ++i) {
    auto column = Column::open(section, records[i]);
    if (!column) return std::nullopt;
    columns.push_back(*column);
  }
  return columns;
}

}  // namespace cairn::index
