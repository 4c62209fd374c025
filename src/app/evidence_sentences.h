#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/evidence_score.h"
#include "app/search.h"
#include "text/analyzer.h"

namespace cairn {

/// A sentence or table row of a hit that may be an answer, with what speaks for it.
struct EvidenceSentence {
  std::size_t hit = 0;
  Span span;                    ///< In the canonical text.
  std::string_view text;        ///< Of the hit.
  std::string_view heading;     ///< It stands below it; empty: none inside its chunk.
  std::string_view table_head;  ///< The first row of its table; empty: it is none, or the first itself.
  EvidenceFeatures features;    ///< For want of a vector, the similarity is that of the hit.
};

/// The sentences and rows of the first `hits` hits, in their order; views into `found`. What only says where an answer
/// stands is left out: headings, and questions that a document asks itself, as lists of frequently asked ones do.
std::vector<EvidenceSentence> read_sentences(text::Analyzer& analyzer, std::string_view question,
                                             const FoundChunks& found, std::size_t hits);

/// The embedding model of a hit.
const std::string& model_of(const FoundChunks& found, std::size_t hit);

}  // namespace cairn
