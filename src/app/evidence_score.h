#pragma once

#include <string_view>

namespace cairn {

/// What speaks for a sentence as the answer to a question. Shares are of the question's words, weighted by how rare
/// they are.
struct EvidenceFeatures {
  double coverage = 0;          ///< Share that the sentence has.
  double context_coverage = 0;  ///< Share that only the sentence before or the title has.
  double chunk_coverage = 0;    ///< Share that the chunk or its title has.
  double similarity = 0;        ///< Of question and sentence, see relative_similarity().
  double hit_similarity = 0;    ///< Of question and chunk.
  double kind = 0;              ///< fits(): it has a number, a name, if that is asked for.
  bool kind_known = false;
  bool best_hit = false;  ///< It is from the first hit.
  double hit_score = 0;   ///< The hit's fused score, 0..1.
  bool heading = false;   ///< It looks like a heading: names a matter, states nothing.
};

/// Log odds that this sentence of the hits holds the answer, if any of them does.
double rank_score(const EvidenceFeatures& features);

/// Log odds that the documents answer the question, from the sentence that ranks first.
double support_score(const EvidenceFeatures& features);

double probability(double log_odds);

/// A cosine of a model on a scale that models share: 0 where its unrelated texts lie, 1 for the same text.
double relative_similarity(std::string_view model, double cosine);

}  // namespace cairn
