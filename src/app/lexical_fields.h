#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/snapshot.h"
#include "index/types.h"
#include "text/analyzer.h"

namespace cairn {

/// The parts of a chunk that people search by.
struct ChunkFields {
  std::string_view body;                      ///< The canonical text of its span.
  std::string_view title;                     ///< The document's; may be empty.
  std::span<const std::string> heading_path;  ///< Outermost first; may be empty.
  std::string_view language;                  ///< As text::detect_language() names it.
};

/// A chunk as the lexical index takes it: index::ChunkInput's terms and length.
struct LexicalChunk {
  std::vector<index::TermFrequency> terms;
  std::uint32_t length = 0;
};

/// Fields become one bag of terms: a term of the title or of a heading counts as if the body said it (several times,
/// see the constants in lexical_fields.cpp). A title or heading that the body repeats at its start, or that is in the
/// path twice, is counted once.
LexicalChunk lexical_chunk(text::Analyzer& analyzer, const ChunkFields& fields);

/// The text that is embedded for a chunk: title, headings and body, each on its own line, without repeats; Chinese in
/// Simplified characters (text::fold).
std::string embedded_text(const ChunkFields& fields);

struct LexicalQuery {
  std::vector<index::WeightedTerm> terms;
  std::vector<std::uint32_t> words;  ///< Of each term; terms of one word are alternatives (text::Analyzer::QueryTerm).
};

/// A query as the lexical index looks it up: each term once with its weights summed, heaviest first, at most
/// `max_query_terms` (a pasted page must not cost a scan of every posting). Stop words count only when the query has
/// nothing else.
inline constexpr std::size_t max_query_terms = 128;
LexicalQuery lexical_query(text::Analyzer& analyzer, std::string_view query);

}  // namespace cairn
