#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "base/bytes.h"
#include "index/format.h"

namespace cairn::index {

struct Posting {
  std::uint32_t chunk = 0;
  std::uint32_t frequency = 1;
};

inline constexpr std::uint32_t postings_per_block = 128;
inline constexpr std::uint32_t no_chunk = std::numeric_limits<std::uint32_t>::max();
/// The section ends with this many zero bytes, so that unpacking may load whole words.
inline constexpr std::size_t postings_padding = 8;

/// Stands before the packed blocks, one for each full block: what a query needs to know to skip it.
struct PostingBlockRecord {
  std::uint32_t last_chunk = 0;
  std::uint32_t offset = 0;         ///< Of the packed block, from the first one.
  std::uint32_t least_length = 0;   ///< The shortest field among its chunks …
  std::uint16_t most_frequent = 0;  ///< … and the highest frequency; unbounded_frequency when it does not fit.
  std::uint8_t chunk_bits = 0;
  std::uint8_t frequency_bits = 0;
};
static_assert(sizeof(PostingBlockRecord) == 16);

inline constexpr std::uint16_t unbounded_frequency = std::numeric_limits<std::uint16_t>::max();

/// Field lengths of the chunks of a segment, in 1, 2 or 4 bytes each.
class LengthsView {
 public:
  LengthsView() = default;
  LengthsView(Bytes bytes, std::uint32_t width) : bytes_(bytes), width_(width) {}

  std::size_t size() const { return bytes_.size() / width_; }
  std::uint32_t operator[](std::size_t chunk) const {
    if (width_ == 1) return load<std::uint8_t>(bytes_.data() + chunk);
    if (width_ == 2) return load<std::uint16_t>(bytes_.data() + chunk * 2);
    return load<std::uint32_t>(bytes_.data() + chunk * 4);
  }

 private:
  Bytes bytes_;
  std::uint32_t width_ = 4;
};

/// The lengths as bytes of the narrowest width that holds them all.
std::string encode_lengths(std::span<const std::uint32_t> lengths, std::uint32_t& width);

/// The most that any posting of a block or list can be worth: no chunk has a higher frequency or a shorter field.
struct Impact {
  std::uint32_t frequency = 0;
  std::uint32_t length = std::numeric_limits<std::uint32_t>::max();

  void include(const Impact& other) {
    frequency = std::max(frequency, other.frequency);
    length = std::min(length, other.length);
  }
};

/// Appends one term's postings (ascending chunks): records of the full blocks of 128, the blocks bit-packed, and what
/// is left over as varints.
void append_postings(std::string& out, std::span<const Posting> postings, const LengthsView& lengths);

/// Postings of one block that follow each other.
struct PostingRun {
  std::array<std::uint32_t, postings_per_block> chunks, frequencies;
  std::size_t size = 0;
};

/// Walks one term's postings. Bytes are not trusted: a damaged list ends early and says so.
class PostingCursor {
 public:
  /// `list` must be followed by postings_padding readable bytes.
  PostingCursor(Bytes list, std::uint32_t count, const LengthsView& lengths);

  std::uint32_t chunk() const { return chunks_[at_]; }  ///< no_chunk at the end.
  std::uint32_t frequency() {
    if (!frequencies_ready_) decode_frequencies();
    return frequencies_[at_];
  }

  void next() {
    if (++at_ == size_) decode(block_ + 1);
  }
  /// Moves to the first posting with chunk >= target.
  void seek(std::uint32_t target);

  /// Copies the postings from here on with chunk < last, as far as one block holds them, and moves past them. False
  /// when there are none.
  bool take(std::uint32_t last, PostingRun& run);

  /// What the block that would hold `target` can be worth, without decoding it, and its last chunk. Targets ascend.
  const Impact& block_impact(std::uint32_t target, std::uint32_t& last_chunk);
  const Impact& list_impact() const { return list_impact_; }

  std::uint32_t count() const { return count_; }
  bool damaged() const { return damaged_; }

 private:
  bool open();
  PostingBlockRecord record(std::uint32_t block) const;
  Impact impact(const PostingBlockRecord& record) const;
  std::uint32_t last_chunk_of(std::uint32_t block) const;
  void decode(std::uint32_t block);
  void decode_full();
  void decode_frequencies();
  bool read_tail(Bytes bytes);
  void end();
  void damage();

  Bytes list_;
  LengthsView lengths_;
  std::uint32_t count_ = 0, full_blocks_ = 0, tail_size_ = 0;
  std::uint32_t block_ = 0;    ///< Decoded now: full_blocks_ is the tail, one more the end.
  std::uint32_t shallow_ = 0;  ///< What block_impact() looked at last.
  std::uint32_t shallow_last_ = 0;
  std::uint32_t at_ = 0, size_ = 0;
  bool frequencies_ready_ = true, damaged_ = false;
  Impact list_impact_, tail_impact_, shallow_impact_;
  std::array<std::uint32_t, postings_per_block + 1> chunks_{};
  std::array<std::uint32_t, postings_per_block> frequencies_{};
  std::array<std::uint32_t, postings_per_block> tail_chunks_{}, tail_frequencies_{};
};

}  // namespace cairn::index
