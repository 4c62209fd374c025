#include "adapters/llama/llama_slot.h"

#include <algorithm>

#include "adapters/llama/llama_library.h"

namespace cairn {
namespace {

constexpr std::uint32_t batch_tokens = 512;

}  // namespace

Result<std::unique_ptr<LlamaSlot>> LlamaSlot::make(llama_model& model, const LlamaSlotOptions& options) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = options.context_tokens;
  params.n_batch = std::min(batch_tokens, options.context_tokens);
  params.n_ubatch = params.n_batch;
  params.n_seq_max = 1;
  params.n_threads = params.n_threads_batch = options.threads;
  params.no_perf = true;
  take_llama_complaint();
  llama_context* context = llama_init_from_model(&model, params);
  if (context == nullptr)
    return fail(ErrorKind::unavailable, "there is no context of " + std::to_string(options.context_tokens) +
                                            " tokens to be had (" + take_llama_complaint() +
                                            "): set context_tokens lower, or add memory");
  return std::unique_ptr<LlamaSlot>(new LlamaSlot(context));
}

std::size_t LlamaSlot::common(std::span<const llama_token> tokens) const {
  const auto [mine, theirs] = std::ranges::mismatch(held_, tokens);
  return static_cast<std::size_t>(mine - held_.begin());
}

void LlamaSlot::keep(std::size_t count) {
  const auto memory = llama_get_memory(context_.get());
  // Recurrent models cannot forget their last tokens alone.
  if (!llama_memory_seq_rm(memory, 0, static_cast<llama_pos>(count), -1)) {
    llama_memory_clear(memory, false);
    count = 0;
  }
  held_.resize(count);
}

Result<std::size_t> LlamaSlot::read(std::span<const llama_token> prompt, const Stop& stop) {
  keep(std::min(common(prompt), prompt.size() - 1));  // The last one is computed for what comes after it.
  const std::size_t cached = held_.size();
  for (std::size_t at = cached; at < prompt.size();) {
    const std::size_t count = std::min<std::size_t>(batch_tokens, prompt.size() - at);
    CAIRN_CHECK(decode(prompt.subspan(at, count), stop));
    at += count;
  }
  return cached;
}

Result<void> LlamaSlot::add(llama_token token, const Stop& stop) { return decode(std::span(&token, 1), stop); }

Result<void> LlamaSlot::decode(std::span<const llama_token> tokens, const Stop& stop) {
  const std::size_t before = held_.size();
  if (stop()) return fail(ErrorKind::cancelled, "cancelled");
  const auto ask = [](void* user) { return (*static_cast<const Stop*>(user))(); };
  llama_set_abort_callback(context_.get(), ask, const_cast<Stop*>(&stop));
  take_llama_complaint();
  const int status = llama_decode(context_.get(), llama_batch_get_one(const_cast<llama_token*>(tokens.data()),
                                                                      static_cast<std::int32_t>(tokens.size())));
  llama_set_abort_callback(context_.get(), nullptr, nullptr);
  if (status == 0) {
    held_.insert(held_.end(), tokens.begin(), tokens.end());
    return {};
  }
  keep(before);
  if (stop()) return fail(ErrorKind::cancelled, "cancelled");
  return fail(ErrorKind::unavailable, "llama.cpp failed (" + std::to_string(status) + ") " + take_llama_complaint());
}

}  // namespace cairn
