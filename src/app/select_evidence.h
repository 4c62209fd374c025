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

/// The sentences and table rows of the best hits, best first, each with its literal text and span. The first one's
/// score is an estimate of how likely the documents answer the question at all; the others' scores are lower in the
/// proportion in which they are less likely to be the answer. Reads the hits on the manifests that they came from.
/// Errors: `cancelled`, those of the embedder (`unavailable` is survived: words alone decide then).
Result<std::vector<Evidence>> select_evidence(const EvidencePorts& ports, std::string_view question,
                                              const FoundChunks& found, const CancelToken& cancel);

}  // namespace cairn
