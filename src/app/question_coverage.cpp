#include "app/question_coverage.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace cairn {
namespace {

struct Word {
  std::vector<index::WeightedTerm> alternatives;
  double weight = 0;
};

/// The words that the snapshot has at all, by their numbers in the query.
std::map<std::uint32_t, Word> known_words(const index::Snapshot& snapshot, const LexicalQuery& query) {
  const auto chunks = static_cast<double>(snapshot.live_chunk_count());
  std::map<std::uint32_t, Word> words;
  for (std::size_t i = 0; i < query.terms.size(); ++i) {
    const index::WeightedTerm& term = query.terms[i];
    const auto with_it = static_cast<double>(snapshot.document_frequency(term.term));
    if (with_it == 0) continue;
    const double weight = term.weight * std::log1p((chunks - with_it + 0.5) / (with_it + 0.5));
    Word& word = words[query.words[i]];
    word.weight = word.alternatives.empty() ? weight : std::min(word.weight, weight);
    word.alternatives.push_back(term);
  }
  return words;
}

}  // namespace

std::vector<double> question_coverage(const index::Snapshot& snapshot, const LexicalQuery& query,
                                      std::span<const index::Candidate> places) {
  std::vector<double> coverage(places.size());
  std::vector<index::Candidate> scored(places.begin(), places.end());
  double all = 0;
  for (const auto& [number, word] : known_words(snapshot, query)) {
    snapshot.score_lexical(word.alternatives, index::Bm25Options{}, scored);
    for (std::size_t i = 0; i < scored.size(); ++i)
      if (scored[i].score > 0) coverage[i] += word.weight;
    all += word.weight;
  }
  if (all > 0)
    for (double& share : coverage) share /= all;
  return coverage;
}

}  // namespace cairn
