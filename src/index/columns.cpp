#include "index/columns.h"

#include <limits>

namespace cairn::index {
namespace {

void append_number(std::string& out, double value) { out.append(as_text(bytes_of(value))); }
void append_end(std::string& out, std::size_t end) { out.append(as_text(bytes_of(static_cast<std::uint32_t>(end)))); }

void append_documents(std::string& out, const std::vector<std::uint32_t>& documents) {
  std::uint32_t next = 0;
  for (const std::uint32_t document : documents) {
    append_varint(out, document - next);
    next = document + 1;
  }
}

template <class Column>
std::string encode_values(const Column& column, ColumnType type) {
  std::string values, blob;
  for (const auto& [value, documents] : column) {
    if (type == ColumnType::boolean) append_number(values, std::get<bool>(value) ? 1 : 0);
    if (type == ColumnType::number) append_number(values, std::get<double>(value));
    if (type == ColumnType::string) append_end(values, blob.append(std::get<std::string>(value)).size());
  }
  return values + blob;
}

}  // namespace

void ColumnWriter::add(std::uint32_t document, const std::string& name, const Value& value) {
  Column& column = columns_[{name, type_of(value)}];
  // Zero has two signs and one meaning.
  const bool zero = type_of(value) == ColumnType::number && std::get<double>(value) == 0;
  Documents& documents = column[zero ? Value(0.0) : value];
  if (documents.empty() || documents.back() != document) documents.push_back(document);
}

Result<std::string> ColumnWriter::encode() const {
  std::vector<ColumnRecord> records;
  const std::size_t heap_start = sizeof(std::uint64_t) + columns_.size() * sizeof(ColumnRecord);
  std::string heap;
  const auto place = [&](std::string_view bytes) {
    const std::size_t offset = heap_start + heap.size();
    heap.append(bytes);
    return offset;
  };
  for (const auto& [name, column] : columns_) {
    const std::string values = encode_values(column, name.second);
    std::string ends, documents;
    for (const auto& [value, list] : column) {
      append_documents(documents, list);
      append_end(ends, documents.size());
    }
    if (std::max(values.size(), documents.size()) > std::numeric_limits<std::uint32_t>::max())
      return fail(ErrorKind::invalid,
                  "The property '" + name.first + "' is too large for one segment; write smaller segments.");
    ColumnRecord& record = records.emplace_back();
    record.type = static_cast<std::uint32_t>(name.second);
    record.name_size = static_cast<std::uint32_t>(name.first.size());
    record.name_offset = place(name.first);
    record.value_count = column.size();
    record.values_offset = place(values);
    record.values_size = values.size();
    record.ends_offset = place(ends);
    record.documents_offset = place(documents);
    record.documents_size = documents.size();
  }
  std::string out(as_text(bytes_of(std::uint64_t{records.size()})));
  out.append(as_text(std::as_bytes(std::span(records))));
  return out + heap;
}

}  // namespace cairn::index
