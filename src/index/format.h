#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

// The bytes of a segment file: docs/reference/segment-format.md. Integers are little endian; nothing here trusts them.
namespace cairn::index {

static_assert(std::endian::native == std::endian::little, "segments are read in place: a big-endian build must swap");

inline constexpr std::uint32_t format_version = 2;  ///< 1 has no dictionary of texts and is read too.
inline constexpr std::array<char, 8> header_magic = {'C', 'A', 'I', 'R', 'N', 'S', 'E', 'G'};
inline constexpr std::array<char, 8> trailer_magic = {'C', 'A', 'I', 'R', 'N', 'E', 'N', 'D'};
inline constexpr std::size_t section_alignment = 64;

enum class SectionKind : std::uint32_t {
  meta = 1,
  document_keys = 2,
  key_order = 3,
  documents = 4,
  stored = 5,
  chunks = 6,
  headings = 7,
  lengths = 8,
  text_blocks = 9,
  text = 10,
  codes = 11,
  code_factors = 12,
  fine_codes = 13,
  fine_factors = 14,
  term_index = 15,
  terms = 16,
  postings = 17,
  columns = 18,
};
inline constexpr std::size_t section_count = 18;

struct FileHeader {
  std::array<char, 8> magic = header_magic;
  std::uint32_t version = format_version;
  std::array<std::uint32_t, 13> reserved{};
};
static_assert(sizeof(FileHeader) == 64);

struct SectionEntry {
  std::uint32_t kind = 0;
  std::uint32_t reserved = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t checksum = 0;  ///< XXH3-64 of the section's bytes.
};
static_assert(sizeof(SectionEntry) == 32);

struct FileTrailer {
  std::uint64_t table_offset = 0;
  std::uint64_t file_size = 0;
  std::uint32_t sections = 0;
  std::uint32_t reserved = 0;
  std::uint64_t checksum = 0;  ///< XXH3-64 of the header, the table and the 24 bytes before this field.
  std::uint32_t reserved_too = 0;
  std::uint32_t version = format_version;
  std::array<char, 8> magic = trailer_magic;
};
static_assert(sizeof(FileTrailer) == 48);

/// Counts and the vector space; the centre (f32) and the model's name follow it in the section.
struct MetaRecord {
  std::uint32_t documents = 0;
  std::uint32_t chunks = 0;
  std::uint32_t dimensions = 0;
  std::uint32_t code_bits = 0;  ///< Dimensions rounded up to a multiple of 64; 0 without a model.
  std::uint32_t rotation = 0;   ///< Which transform made the codes; 1 is the only one.
  std::uint32_t centre_size = 0;
  std::uint32_t model_size = 0;
  std::uint32_t length_bytes = 0;  ///< Width of an entry of `lengths`: 1, 2 or 4.
  std::uint64_t total_length = 0;  ///< Sum of `lengths`.
  std::uint64_t code_points = 0;   ///< Of all canonical texts together.
  std::uint64_t terms = 0;
};
static_assert(sizeof(MetaRecord) == 56);

/// One more record than there are documents: the last one holds the ends.
struct DocumentRecord {
  std::uint64_t stored_offset = 0;
  std::uint64_t text_start = 0;  ///< Code points of all texts before this one.
  std::uint32_t first_chunk = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(DocumentRecord) == 24);

struct ChunkRecord {
  std::uint32_t start = 0, end = 0;
  std::uint32_t page = 0;
  std::uint32_t heading = 0;  ///< Index into `headings`.
};
static_assert(sizeof(ChunkRecord) == 16);

/// What turns the fine code of a vector into a score.
struct FineFactors {
  float scale = 0;         ///< r ≈ scale · (fine − 127.5)
  float along_centre = 0;  ///< <c, x − c>
};
static_assert(sizeof(FineFactors) == 8);

/// One more record than there are blocks.
struct TextBlockRecord {
  std::uint64_t offset = 0;      ///< In section `text`.
  std::uint64_t byte_start = 0;  ///< Bytes of canonical text before this block.
  std::uint64_t code_point_start = 0;
};
static_assert(sizeof(TextBlockRecord) == 24);

struct TermBlockRecord {
  std::uint64_t terms_offset = 0;
  std::uint64_t postings_offset = 0;
};
static_assert(sizeof(TermBlockRecord) == 16);

template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// Records inside mapped bytes, at any alignment. The index is the caller's to check.
template <class T>
class ArrayView {
 public:
  ArrayView() = default;
  explicit ArrayView(Bytes bytes) : at_(bytes.data()), size_(bytes.size() / sizeof(T)) {}

  std::size_t size() const { return size_; }
  T operator[](std::size_t i) const { return load<T>(at_ + i * sizeof(T)); }
  const std::byte* data() const { return at_; }

 private:
  const std::byte* at_ = nullptr;
  std::size_t size_ = 0;
};

/// The part of `bytes` that starts at `offset`, or nothing when it does not fit.
std::optional<Bytes> slice(Bytes bytes, std::uint64_t offset, std::uint64_t size);

std::uint64_t checksum(Bytes bytes);
std::uint64_t trailer_checksum(const FileHeader& header, Bytes table, const FileTrailer& trailer);

template <class T>
Bytes bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

/// bfloat16, the upper half of an f32, rounded to the nearest even: for the factors that the scan reads.
inline std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
inline float from_half(std::uint16_t half) { return std::bit_cast<float>(std::uint32_t{half} << 16); }

/// LEB128, as in protocol buffers.
void append_varint(std::string& out, std::uint64_t value);

/// Reads from bytes that may be hostile: past the end it yields zeros and `ok()` turns false.
class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return position_ == bytes_.size(); }
  std::size_t position() const { return position_; }

  std::uint64_t varint() {
    // Nearly all numbers are below 128.
    if (position_ < bytes_.size() && std::to_integer<std::uint8_t>(bytes_[position_]) < 0x80)
      return std::to_integer<std::uint64_t>(bytes_[position_++]);
    return long_varint();
  }
  Bytes take(std::uint64_t size);

 private:
  std::uint64_t long_varint();

  Bytes bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace cairn::index
