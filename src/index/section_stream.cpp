#include "index/section_stream.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace cairn::index {
namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;

}  // namespace

struct SectionStream::Hash {
  XXH3_state_t state{};
};

SectionStream::SectionStream(const ByteSink& sink) : sink_(sink), hash_(std::make_unique<Hash>()) {
  buffer_.reserve(buffer_bytes);
  put(bytes_of(FileHeader{}));
}

SectionStream::~SectionStream() = default;

void SectionStream::begin(SectionKind kind) {
  pad();
  entries_.push_back({.kind = static_cast<std::uint32_t>(kind), .offset = position_});
  XXH3_64bits_reset(&hash_->state);
}

void SectionStream::write(Bytes bytes) {
  XXH3_64bits_update(&hash_->state, bytes.data(), bytes.size());
  put(bytes);
}

void SectionStream::end() {
  SectionEntry& entry = entries_.back();
  entry.size = position_ - entry.offset;
  entry.checksum = XXH3_64bits_digest(&hash_->state);
}

void SectionStream::section(SectionKind kind, Bytes bytes) {
  begin(kind);
  write(bytes);
  end();
}

Result<void> SectionStream::finish() {
  pad();
  FileTrailer trailer;
  trailer.table_offset = position_;
  trailer.sections = static_cast<std::uint32_t>(entries_.size());
  const Bytes table = std::as_bytes(std::span(entries_));
  trailer.file_size = position_ + table.size() + sizeof(FileTrailer);
  trailer.checksum = trailer_checksum(FileHeader{}, table, trailer);
  put(table);
  put(bytes_of(trailer));
  flush();
  return std::move(status_);
}

void SectionStream::pad() {
  static constexpr std::array<std::byte, section_alignment> zeros{};
  const std::size_t over = position_ % section_alignment;
  if (over != 0) put(Bytes(zeros).first(section_alignment - over));
}

void SectionStream::put(Bytes bytes) {
  position_ += bytes.size();
  while (!bytes.empty() && !failed()) {
    const std::size_t part = std::min(bytes.size(), buffer_bytes - buffer_.size());
    buffer_.append(as_text(bytes.first(part)));
    bytes = bytes.subspan(part);
    if (buffer_.size() == buffer_bytes) flush();
  }
}

void SectionStream::flush() {
  if (!failed() && !buffer_.empty()) status_ = sink_(cairn::as_bytes(buffer_));
  buffer_.clear();
}

}  // namespace cairn::index
