#pragma once

#include <llama.h>

#include <string_view>
#include <vector>

#include "adapters/llama/chat_template.h"

namespace cairn {

/// The tokens of `text`. With `control`, text such as <|im_end|> becomes the control token of that name.
std::vector<llama_token> tokenize(const llama_vocab* vocab, std::string_view text, bool control);

/// The tokens of a prompt. Text from outside forms no control token, whatever it says.
std::vector<llama_token> tokenize_prompt(const llama_vocab* vocab, const std::vector<PromptPart>& parts);

/// The bytes that a token stands for; none for control tokens.
std::string piece_of(const llama_vocab* vocab, llama_token token);

}  // namespace cairn
