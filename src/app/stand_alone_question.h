#pragma once

#include <span>
#include <string>

#include "domain/answer.h"

namespace cairn {

/// The last question of a conversation (`turns` is never empty) in words that stand alone, by rules: pronouns ("it",
/// 它) become what the conversation is about, and what is left out ("And in Munich?", "what about X?", 那…呢？) is
/// filled in from the question before. A question that stands alone comes back as it is. English and Chinese.
std::string stand_alone_question(std::span<const ConversationTurn> turns);

}  // namespace cairn
