#include "index/postings.h"

#include <bit>
#include <vector>

namespace cairn::index {
namespace {

/// Packs 128 values of `bits` bits each, lowest bit first: 16 · bits bytes.
void append_packed(std::string& out, std::span<const std::uint32_t> values, std::uint32_t bits) {
  std::uint64_t buffer = 0;
  std::uint32_t filled = 0;
  for (const std::uint32_t value : values) {
    buffer |= std::uint64_t{value} << filled;
    for (filled += bits; filled >= 8; filled -= 8, buffer >>= 8) out.push_back(static_cast<char>(buffer & 0xFF));
  }
}

/// Reads 128 values; may load up to seven bytes behind the packed ones.
void unpack(const std::byte* packed, std::uint32_t bits, std::uint32_t* values) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  for (std::uint32_t i = 0, at = 0; i < postings_per_block; ++i, at += bits)
    values[i] = static_cast<std::uint32_t>((load<std::uint64_t>(packed + at / 8) >> (at % 8)) & mask);
}

std::uint32_t bits_for(std::span<const std::uint32_t> values) {
  std::uint32_t all = 0;
  for (const std::uint32_t value : values) all |= value;
  return static_cast<std::uint32_t>(std::bit_width(all));
}

/// Gaps of one less than the distance; the first posting of a list counts from chunk −1.
PostingBlockRecord append_block(std::string& out, std::span<const Posting> block, std::uint32_t previous,
                                const LengthsView& lengths) {
  std::array<std::uint32_t, postings_per_block> gaps{}, extra{};
  Impact impact;
  for (std::size_t i = 0; i < block.size(); ++i) {
    gaps[i] = block[i].chunk - previous - 1;
    extra[i] = block[i].frequency - 1;
    previous = block[i].chunk;
    impact.include({block[i].frequency, lengths[block[i].chunk]});
  }
  PostingBlockRecord record;
  record.last_chunk = previous;
  record.offset = static_cast<std::uint32_t>(out.size());
  record.least_length = impact.length;
  record.most_frequent = static_cast<std::uint16_t>(std::min<std::uint32_t>(impact.frequency, unbounded_frequency));
  record.chunk_bits = static_cast<std::uint8_t>(bits_for(gaps));
  record.frequency_bits = static_cast<std::uint8_t>(bits_for(extra));
  append_packed(out, gaps, record.chunk_bits);
  append_packed(out, extra, record.frequency_bits);
  return record;
}

/// One varint a posting: the gap, and whether the frequency is above 1, in which case it follows, less 2.
void append_tail(std::string& out, std::span<const Posting> postings, std::uint32_t previous) {
  for (const Posting& posting : postings) {
    const std::uint64_t gap = posting.chunk - previous - 1;
    append_varint(out, (gap << 1) | (posting.frequency > 1 ? 1 : 0));
    if (posting.frequency > 1) append_varint(out, posting.frequency - 2);
    previous = posting.chunk;
  }
}

}  // namespace

std::string encode_lengths(std::span<const std::uint32_t> lengths, std::uint32_t& width) {
  const std::uint32_t longest = lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
  width = longest <= 0xFF ? 1 : longest <= 0xFFFF ? 2 : 4;
  std::string out;
  out.reserve(lengths.size() * width);
  for (const std::uint32_t length : lengths) out.append(as_text(bytes_of(length).first(width)));
  return out;
}

void append_postings(std::string& out, std::span<const Posting> postings, const LengthsView& lengths) {
  std::vector<PostingBlockRecord> records;
  std::string packed;
  std::uint32_t previous = no_chunk;
  while (postings.size() >= postings_per_block) {
    records.push_back(append_block(packed, postings.first(postings_per_block), previous, lengths));
    previous = records.back().last_chunk;
    postings = postings.subspan(postings_per_block);
  }
  out.append(as_text(std::as_bytes(std::span(records))));
  out.append(packed);
  append_tail(out, postings, previous);
}

PostingCursor::PostingCursor(Bytes list, std::uint32_t count, const LengthsView& lengths)
    : list_(list),
      lengths_(lengths),
      count_(count),
      full_blocks_(count / postings_per_block),
      tail_size_(count % postings_per_block) {
  if (!open()) damage();
}

bool PostingCursor::open() {
  std::uint64_t packed = 0;
  const std::uint64_t records = std::uint64_t{full_blocks_} * sizeof(PostingBlockRecord);
  if (records > list_.size()) return false;
  for (std::uint32_t i = 0; i < full_blocks_; ++i) {
    const PostingBlockRecord block = record(i);
    const bool ascends = i == 0 || block.last_chunk > last_chunk_of(i - 1);
    if (block.chunk_bits > 32 || block.frequency_bits > 32 || block.offset != packed || !ascends) return false;
    packed += std::uint64_t{16} * (block.chunk_bits + block.frequency_bits);
    list_impact_.include(impact(block));
  }
  if (full_blocks_ > 0 && last_chunk_of(full_blocks_ - 1) >= lengths_.size()) return false;
  const auto tail = slice(list_, records, packed);
  if (!tail) return false;
  if (!read_tail(list_.subspan(records + packed))) return false;
  list_impact_.include(tail_impact_);
  shallow_ = no_chunk;
  decode(0);
  return true;
}

PostingBlockRecord PostingCursor::record(std::uint32_t block) const {
  return load<PostingBlockRecord>(list_.data() + block * sizeof(PostingBlockRecord));
}

Impact PostingCursor::impact(const PostingBlockRecord& record) const {
  const bool unbounded = record.most_frequent == unbounded_frequency;
  return {unbounded ? std::numeric_limits<std::uint32_t>::max() : record.most_frequent, record.least_length};
}

std::uint32_t PostingCursor::last_chunk_of(std::uint32_t block) const {
  if (block < full_blocks_) return record(block).last_chunk;
  return block == full_blocks_ && tail_size_ > 0 ? tail_chunks_[tail_size_ - 1] : no_chunk;
}

void PostingCursor::seek(std::uint32_t target) {
  if (chunk() >= target) return;
  if (last_chunk_of(block_) < target) {
    std::uint32_t block = block_ + 1;
    while (block < full_blocks_ && record(block).last_chunk < target) ++block;
    decode(block);
    if (last_chunk_of(block_) < target) return end();
  }
  // Targets are mostly either near or far; a few steps decide which.
  for (const std::uint32_t near = std::min(at_ + 8, size_); at_ < near; ++at_)
    if (chunks_[at_] >= target) return;
  at_ = static_cast<std::uint32_t>(std::lower_bound(chunks_.data() + at_, chunks_.data() + size_, target) -
                                   chunks_.data());
}

bool PostingCursor::take(std::uint32_t last, PostingRun& run) {
  const auto* const from = chunks_.data() + at_;
  const auto* const end = chunks_.data() + size_;
  run.size = static_cast<std::size_t>((end[-1] < last ? end : std::lower_bound(from, end, last)) - from);
  if (run.size == 0) return false;
  if (!frequencies_ready_) decode_frequencies();
  std::copy_n(from, run.size, run.chunks.begin());
  std::copy_n(frequencies_.data() + at_, run.size, run.frequencies.begin());
  at_ += static_cast<std::uint32_t>(run.size);
  if (at_ == size_) decode(block_ + 1);
  return true;
}

const Impact& PostingCursor::block_impact(std::uint32_t target, std::uint32_t& last_chunk) {
  if (shallow_ == no_chunk || shallow_ < block_) shallow_ = block_;
  else if (shallow_last_ >= target) {
    last_chunk = shallow_last_;
    return shallow_impact_;
  }
  while (shallow_ <= full_blocks_ && last_chunk_of(shallow_) < target) ++shallow_;
  last_chunk = shallow_last_ = last_chunk_of(shallow_);
  shallow_impact_ = shallow_ < full_blocks_    ? impact(record(shallow_))
                    : shallow_ == full_blocks_ ? tail_impact_
                                               : Impact{};
  return shallow_impact_;
}

void PostingCursor::decode(std::uint32_t block) {
  block_ = block;
  at_ = 0;
  if (block < full_blocks_) return decode_full();
  if (block > full_blocks_ || tail_size_ == 0) return end();
  std::copy_n(tail_chunks_.begin(), tail_size_, chunks_.begin());
  std::copy_n(tail_frequencies_.begin(), tail_size_, frequencies_.begin());
  size_ = tail_size_;
  frequencies_ready_ = true;
}

void PostingCursor::decode_full() {
  const PostingBlockRecord block = record(block_);
  unpack(list_.data() + full_blocks_ * sizeof(PostingBlockRecord) + block.offset, block.chunk_bits, chunks_.data());
  std::uint64_t chunk = block_ == 0 ? ~std::uint64_t{0} : record(block_ - 1).last_chunk;
  for (std::uint32_t i = 0; i < postings_per_block; ++i) {
    chunk += std::uint64_t{chunks_[i]} + 1;
    chunks_[i] = static_cast<std::uint32_t>(chunk);
  }
  if (chunk != block.last_chunk) return damage();
  size_ = postings_per_block;
  frequencies_ready_ = false;
}

void PostingCursor::decode_frequencies() {
  const PostingBlockRecord block = record(block_);
  const std::size_t offset = block.offset + std::size_t{16} * block.chunk_bits;
  unpack(list_.data() + full_blocks_ * sizeof(PostingBlockRecord) + offset, block.frequency_bits, frequencies_.data());
  for (std::uint32_t& frequency : frequencies_) ++frequency;
  frequencies_ready_ = true;
}

bool PostingCursor::read_tail(Bytes bytes) {
  Reader reader(bytes);
  std::uint64_t chunk = full_blocks_ == 0 ? ~std::uint64_t{0} : record(full_blocks_ - 1).last_chunk;
  for (std::uint32_t i = 0; i < tail_size_; ++i) {
    const std::uint64_t value = reader.varint();
    const std::uint64_t extra = (value & 1) != 0 ? reader.varint() + 1 : 0;
    chunk += (value >> 1) + 1;
    if (!reader.ok() || (value >> 1) >= lengths_.size() || chunk >= lengths_.size() || extra >= no_chunk) return false;
    tail_chunks_[i] = static_cast<std::uint32_t>(chunk);
    tail_frequencies_[i] = static_cast<std::uint32_t>(extra + 1);
    tail_impact_.include({tail_frequencies_[i], lengths_[tail_chunks_[i]]});
  }
  return reader.at_end();
}

void PostingCursor::end() {
  block_ = full_blocks_ + 1;
  at_ = 0;
  size_ = 1;
  chunks_[0] = no_chunk;
  frequencies_[0] = 0;
  frequencies_ready_ = true;
}

void PostingCursor::damage() {
  full_blocks_ = tail_size_ = 0;
  end();
  damaged_ = true;
}

}  // namespace cairn::index
