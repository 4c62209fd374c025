#include "app/evidence_score.h"

#include <cmath>

namespace cairn {
namespace {

// Both are logistic regressions, fitted on the developer half of XQuAD in English and Chinese (docs/decisions):
// rank_score on all sentences of the five best hits, labelled by whether they hold the right answer; support_score on
// the same questions asked with their article in the corpus (answerable) and with their article, or only their
// paragraph, taken out of it (not).
constexpr double heading_penalty = 2.5;
// Puts even odds where, of questions whose article is not in the corpus, fewer than one in fifty is answered.
constexpr double support_shift = 1.8;

}  // namespace

double rank_score(const EvidenceFeatures& f) {
  return 3.63 * f.coverage + 0.67 * f.context_coverage + 6.78 * f.similarity - 5.25 * f.hit_similarity + 1.02 * f.kind -
         0.53 * (f.kind_known ? 1 : 0) + 1.65 * (f.best_hit ? 1 : 0) + 5.0 * f.hit_score -
         heading_penalty * (f.heading ? 1 : 0) - 9.28;
}

double support_score(const EvidenceFeatures& f) {
  return 2.17 * f.coverage + 6.14 * f.chunk_coverage + 11.79 * f.similarity - 1.05 * f.hit_similarity - 8.92 +
         support_shift;
}

double probability(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

double relative_similarity(std::string_view model, double cosine) {
  // Where unrelated questions and sentences lie: measured for the models we know, a guess for others.
  double unrelated = 0.3;
  if (model == "bge-small-en-v1.5") unrelated = 0.45;
  if (model == "bge-small-zh-v1.5") unrelated = 0.17;
  return (cosine - unrelated) / (1 - unrelated);
}

}  // namespace cairn
