#include "index/filter_eval.h"

#include <algorithm>

namespace cairn::index {
namespace {

const Column* find(std::span<const Column> columns, std::string_view name, ColumnType type) {
  const auto at = std::find_if(columns.begin(), columns.end(),
                               [&](const Column& column) { return column.name() == name && column.type() == type; });
  return at == columns.end() ? nullptr : &*at;
}

DocumentSet equals_any(const Filter& filter, std::span<const Column> columns, std::size_t document_count) {
  DocumentSet out(document_count);
  for (const Value& value : filter.values) {
    const Column* column = find(columns, filter.property, type_of(value));
    if (column != nullptr) column->collect(column->position(value, false), column->position(value, true), out);
  }
  return out;
}

/// Bounds of different types contradict each other: nothing lies between them.
DocumentSet in_range(const Filter& filter, std::span<const Column> columns, std::size_t document_count) {
  DocumentSet out(document_count);
  const Column* column = nullptr;
  for (const auto* bound : {&filter.at_least, &filter.greater_than, &filter.less_than, &filter.at_most}) {
    if (!bound->has_value()) continue;
    if (column != nullptr && column->type() != type_of(**bound)) return out;
    column = find(columns, filter.property, type_of(**bound));
    if (column == nullptr) return out;
  }
  if (column == nullptr) return out;
  std::uint64_t first = 0, last = column->value_count();
  if (filter.at_least) first = std::max(first, column->position(*filter.at_least, false));
  if (filter.greater_than) first = std::max(first, column->position(*filter.greater_than, true));
  if (filter.less_than) last = std::min(last, column->position(*filter.less_than, false));
  if (filter.at_most) last = std::min(last, column->position(*filter.at_most, true));
  column->collect(first, last, out);
  return out;
}

DocumentSet any_of(const Filter& filter, std::span<const Column> columns, std::size_t document_count) {
  DocumentSet out(document_count);
  for (const Filter& child : filter.children) out.unite(evaluate(child, columns, document_count));
  return out;
}

}  // namespace

DocumentSet evaluate(const Filter& filter, std::span<const Column> columns, std::size_t document_count) {
  switch (filter.kind) {
    case Filter::Kind::equals_any: return equals_any(filter, columns, document_count);
    case Filter::Kind::range: return in_range(filter, columns, document_count);
    case Filter::Kind::any_of: return any_of(filter, columns, document_count);
    case Filter::Kind::none_of: {
      DocumentSet out = any_of(filter, columns, document_count);
      out.complement();
      return out;
    }
    case Filter::Kind::all_of: break;
  }
  DocumentSet out(document_count, true);
  for (const Filter& child : filter.children) out.intersect(evaluate(child, columns, document_count));
  return out;
}

}  // namespace cairn::index
