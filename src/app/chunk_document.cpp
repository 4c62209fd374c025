#include "app/chunk_document.h"

#include <algorithm>
#include <optional>

namespace cairn {
namespace {

constexpr std::uint32_t special_tokens = 2;   // [CLS] and [SEP].
constexpr std::uint32_t heading_tokens = 64;  // What a long title with headings takes; more is cut off by the model.
constexpr std::uint32_t min_chunk_tokens = 16;

std::optional<text::ChunkStrategy> strategy_named(std::string_view name) {
  if (name == "recursive") return text::ChunkStrategy::recursive;
  if (name == "fixed") return text::ChunkStrategy::fixed;
  if (name == "sentence") return text::ChunkStrategy::sentence;
  if (name == "semantic") return text::ChunkStrategy::semantic;
  return std::nullopt;
}

/// Vectors have unit length, so the inner product is the cosine.
float dot(const float* a, const float* b, std::size_t size) {
  float sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

/// Sentences are embedded a few at a time: a long document has a hundred thousand, but only neighbours are compared.
Result<std::vector<float>> neighbour_similarity(const Embedder& embedder,
                                                const std::vector<std::string_view>& sentences,
                                                const CancelToken& cancel) {
  constexpr std::size_t window = 64;
  const std::size_t dimensions = embedder.model().dimensions;
  std::vector<float> similarities;
  std::vector<float> last;
  for (std::size_t start = 0; start < sentences.size(); start += window) {
    const auto part = std::span(sentences).subspan(start, std::min(window, sentences.size() - start));
    CAIRN_TRY(const std::vector<float> vectors, embedder.embed_passages(part, cancel));
    if (!last.empty()) similarities.push_back(dot(last.data(), vectors.data(), dimensions));
    for (std::size_t i = 1; i < part.size(); ++i)
      similarities.push_back(dot(&vectors[(i - 1) * dimensions], &vectors[i * dimensions], dimensions));
    last.assign(vectors.end() - static_cast<std::ptrdiff_t>(dimensions), vectors.end());
  }
  return similarities;
}

std::uint32_t chunk_tokens(std::uint32_t wanted, std::uint32_t model_tokens) {
  const std::uint32_t reserved = special_tokens + heading_tokens;
  const std::uint32_t room = model_tokens > reserved + min_chunk_tokens ? model_tokens - reserved : min_chunk_tokens;
  return std::clamp(wanted, min_chunk_tokens, room);
}

}  // namespace

Result<std::vector<text::ChunkSpan>> chunk_document(const DocumentText& document, const Chunking& chunking,
                                                    const Embedder& embedder, const CancelToken& cancel) {
  const auto strategy = strategy_named(chunking.strategy);
  if (!strategy)
    return fail(ErrorKind::invalid, "there is no chunking strategy called '" + chunking.strategy +
                                        "': choose recursive, fixed, sentence or semantic");
  text::ChunkingOptions options;
  options.strategy = *strategy;
  options.max_tokens = chunk_tokens(chunking.max_tokens, embedder.model().max_tokens);
  options.overlap_tokens = std::min(chunking.overlap_tokens, options.max_tokens / 2);
  const text::ChunkingModel model{
      .piece_spans =
          [&](std::string_view text) {
            return cancel.cancelled() ? std::vector<Span>{} : embedder.piece_spans(text);  // See below.
          },
      .neighbour_similarity =
          [&](const std::vector<std::string_view>& sentences) {
            return neighbour_similarity(embedder, sentences, cancel);
          },
  };
  auto chunks = text::chunk(document.text, document.blocks, document.language, options, model);
  if (cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
  return chunks;
}

ChunkFields fields_of(const DocumentText& document, const utf8::CodePointIndex& index, const text::ChunkSpan& chunk) {
  return {.body = index.slice(chunk.span),
          .title = document.title,
          .heading_path = chunk.heading_path,
          .language = document.language};
}

}  // namespace cairn
