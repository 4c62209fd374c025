#include "app/search_part.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cairn {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  if (to.empty()) to = std::move(from);
  else to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::vector<index::Candidate> by_words(const index::Snapshot& snapshot, const PartQuery& query,
                                       const index::SegmentNumbers* among, Trace* trace) {
  ScopedSpan span(trace, "query.lexical");
  auto found =
      index::search_lexical_part(snapshot, query.terms, query.depth, query.filter_or_null(), query.bm25, among);
  span.set("terms", query.terms.size());
  span.set("candidates", found.size());
  return found;
}

std::vector<index::DenseFinding> by_vector(const index::Snapshot& snapshot, const PartQuery& query,
                                           const PartQuery::Vector& vector, const index::SegmentNumbers* among,
                                           Trace* trace) {
  ScopedSpan span(trace, "query.dense");
  auto found = index::search_dense_part(snapshot, vector.model, vector.query, query.depth, query.filter_or_null(),
                                        query.dense, among);
  span.set("model", vector.model);
  span.set("candidates", found.size());
  return found;
}

}  // namespace

void PartFound::add(PartFound&& other) {
  append(lexical, std::move(other.lexical));
  dense.resize(std::max(dense.size(), other.dense.size()));
  for (std::size_t i = 0; i < other.dense.size(); ++i) append(dense[i], std::move(other.dense[i]));
}

PartFound search_part(const index::Snapshot& snapshot, const PartQuery& query, const index::SegmentNumbers* among,
                      Trace* trace) {
  PartFound found;
  if (query.by_words) found.lexical = by_words(snapshot, query, among, trace);
  for (const PartQuery::Vector& vector : query.vectors)
    found.dense.push_back(by_vector(snapshot, query, vector, among, trace));
  return found;
}

RankedParts join_parts(const index::Snapshot& snapshot, const PartQuery& query, PartFound found) {
  RankedParts ranked;
  ranked.lexical = index::join_lexical_parts(snapshot, query.depth, std::move(found.lexical));
  for (std::size_t i = 0; i < query.vectors.size(); ++i)
    ranked.dense.push_back(index::join_dense_parts(snapshot, query.vectors[i].model, query.vectors[i].query,
                                                   query.depth, query.dense, found.dense[i]));
  return ranked;
}

}  // namespace cairn
