#include "app/embedding_queue.h"

#include <utility>

namespace cairn {

void EmbeddingQueue::push(PreparedDocumentPtr document) {
  const std::lock_guard lock(mutex_);
  const bool is_long_one = is_long(*document);
  if (!is_long_one) short_tokens_ += document->tokens;
  (is_long_one ? long_ : short_).push_back({.document = std::move(document)});
  filled_.notify_all();
}

bool EmbeddingQueue::room(Lane lane) const {
  return lane == Lane::slow ? long_.size() < options_.most_long_documents : short_tokens_ < options_.most_short_tokens;
}

void EmbeddingQueue::wait_for_room(Lane lane) {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return closed_ || room(lane); });
}

bool EmbeddingQueue::has_room(Lane lane) const {
  const std::lock_guard lock(mutex_);
  return room(lane);
}

std::optional<EmbeddingUnit> EmbeddingQueue::pop() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [&] { return closed_ || !short_.empty() || !long_.empty(); });
  if (short_.empty() && long_.empty()) return std::nullopt;
  EmbeddingUnit unit = take_unit();
  drained_.notify_all();
  return unit;
}

EmbeddingUnit EmbeddingQueue::take_unit() {
  const bool long_first = short_.empty() || (long_is_next_ && !long_.empty());
  long_is_next_ = !long_first;
  Line& first = long_first ? long_ : short_;
  EmbeddingUnit unit{.embedder = first.front().document->embedder, .slices = {}, .tokens = 0};
  fill(unit, first);
  fill(unit, long_first ? short_ : long_);
  return unit;
}

void EmbeddingQueue::fill(EmbeddingUnit& unit, Line& line) {
  for (auto entry = line.begin(); entry != line.end() && unit.tokens < options_.unit_tokens;) {
    const PreparedDocumentPtr& document = entry->document;
    if (document->embedder != unit.embedder) {
      ++entry;
      continue;
    }
    unit.slices.push_back(take_slice(*entry, unit));
    const bool rests = entry->next < document->chunks.size();
    Waiting rest = std::move(*entry);
    entry = line.erase(entry);
    if (!rests) continue;
    line.push_back(std::move(rest));  // The unit is full: the next one is another document's.
    return;
  }
}

ChunkSlice EmbeddingQueue::take_slice(Waiting& entry, EmbeddingUnit& unit) {
  const PreparedDocument& document = *entry.document;
  const std::size_t first = entry.next;
  const std::uint64_t before = unit.tokens;
  while (entry.next < document.chunks.size() && unit.tokens < options_.unit_tokens)
    unit.tokens += document.chunk_tokens[entry.next++];
  if (!is_long(document)) short_tokens_ -= unit.tokens - before;
  return {.document = entry.document, .first = first, .last = entry.next};
}

void EmbeddingQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  filled_.notify_all();
  drained_.notify_all();
}

}  // namespace cairn
