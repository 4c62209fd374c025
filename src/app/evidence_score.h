#pragma once

#include <string_view>

namespace cairn {

/// What speaks for a sentence as the answer to a question. Shares are of the question's words, weighted by how rare
/// they are.
struct EvidenceFeatures {
  double coverage = 0;          ///< Share that the sentence has.
  double context_coverage = 0;  ///< Share that only what it stands below or behind has.
  double chunk_coverage = 0;    ///< Share that the chunk or its title has.
  double similarity = 0;        ///< Of question and sentence, see relative_similarity().
  double hit_similarity = 0;    ///< Of question and chunk.
  double kind = 0;              ///< fits(): it has a number, a name, if that is asked for.
  double hit_score = 0;         ///< The hit's fused score, 0..1.
  bool lacks_name = false;      ///< A name, code or number of the question is neither in the chunk nor above it.
  bool heading = false;         ///< It looks like a heading: names a matter, states nothing.
};

/// Log odds that this sentence holds the answer, against the others of the same question: only differences mean
/// something.
double rank_score(const EvidenceFeatures& features);

/// Log odds that the documents answer the question, from the sentence that ranks first.
double support_score(const EvidenceFeatures& features);

double probability(double log_odds);

/// A cosine of a model on a scale that models share: 0 where its unrelated texts lie, 1 for the same text.
double relative_similarity(std::string_view model, double cosine);

}  // namespace cairn
