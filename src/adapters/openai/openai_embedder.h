#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "ports/embedder.h"

namespace cairn {

struct OpenAiEmbedderOptions {
  std::string base_url;  ///< Such as http://127.0.0.1:8080/v1; "/embeddings" is added.
  std::string model;
  std::uint32_t dimensions = 0;
  std::uint32_t max_tokens = 512;
  std::string query_prefix;
  std::string api_key;
  bool allow_private = false;
  std::size_t batch = 64;                      ///< Texts a request.
  unsigned attempts = 4;                       ///< Of one request, when the endpoint is busy or away.
  std::chrono::milliseconds first_pause{500};  ///< Doubles with each attempt; Retry-After goes before it.
  std::chrono::milliseconds timeout{60'000};
  std::chrono::milliseconds query_timeout{10'000};  ///< For the one attempt that a query gets.
};

/// Any model behind an OpenAI-compatible `/v1/embeddings`. Vectors are normalised here; a reply with the wrong number
/// of vectors, the wrong size or a value that is not finite is refused, since it would spoil the index.
Result<std::unique_ptr<Embedder>> open_openai_embedder(OpenAiEmbedderOptions options);

}  // namespace cairn
