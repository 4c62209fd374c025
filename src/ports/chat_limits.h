#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "ports/language_model.h"

namespace cairn {

/// Of a million tokens, in any currency.
struct TokenPrices {
  std::optional<double> prompt, cached_prompt, reply;  ///< Without its own price, a cached token costs the full one.
};

/// Nothing when no price is known.
std::optional<double> price_of(const ChatUsage& usage, const TokenPrices& prices);

/// How many tokens the reply may have so that it fits behind the prompt: as many as wanted, or what is left. Errors:
/// `invalid` when hardly anything is left, with what to do.
Result<std::uint32_t> room_for_reply(std::size_t prompt_tokens, const ChatRequest& request, const LanguageModel& model);

}  // namespace cairn
