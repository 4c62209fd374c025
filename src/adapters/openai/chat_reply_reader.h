#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/openai/event_stream.h"
#include "adapters/openai/http_post.h"
#include "ports/language_model.h"
#include "ports/reply_text.h"

namespace cairn {

/// Reads one reply of a `/chat/completions` as it comes: as server-sent events, or whole from an endpoint that does not
/// stream, or the text of a refusal. What the model only thinks (`reasoning_content` and the like) is left out.
class ChatReplyReader {
 public:
  using OnText = std::function<void(std::string_view)>;

  /// `secrets` are blanked out of the endpoint's own words. The arguments must outlive this.
  ChatReplyReader(const ChatRequest& request, const std::vector<std::string>& secrets, const OnText& on_text);

  /// False: the reply is complete. Errors: `unavailable` and `limited` (the endpoint's own, or what it sends makes no
  /// sense).
  Result<bool> add(const HttpHead& head, std::string_view bytes);

  /// Once no more comes, after status 200. Without usage where the endpoint did not say. Errors: likewise, and when it
  /// was cut off.
  Result<ChatReply> finish(const HttpHead& head);

  /// What came after another status.
  const std::string& refusal() const { return whole_; }

  /// Whether the caller has seen some of it already.
  bool passed_on() const { return !reply_.text.empty(); }

  bool has_usage() const { return has_usage_; }

 private:
  Result<bool> take_event(std::string_view data);
  Result<void> take(const nlohmann::json& json);
  void take_text(std::string_view text);
  void pass_on(const std::string& piece);
  std::unexpected<Error> endpoint_error(const nlohmann::json& error) const;

  const ChatRequest& request_;
  const std::vector<std::string>& secrets_;
  const OnText& on_text_;
  EventStream events_;
  ReplyText text_;
  ChatReply reply_;
  std::string whole_;  ///< The body, where it is not a stream.
  std::string finish_reason_;
  bool has_usage_ = false, done_ = false, cut_ = false;
};

/// Whether the body of this reply is read as events.
bool is_event_stream(const HttpHead& head);

}  // namespace cairn
