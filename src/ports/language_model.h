#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "domain/answer.h"

namespace cairn {

struct ChatMessage {
  enum class Role { system, user, assistant };
  Role role = Role::user;
  std::string content;  ///< UTF-8.
};

/// As chat templates and endpoints name them.
inline const char* to_string(ChatMessage::Role role) {
  switch (role) {
    case ChatMessage::Role::system: return "system";
    case ChatMessage::Role::user: return "user";
    case ChatMessage::Role::assistant: return "assistant";
  }
  return "user";
}

struct ChatRequest {
  std::vector<ChatMessage> messages;  ///< Oldest first; at least one.
  std::uint32_t max_tokens = 512;     ///< Of the reply.
  double temperature = 0;             ///< 0: the likeliest token each time.
  std::optional<std::uint32_t> seed;  ///< See WritingWishes.
  std::vector<std::string> stop;      ///< The reply ends before any of these.
  std::chrono::milliseconds time_limit{120'000};
  CancelToken cancel;
};

/// What a reply took. Endpoints that do not say are counted by Cairn's own estimate.
struct ChatUsage {
  std::uint32_t prompt_tokens = 0;
  std::uint32_t cached_prompt_tokens = 0;  ///< Of those, not computed again.
  std::uint32_t reply_tokens = 0;
  std::optional<double> price;  ///< In the currency of the configured prices; absent without them.
};

struct ChatReply {
  using Finish = ReplyEnd;
  std::string text;
  Finish finish = Finish::stop;
  ChatUsage usage;
  std::string model;  ///< The one that wrote it, where several stand behind one name.
};

/// Text in, text out: a model in this process or behind an endpoint. It knows nothing of documents. Any thread; calls
/// beyond what the model can do at once wait their turn.
class LanguageModel {
 public:
  virtual ~LanguageModel() = default;

  /// As people and configuration name it.
  virtual const std::string& name() const = 0;

  /// Prompt and reply together.
  virtual std::uint32_t context_tokens() const = 0;

  /// How many of the model's tokens `text` is; an estimate on the high side for endpoints.
  virtual std::size_t count_tokens(std::string_view text) const = 0;

  /// Whether a call now would begin at once; a guess, since others call too.
  virtual bool has_room() const { return true; }

  /// Calls `on_text` with each piece of the reply as it comes (whole UTF-8 characters); it runs in the calling thread.
  /// Once a piece was passed on, a failure is returned and not repeated elsewhere, so that no text comes twice. Errors:
  /// `invalid` (the prompt does not fit, or the endpoint refuses it or withholds all of its answer), `unavailable`
  /// (away, too slow, garbage; may be retried), `limited` (busy or out of quota, with retry_after where known),
  /// `cancelled`.
  virtual Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) = 0;
};

}  // namespace cairn
