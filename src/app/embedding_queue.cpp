#include "app/embedding_queue.h"

#include <algorithm>

namespace cairn {
namespace {

// So many long documents fill the queue. What they take in memory is bounded by TextBudget, not here.
constexpr std::uint64_t long_documents_at_once = 4;

}  // namespace

EmbeddingQueue::EmbeddingQueue(std::uint64_t unit_tokens, std::uint64_t high_water_tokens)
    : unit_tokens_(unit_tokens),
      high_water_tokens_(high_water_tokens),
      most_of_one_document_(std::max<std::uint64_t>(high_water_tokens / long_documents_at_once, 1)) {}

void EmbeddingQueue::push(PreparedDocumentPtr document) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t tokens = document->tokens;
  waiting_.push_back({.document = std::move(document), .next = 0, .tokens = tokens});
  counted_tokens_ += counted(waiting_.back());
  filled_.notify_all();
}

void EmbeddingQueue::wait_for_room() {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return closed_ || counted_tokens_ < high_water_tokens_; });
}

bool EmbeddingQueue::has_room() const {
  const std::lock_guard lock(mutex_);
  return counted_tokens_ < high_water_tokens_;
}

std::optional<EmbeddingUnit> EmbeddingQueue::pop() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
  if (waiting_.empty()) return std::nullopt;
  EmbeddingUnit unit = take_unit();
  if (counted_tokens_ < high_water_tokens_) drained_.notify_all();
  return unit;
}

EmbeddingUnit EmbeddingQueue::take_unit() {
  EmbeddingUnit unit{.embedder = waiting_.front().document->embedder, .slices = {}, .tokens = 0};
  for (auto entry = waiting_.begin(); entry != waiting_.end() && unit.tokens < unit_tokens_;) {
    const PreparedDocumentPtr& document = entry->document;
    if (document->embedder != unit.embedder) {
      ++entry;
      continue;
    }
    unit.slices.push_back(take_slice(*entry, unit));
    if (entry->next == document->chunks.size()) {
      entry = waiting_.erase(entry);
      continue;
    }
    // The unit is full. A long document goes to the end, so that short ones are not kept waiting behind it.
    Waiting rest = std::move(*entry);
    waiting_.erase(entry);
    waiting_.push_back(std::move(rest));
    break;
  }
  return unit;
}

ChunkSlice EmbeddingQueue::take_slice(Waiting& entry, EmbeddingUnit& unit) {
  const PreparedDocument& document = *entry.document;
  const std::size_t first = entry.next;
  counted_tokens_ -= counted(entry);
  while (entry.next < document.chunks.size() && unit.tokens < unit_tokens_) {
    const std::uint32_t tokens = document.chunk_tokens[entry.next++];
    unit.tokens += tokens;
    entry.tokens -= tokens;
  }
  counted_tokens_ += counted(entry);
  return {.document = entry.document, .first = first, .last = entry.next};
}

std::uint64_t EmbeddingQueue::counted(const Waiting& entry) const {
  return std::min(entry.tokens, most_of_one_document_);
}

void EmbeddingQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  filled_.notify_all();
  drained_.notify_all();
}

}  // namespace cairn
