#include "adapters/postgres/values.h"

#include <bit>
#include <stdexcept>

#include "base/utf8.h"

namespace cairn::postgres {
namespace {

// Types that statements exchange, by their numbers in pg_type.dat.
constexpr Oid bool_type = 16, bytea_type = 17, int8_type = 20, int4_type = 23, text_type = 25, float8_type = 701;

std::array<char, 8> in_network_order(std::uint64_t number) {
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  return bytes;
}

std::uint64_t from_network_order(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

// PostgreSQL's text holds no NUL and nothing that is not UTF-8, but names of files may. Each such byte stands there as
// one of the last 256 code points, U+10FF00 and up; those themselves stand there byte by byte in the same way.
constexpr char32_t first_stand_in = 0x10FF00;
constexpr char stand_in_lead = '\xF4';

std::size_t length_of_sequence(unsigned char lead) { return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4; }

bool is_stand_in(std::string_view sequence) {
  return sequence.size() == 4 && sequence[0] == stand_in_lead && sequence[1] == '\x8F' &&
         static_cast<unsigned char>(sequence[2]) >= 0xBC;
}

bool can_be_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && text.find(stand_in_lead) == std::string_view::npos &&
         utf8::is_valid(text);
}

std::string with_stand_ins(std::string_view text) {
  std::string good;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view sequence = text.substr(at, length_of_sequence(static_cast<unsigned char>(text[at])));
    if (text[at] != '\0' && utf8::is_valid(sequence) && !is_stand_in(sequence)) {
      good += sequence;
      at += sequence.size();
    } else {
      utf8::append(good, first_stand_in + static_cast<unsigned char>(text[at++]));
    }
  }
  return good;
}

std::string without_stand_ins(std::string_view text) {
  std::string original;
  for (std::size_t at = 0; at < text.size();) {
    if (is_stand_in(text.substr(at, 4))) original.push_back(static_cast<char>(utf8::next(text, at) - first_stand_in));
    else original.push_back(text[at++]);
  }
  return original;
}

}  // namespace

Values::Values(std::span<const sql::Value> values) {
  for (const sql::Value& value : values) {
    switch (value.kind) {
      case sql::Value::Kind::integer:
      case sql::Value::Kind::real: {
        const bool is_integer = value.kind == sql::Value::Kind::integer;
        numbers_.push_back(in_network_order(is_integer ? static_cast<std::uint64_t>(value.integer)
                                                       : std::bit_cast<std::uint64_t>(value.real)));
        add(is_integer ? int8_type : float8_type, {numbers_.back().data(), 8});
        break;
      }
      case sql::Value::Kind::binary: add(bytea_type, value.bytes); break;
      case sql::Value::Kind::text:
        if (can_be_text(value.bytes)) add(text_type, value.bytes);
        else add(text_type, stand_ins_.emplace_back(with_stand_ins(value.bytes)));
        break;
    }
    if (value.is_null) bytes_.back() = nullptr;
  }
}

void Values::add(Oid type, std::string_view bytes) {
  types_.push_back(type);
  bytes_.push_back(bytes.data() == nullptr ? "" : bytes.data());
  lengths_.push_back(static_cast<int>(bytes.size()));
  formats_.push_back(1);
}

std::string_view ResultRow::bytes(int column) const {
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::int64_t ResultRow::integer(int column) const {
  if (is_null(column)) return 0;
  switch (PQftype(result_, column)) {
    case bool_type: return bytes(column).front() != '\0' ? 1 : 0;
    case int8_type: return static_cast<std::int64_t>(from_network_order(bytes(column)));
    case int4_type: return static_cast<std::int32_t>(from_network_order(bytes(column)));
    default: throw std::logic_error("a statement's column is not the integer that it is read as");
  }
}

double ResultRow::real(int column) const {
  if (is_null(column)) return 0;
  if (PQftype(result_, column) != float8_type) return static_cast<double>(integer(column));
  return std::bit_cast<double>(from_network_order(bytes(column)));
}

std::string ResultRow::text(int column) const {
  const Oid type = PQftype(result_, column);
  if (type == int8_type || type == int4_type || type == bool_type) return std::to_string(integer(column));
  const std::string_view stored = bytes(column);
  return stored.find(stand_in_lead) == std::string_view::npos ? std::string(stored) : without_stand_ins(stored);
}

std::string ResultRow::binary(int column) const { return std::string(bytes(column)); }

std::optional<std::int64_t> first_integer(const PGresult& result) {
  if (PQntuples(&result) == 0) return std::nullopt;
  return ResultRow(&result, 0).integer(0);
}

}  // namespace cairn::postgres
