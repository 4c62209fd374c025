#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Text of a document as it may stand in a prompt: what a chat template would read as the end of a message or as
/// another speaker ("<|im_end|>", "[INST]", "System:" at the start of a line) is broken up, invisible and control
/// characters go, and brackets with numbers, which would read as citations, become parentheses. Words stay as they are.
std::string evidence_as_data(std::string_view text);

/// Only what a chat template would read; for the question, which is the caller's own.
std::string without_template_tokens(std::string_view text);

/// Whether a sentence of a document gives orders to whoever answers ("ignore the instructions above", "reply with …",
/// 請回答…) instead of stating something. English and Chinese. Such a sentence supports nothing.
bool is_order_to_model(std::string_view sentence);

}  // namespace cairn
