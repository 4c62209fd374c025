#include "app/embedding_queue.h"

namespace cairn {

EmbeddingQueue::EmbeddingQueue(std::uint64_t unit_tokens, std::uint64_t high_water_tokens)
    : unit_tokens_(unit_tokens), high_water_tokens_(high_water_tokens) {}

void EmbeddingQueue::push(PreparedDocumentPtr document) {
  const std::lock_guard lock(mutex_);
  queued_tokens_ += document->tokens;
  waiting_.push_back({.document = std::move(document), .next = 0});
  filled_.notify_all();
}

void EmbeddingQueue::wait_for_room() {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return closed_ || queued_tokens_ < high_water_tokens_; });
}

std::optional<EmbeddingUnit> EmbeddingQueue::pop() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
  if (waiting_.empty()) return std::nullopt;
  EmbeddingUnit unit = take_unit();
  if (queued_tokens_ < high_water_tokens_) drained_.notify_all();
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
    ChunkSlice slice{.document = document, .first = entry->next, .last = entry->next};
    while (slice.last < document->chunks.size() && unit.tokens < unit_tokens_)
      unit.tokens += document->chunk_tokens[slice.last++];
    entry->next = slice.last;
    const bool taken = slice.last == document->chunks.size();
    unit.slices.push_back(std::move(slice));
    if (taken) {
      entry = waiting_.erase(entry);
      continue;
    }
    // The unit is full. A long document goes to the end, so that short ones are not kept waiting behind it.
    Waiting rest = std::move(*entry);
    waiting_.erase(entry);
    waiting_.push_back(std::move(rest));
    break;
  }
  queued_tokens_ -= unit.tokens;
  return unit;
}

void EmbeddingQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  filled_.notify_all();
  drained_.notify_all();
}

}  // namespace cairn
