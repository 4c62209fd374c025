#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/span.h"

namespace cairn {

struct EmbeddingModel {
  std::string id;
  std::uint32_t dimensions = 0;
  std::uint32_t max_tokens = 0;        ///< Special tokens included.
  std::vector<std::string> languages;  ///< Primary language tags it is meant for; empty: all.
};

/// One embedding model. Vectors have unit length; the vector of a text does not depend on its batch. Any thread; a call
/// uses only the calling thread, so callers parallelise by calling from several.
class Embedder {
 public:
  virtual ~Embedder() = default;

  virtual const EmbeddingModel& model() const = 0;

  /// texts.size() × dimensions, row-major. Longer texts are cut at max_tokens. `cancel` is looked at between small
  /// batches. Errors: `cancelled`, `unavailable` (endpoint away or over its limit; may be retried), `invalid` (endpoint
  /// refuses the input).
  virtual Result<std::vector<float>> embed_passages(std::span<const std::string_view> texts,
                                                    const CancelToken& cancel) const = 0;

  /// One vector, with the model's query prefix. Errors as above.
  virtual Result<std::vector<float>> embed_query(std::string_view query) const = 0;

  /// Spans (code points) of the model's word pieces in `text`, its special tokens not included; an estimate for
  /// endpoints.
  virtual std::vector<Span> piece_spans(std::string_view text) const = 0;
};

/// A model that is installed and cannot be used.
struct BrokenModel {
  std::string id;      ///< As far as it is known: the name of its file.
  std::string reason;  ///< For a person, with what to do.
};

/// The embedding models of this process. Immutable after start.
class EmbedderSet {
 public:
  virtual ~EmbedderSet() = default;

  /// Null when there is no such model here.
  virtual const Embedder* find(std::string_view model) const = 0;

  /// The model for documents of a language: one that names its primary tag, else one for all languages, else the
  /// default. Null only when there is no model at all.
  virtual const Embedder* for_language(std::string_view language) const = 0;

  virtual std::vector<EmbeddingModel> models() const = 0;

  /// While there are any, for_language() may answer with another model than the one that was meant: search and say that
  /// it is not complete, but embed no documents with it.
  virtual std::vector<BrokenModel> broken() const { return {}; }
};

}  // namespace cairn
