#pragma once

#include <span>
#include <vector>

#include "app/lexical_fields.h"
#include "index/snapshot.h"

namespace cairn {

/// Which share of the query's words each chunk has, 0 to 1: a word counts by its weight and by how rare it is in the
/// snapshot (the inverse document frequency of BM25), however often the chunk has it. Words that no chunk of the
/// snapshot has are left out; alternatives of one word count once, as the most frequent of them. All 0 when no word is
/// left. In the order of `places`; their scores are ignored.
std::vector<double> question_coverage(const index::Snapshot& snapshot, const LexicalQuery& query,
                                      std::span<const index::Candidate> places);

}  // namespace cairn
