#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/answer.h"
#include "ports/language_model.h"

namespace cairn {

/// Asks for the last question of a conversation in words that stand alone. The prompt is bounded: the last few turns,
/// each cut.
ChatRequest rewriting_prompt(std::span<const ConversationTurn> turns);

/// What the model made of it, when it is one question of sensible length; nothing otherwise.
std::optional<std::string> usable_rewriting(std::string_view reply, std::string_view question);

}  // namespace cairn
