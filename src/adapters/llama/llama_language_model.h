#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "ports/chat_limits.h"
#include "ports/language_model.h"

namespace cairn {

struct LlamaLanguageModelOptions {
  std::string name;                                       ///< As configured: generators.NAME.
  std::filesystem::path path;                             ///< A GGUF file.
  std::filesystem::path kernels;                          ///< The folder with llama.cpp's kernels.
  std::uint32_t context_tokens = 0;                       ///< 0: what the model was trained for, at most 8192.
  unsigned threads = 0;                                   ///< 0: one for each processor, at most 8.
  std::size_t max_concurrent = 1;                         ///< Each has a context, and so memory, of its own.
  std::chrono::milliseconds pause_after_refusal{10'000};  ///< Before a file that could not be loaded is read again.
  TokenPrices prices;

  /// Told once the model is loaded or could not be; may be empty.
  std::function<void(const std::string& message)> on_event;
};

/// A model in this process. Nothing is read before it is first used, so that a file that is missing, damaged or no GGUF
/// is an error (`invalid`, `corrupt`) of that use. Errors: `invalid` options, `unsupported` in a build without
/// llama.cpp.
Result<std::unique_ptr<LanguageModel>> open_llama_language_model(LlamaLanguageModelOptions options);

/// Whether this build has llama.cpp.
bool has_llama();

}  // namespace cairn
