#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/json/shape.h"
#include "domain/answer.h"

namespace cairn::routes {

/// A message as OpenAI's clients send it. `content` is text, a list of parts, or null.
struct ChatTurn {
  std::string role;
  nlohmann::json content;
};

struct ChatStreamOptions {
  std::optional<bool> include_usage;
};

/// What Cairn needs to know beyond what OpenAI's clients say.
struct ChatExtras {
  std::vector<std::string> collections;
  nlohmann::json filter;
  std::size_t limit = 10;
};

struct ChatBody {
  std::optional<std::string> model;
  std::vector<ChatTurn> messages;
  std::optional<bool> stream;
  std::optional<ChatStreamOptions> stream_options;
  std::optional<std::uint32_t> max_tokens, max_completion_tokens;  ///< The old name and the new one.
  std::optional<double> temperature;
  std::optional<std::uint32_t> seed;
  std::vector<std::string> stop;
  ChatExtras cairn;
};

/// Fields that Cairn has no use for (tools, top_p, …) are accepted and change nothing: clients send them whether they
/// matter or not. What would change the form of the reply is refused.
Shape<ChatBody> chat_body_shape();

/// The last message of a user, as text. Errors: `invalid` when there is none, when it is blank or too long, and when it
/// has parts that are no text.
Result<std::string> question_of(const std::vector<ChatTurn>& messages);

/// What was said before that question by the user and the assistant, as far back as it can matter; what is no text is
/// left out.
std::vector<ConversationTurn> said_before(const std::vector<ChatTurn>& messages);

/// The text of a whole conversation, for counting what it takes.
std::string text_of(const std::vector<ChatTurn>& messages);

}  // namespace cairn::routes
