#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sql/connection.h"

namespace cairn::postgres {

/// A statement's values as libpq takes them, all in PostgreSQL's binary form. Valid as long as the values are.
class Values {
 public:
  explicit Values(std::span<const sql::Value> values);

  int count() const { return static_cast<int>(types_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* bytes() const { return bytes_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void add(Oid type, std::string_view bytes);

  std::vector<Oid> types_;
  std::vector<const char*> bytes_;
  std::vector<int> lengths_, formats_;
  std::deque<std::array<char, 8>> numbers_;
  std::deque<std::string> stand_ins_;
};

/// A row of a result in PostgreSQL's binary form.
class ResultRow final : public sql::RowSource {
 public:
  ResultRow(const PGresult* result, int row) : result_(result), row_(row) {}

  std::int64_t integer(int column) const override;
  double real(int column) const override;
  std::string text(int column) const override;
  std::string binary(int column) const override;
  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }

 private:
  std::string_view bytes(int column) const;

  const PGresult* result_;
  int row_;
};

/// The number in the first column of the first row; nothing without a row.
std::optional<std::int64_t> first_integer(const PGresult& result);

}  // namespace cairn::postgres
