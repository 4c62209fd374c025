#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "ports/chat_limits.h"
#include "ports/language_model.h"

namespace cairn {

struct OpenAiLanguageModelOptions {
  std::string name;      ///< As configured: generators.NAME.
  std::string base_url;  ///< Such as http://127.0.0.1:11434/v1; "/chat/completions" is added.
  std::string model;
  std::vector<std::string> api_keys;  ///< Used in turn; none: without.
  bool allow_private = false;
  std::uint32_t context_tokens = 8192;
  std::size_t max_concurrent = 8;
  TokenPrices prices;
  std::chrono::milliseconds first_byte_timeout{60'000};
  std::chrono::milliseconds idle_timeout{30'000};
  unsigned attempts = 3;                           ///< Of one request, while the endpoint is busy or away.
  std::chrono::milliseconds first_pause{250};      ///< Doubles with each attempt; Retry-After goes before it.
  std::chrono::milliseconds longest_pause{5'000};  ///< Who asks for a longer one gets no second attempt.
  std::chrono::milliseconds refused_key_rest{60'000};
};

/// Any model behind an OpenAI-compatible `/v1/chat/completions`. An endpoint that is away or busy is asked again while
/// nothing was passed on; a key that is out of quota or refused rests, and the next one is used. Keys appear in no
/// error. `clock` must outlive it. Errors: `invalid` options, with the setting's name.
Result<std::unique_ptr<LanguageModel>> open_openai_language_model(OpenAiLanguageModelOptions options,
                                                                  const Clock& clock);

}  // namespace cairn
