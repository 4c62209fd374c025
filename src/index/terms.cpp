#include "index/terms.h"

#include <algorithm>

namespace cairn::index {
namespace {

/// One entry of a block: the term shares `shared` bytes with the one before it.
struct Entry {
  std::uint64_t shared = 0;
  std::string_view suffix;
  std::uint64_t count = 0;
  std::uint64_t postings_bytes = 0;
};

Entry read_entry(Reader& reader) {
  Entry entry;
  entry.shared = reader.varint();
  const std::uint64_t size = reader.varint();
  entry.suffix = as_text(reader.take(size));
  entry.count = reader.varint();
  entry.postings_bytes = reader.varint();
  return entry;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.begin() + most, b.begin()).first - a.begin());
}

}  // namespace

void TermDictionaryWriter::add(std::string_view term, std::uint32_t count, std::uint64_t postings_bytes) {
  if (size_ % terms_per_block == 0) {
    blocks_.push_back({terms_.size(), postings_offset_});
    previous_.clear();
  }
  const std::size_t shared = common_prefix(previous_, term);
  append_varint(terms_, shared);
  append_varint(terms_, term.size() - shared);
  terms_.append(term.substr(shared));
  append_varint(terms_, count);
  append_varint(terms_, postings_bytes);
  previous_.assign(term);
  postings_offset_ += postings_bytes;
  ++size_;
}

Bytes TermDictionary::block_bytes(std::uint64_t block) const {
  const std::uint64_t begin = blocks_[block].terms_offset;
  const std::uint64_t end = block + 1 < blocks_.size() ? blocks_[block + 1].terms_offset : terms_.size();
  return begin <= end ? slice(terms_, begin, end - begin).value_or(Bytes{}) : Bytes{};
}

std::string_view TermDictionary::first_term(std::uint64_t block) const {
  Reader reader(block_bytes(block));
  return read_entry(reader).suffix;
}

std::optional<TermPostings> TermDictionary::find(std::string_view term) const {
  std::uint64_t low = 0, high = blocks_.size();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (first_term(middle) <= term) low = middle + 1;
    else high = middle;
  }
  return low == 0 ? std::nullopt : find_in_block(low - 1, term);
}

/// Compares without building the terms: `matched` counts the bytes that the entry before shares with `term`. An entry
/// that shares fewer bytes with its predecessor than that has gone past it; one that shares more cannot be it either.
std::optional<TermPostings> TermDictionary::find_in_block(std::uint64_t block, std::string_view term) const {
  Reader reader(block_bytes(block));
  TermPostings found{.offset = blocks_[block].postings_offset};
  std::size_t matched = 0;
  while (!reader.at_end()) {
    const Entry entry = read_entry(reader);
    if (!reader.ok() || entry.shared < matched) return std::nullopt;
    if (entry.shared == matched) {
      const std::string_view rest = term.substr(matched);
      const std::size_t common = common_prefix(rest, entry.suffix);
      if (common == rest.size() && common == entry.suffix.size()) {
        found.size = entry.postings_bytes;
        found.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(entry.count, 0xFFFFFFFF));
        return found;
      }
      matched += common;
    }
    found.offset += entry.postings_bytes;
  }
  return std::nullopt;
}

bool TermDictionary::Walker::next() {
  if (damaged_ || done_ == dictionary_->size_) return false;
  const std::uint64_t block = done_ / terms_per_block;
  const bool first = done_ % terms_per_block == 0;
  if (first) {
    if (block >= dictionary_->blocks_.size() || !reader_.at_end()) return damage();
    reader_ = Reader(dictionary_->block_bytes(block));
  }
  const Entry entry = read_entry(reader_);
  const std::uint64_t offset = done_ == 0 ? 0 : postings_.offset + postings_.size;
  if (first && offset != dictionary_->blocks_[block].postings_offset) return damage();
  if (!reader_.ok() || entry.shared > (first ? 0 : term_.size()) || entry.count == 0 || entry.count > 0xFFFFFFFF)
    return damage();
  std::string term = term_.substr(0, entry.shared).append(entry.suffix);
  if (done_ > 0 && term <= term_) return damage();
  term_ = std::move(term);
  postings_ = {offset, entry.postings_bytes, static_cast<std::uint32_t>(entry.count)};
  ++done_;
  if (done_ == dictionary_->size_ && !reader_.at_end()) return damage();
  return true;
}

bool TermDictionary::Walker::damage() {
  damaged_ = true;
  return false;
}

}  // namespace cairn::index
