#include "adapters/openai/chat_reply_reader.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "adapters/openai/endpoint_error.h"

namespace cairn {
namespace {

using Json = nlohmann::json;

constexpr std::size_t most_line_bytes = 1u << 20;
constexpr std::size_t most_refusal_bytes = 64u << 10;
constexpr std::size_t most_bytes_a_token = 32;  // Of a reply that goes on after the limit that it was given.

const Json& member(const Json& json, const char* name) {
  static const Json none;
  const auto found = json.is_object() ? json.find(name) : json.end();
  return json.is_object() && found != json.end() ? *found : none;
}

/// A string, or the text parts of a list.
std::string text_of(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (content.is_array())
    for (const Json& part : content)
      if (member(part, "text").is_string()) text += member(part, "text").get<std::string>();
  return text;
}

std::optional<std::uint32_t> count_of(const Json& json) {
  if (!json.is_number_unsigned()) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(json.get<std::uint64_t>(), UINT32_MAX));
}

bool says_quota(const Json& error) {
  const Json& code = member(error, "code");
  if (code == 429 || code == "429" || code == "rate_limit_exceeded" || code == "insufficient_quota") return true;
  const Json &type = member(error, "type"), &status = member(error, "status");
  return type == "rate_limit_error" || type == "insufficient_quota" || status == "RESOURCE_EXHAUSTED";
}

}  // namespace

bool is_event_stream(const HttpHead& head) { return head.content_type.starts_with("text/event-stream"); }

ChatReplyReader::ChatReplyReader(const ChatRequest& request, const std::vector<std::string>& secrets,
                                 const OnText& on_text)
    : request_(request), secrets_(secrets), on_text_(on_text), events_(most_line_bytes), text_(request.stop) {}

Result<bool> ChatReplyReader::add(const HttpHead& head, std::string_view bytes) {
  if (head.status != 200) {
    whole_ += bytes.substr(0, most_refusal_bytes - std::min(whole_.size(), most_refusal_bytes));
    return true;
  }
  if (is_event_stream(head)) return events_.add(bytes, [this](std::string_view data) { return take_event(data); });
  whole_ += bytes;
  return true;
}

Result<ChatReply> ChatReplyReader::finish(const HttpHead& head) {
  if (is_event_stream(head)) {
    CAIRN_CHECK(events_.finish([this](std::string_view data) { return take_event(data); }));
    if (!done_ && finish_reason_.empty())
      return fail(ErrorKind::unavailable, "it ended in the middle of its answer; try again");
  } else {
    const Json json = Json::parse(whole_, nullptr, false);
    if (!member(json, "choices").is_array() && !member(json, "error").is_object())
      return fail(ErrorKind::unavailable,
                  fmt::format("it sent {} instead of an answer; check its base_url",
                              head.content_type.empty() ? "something else" : head.content_type.substr(0, 60)));
    CAIRN_CHECK(take(json));
  }
  pass_on(text_.finish());
  const bool withheld = finish_reason_ == "content_filter";
  if (withheld && reply_.text.empty())
    return fail(ErrorKind::invalid, "the endpoint withheld its answer (content filter); ask in other words");
  if (withheld) reply_.finish = ReplyEnd::content_filter;
  else if (cut_ || finish_reason_ == "length") reply_.finish = ReplyEnd::length;
  return std::move(reply_);
}

Result<bool> ChatReplyReader::take_event(std::string_view data) {
  if (request_.cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
  if (data == "[DONE]") {
    done_ = true;
    return false;
  }
  const Json json = Json::parse(data, nullptr, false);
  if (!json.is_object()) return fail(ErrorKind::unavailable, "it sent an event that is no JSON object");
  CAIRN_CHECK(take(json));
  done_ = text_.stopped() || cut_;
  return !done_;
}

Result<void> ChatReplyReader::take(const Json& json) {
  if (const Json& error = member(json, "error"); !error.is_null()) return endpoint_error(error);
  if (member(json, "code").is_number() && member(json, "message").is_string()) return endpoint_error(json);
  if (const Json& model = member(json, "model"); model.is_string()) reply_.model = model.get<std::string>();
  const Json& usage = member(json, "usage");
  if (const auto prompt = count_of(member(usage, "prompt_tokens"))) {
    has_usage_ = true;
    reply_.usage.prompt_tokens = *prompt;
    reply_.usage.reply_tokens = count_of(member(usage, "completion_tokens")).value_or(0);
    const Json& details = member(usage, "prompt_tokens_details");
    reply_.usage.cached_prompt_tokens = count_of(member(details, "cached_tokens")).value_or(0);
  }
  const Json& choices = member(json, "choices");
  if (!choices.is_array() || choices.empty()) return {};
  const Json& choice = choices.front();
  const Json& delta = member(choice, "delta");
  take_text(text_of(member(delta.is_object() ? delta : member(choice, "message"), "content")));
  if (const Json& reason = member(choice, "finish_reason"); reason.is_string())
    finish_reason_ = reason.get<std::string>();
  return {};
}

void ChatReplyReader::take_text(std::string_view text) {
  if (text.empty()) return;
  pass_on(text_.add(text));
  cut_ = cut_ || reply_.text.size() > most_bytes_a_token * (request_.max_tokens + 64ULL);
}

void ChatReplyReader::pass_on(const std::string& piece) {
  if (piece.empty()) return;
  reply_.text += piece;
  if (on_text_) on_text_(piece);
}

std::unexpected<Error> ChatReplyReader::endpoint_error(const Json& error) const {
  const std::string words =
      endpoint_message(500, Json{{"error", error}}.dump(-1, ' ', false, Json::error_handler_t::replace), secrets_);
  return fail(says_quota(error) ? ErrorKind::limited : ErrorKind::unavailable, "it failed: " + words);
}

}  // namespace cairn
