#include "ports/chat_limits.h"

#include <algorithm>

namespace cairn {

std::optional<double> price_of(const ChatUsage& usage, const TokenPrices& prices) {
  if (!prices.prompt && !prices.reply) return std::nullopt;
  const double prompt = prices.prompt.value_or(0);
  const std::uint32_t cached = std::min(usage.cached_prompt_tokens, usage.prompt_tokens);
  return ((usage.prompt_tokens - cached) * prompt + cached * prices.cached_prompt.value_or(prompt) +
          usage.reply_tokens * prices.reply.value_or(0)) /
         1e6;
}

Result<std::uint32_t> room_for_reply(std::size_t prompt_tokens, const ChatRequest& request,
                                     const LanguageModel& model) {
  constexpr std::uint32_t fewest = 16;  // A shorter reply than this helps nobody, unless that was asked for.
  const std::uint32_t context = model.context_tokens();
  const std::size_t left = context > prompt_tokens ? context - prompt_tokens : 0;
  if (left < std::max(std::min(request.max_tokens, fewest), 1u))
    return fail(ErrorKind::invalid, "the prompt has " + std::to_string(prompt_tokens) + " tokens and the model " +
                                        model.name() + " reads " + std::to_string(context) +
                                        ", its reply included: ask with less text, or set generators." + model.name() +
                                        ".context_tokens higher if the model can read more");
  return static_cast<std::uint32_t>(std::min<std::size_t>(left, request.max_tokens));
}

}  // namespace cairn
