#pragma once

#include <string_view>
#include <vector>

#include "app/analyzer_pool.h"
#include "app/search.h"
#include "base/cancel.h"
#include "domain/answer.h"
#include "ports/embedder.h"

namespace cairn {

struct EvidencePorts {
  const EmbedderSet& embedders;
  AnalyzerPool& analyzers;
};

/// What sentences are compared with the question by. Embedding them takes most of the time: whoever reads all of them
/// anyway, such as a language model, can do without.
enum class EvidenceRanking { by_words, by_words_and_vectors };

/// The sentences and table rows of the best hits, best first, each with its literal text and span. The first one's
/// score is an estimate of how likely the documents answer the question at all; the others' scores are lower in the
/// proportion in which they are less likely to be the answer. Reads the hits on the manifests that they came from.
/// Errors: `cancelled`, those of the embedder (`unavailable` is survived: words alone decide then).
Result<std::vector<Evidence>> select_evidence(const EvidencePorts& ports, std::string_view question,
                                              const FoundChunks& found, EvidenceRanking ranking,
                                              const CancelToken& cancel);

}  // namespace cairn
