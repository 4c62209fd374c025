#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/block.h"

namespace cairn::text {

enum class ChunkStrategy { recursive, fixed, sentence, semantic };

struct ChunkingOptions {
  ChunkStrategy strategy = ChunkStrategy::recursive;
  std::uint32_t max_tokens = 256;    ///< Word pieces of the embedding model, its special tokens not counted.
  std::uint32_t overlap_tokens = 0;  ///< Whole sentences (or words, for `fixed`) repeated from the chunk before.
};

/// A span that is embedded and found as one.
struct ChunkSpan {
  Span span;
  std::uint32_t page = 0;  ///< Page of its first character; 0 where there are none.
  std::vector<std::string> heading_path;
  std::vector<Span> headings;  ///< Of the headings inside it.
};

/// What chunking needs to know about the embedding model.
struct ChunkingModel {
  /// Spans of word pieces in a text, in code points of that text.
  std::function<std::vector<Span>(std::string_view)> piece_spans;
  /// Cosine similarity of neighbouring sentences, one value for each pair (i, i + 1); only asked by `semantic`.
  std::function<Result<std::vector<float>>(const std::vector<std::string_view>&)> neighbour_similarity;
};

/// Cuts canonical text into chunks, in order. Every character of every block is in at least one chunk, no chunk has
/// more than max_tokens pieces, no cut falls inside a sentence unless the sentence alone is longer than a chunk, and
/// table rows stay whole (a continued table repeats no text: spans stay literal). Any thread.
Result<std::vector<ChunkSpan>> chunk(std::string_view canonical_text, const std::vector<Block>& blocks,
                                     std::string_view language, const ChunkingOptions& options,
                                     const ChunkingModel& model);

}  // namespace cairn::text
