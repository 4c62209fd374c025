#pragma once

#include <llama.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace cairn {

struct LlamaModelDeleter {
  void operator()(llama_model* model) const { llama_model_free(model); }
};
using LlamaModel = std::unique_ptr<llama_model, LlamaModelDeleter>;

struct LlamaSlotOptions {
  std::uint32_t context_tokens = 0;
  std::int32_t threads = 1;
};

/// One context of a model and the tokens that it holds. One thread at a time.
class LlamaSlot {
 public:
  using Stop = std::function<bool()>;

  /// `model` must outlive it. Errors: `unavailable` (not enough memory).
  static Result<std::unique_ptr<LlamaSlot>> make(llama_model& model, const LlamaSlotOptions& options);

  /// How many of the first tokens it holds already.
  std::size_t common(std::span<const llama_token> tokens) const;

  /// Makes it hold exactly `prompt`, which must not be empty, computing only what it does not hold; gives how many it
  /// did hold. Looks at `stop` many times a second. Errors: `cancelled` (stopped), `unavailable` (llama.cpp failed);
  /// it then holds what it held before, or less.
  Result<std::size_t> read(std::span<const llama_token> prompt, const Stop& stop);

  /// One more token behind it. Errors: likewise.
  Result<void> add(llama_token token, const Stop& stop);

  llama_context& context() { return *context_; }

 private:
  struct ContextDeleter {
    void operator()(llama_context* context) const { llama_free(context); }
  };

  explicit LlamaSlot(llama_context* context) : context_(context) {}

  Result<void> decode(std::span<const llama_token> tokens, const Stop& stop);
  void keep(std::size_t count);

  std::unique_ptr<llama_context, ContextDeleter> context_;
  std::vector<llama_token> held_;
};

}  // namespace cairn
