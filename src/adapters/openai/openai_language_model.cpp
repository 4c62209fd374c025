#include "adapters/openai/openai_language_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/openai/chat_reply_reader.h"
#include "adapters/openai/endpoint_error.h"
#include "adapters/openai/http_post.h"
#include "adapters/openai/key_ring.h"
#include "adapters/openai/token_estimate.h"
#include "base/utf8.h"
#include "ports/turns.h"

namespace cairn {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using Deadline = std::chrono::steady_clock::time_point;

milliseconds until_from_now(Deadline until) {
  return std::max(std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now()), milliseconds(1));
}

/// What endpoints differ in, learnt from their refusals.
struct Dialect {
  bool stream_options = true, max_completion_tokens = false, temperature = true, seed = true;

  /// Leaves out what the endpoint names; false when it complains about something else.
  bool adapt(std::string_view words) {
    const auto says = [&](const char* parameter) { return words.find(parameter) != std::string_view::npos; };
    if (says("max_completion_tokens")) return !std::exchange(max_completion_tokens, true);
    if (says("stream_options")) return std::exchange(stream_options, false);
    if (says("temperature")) return std::exchange(temperature, false);
    if (says("seed")) return std::exchange(seed, false);
    return false;
  }
};

/// What came of asking once.
struct Outcome {
  enum class Next { done, give_up, same_key_later, another_key, other_words };
  Result<ChatReply> reply;
  Next next = Next::give_up;
};

class OpenAiLanguageModel final : public LanguageModel {
 public:
  OpenAiLanguageModel(OpenAiLanguageModelOptions options, const Clock& clock)
      : options_(std::move(options)), keys_(options_.api_keys, clock), turns_(options_.max_concurrent) {
    url_ = options_.base_url + (options_.base_url.ends_with('/') ? "chat/completions" : "/chat/completions");
  }

  const std::string& name() const override { return options_.name; }
  std::uint32_t context_tokens() const override { return options_.context_tokens; }
  std::size_t count_tokens(std::string_view text) const override { return estimate_tokens(text); }

  bool has_room() const override { return turns_.has_room(); }

  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    if (request.messages.empty()) return fail(ErrorKind::invalid, "there is no message to answer");
    CAIRN_TRY(const std::uint32_t room, room_for_reply(prompt_tokens(request), request, *this));
    const Deadline until = std::chrono::steady_clock::now() + request.time_limit;
    CAIRN_TRY(const Turns::Turn turn, turns_.take(request.cancel, until));
    milliseconds wait = options_.first_pause;
    for (unsigned attempt = 1;;) {
      const auto key = keys_.pick();
      if (!key) {
        CAIRN_CHECK(wait_for_key(request, until));
        continue;
      }
      Outcome outcome = ask(request, room, *key, until, on_text);
      if (outcome.next == Outcome::Next::done || outcome.next == Outcome::Next::give_up) return outcome.reply;
      if (outcome.next == Outcome::Next::other_words) continue;
      const bool refused =
          outcome.next == Outcome::Next::another_key && outcome.reply.error().kind != ErrorKind::limited;
      if (!refused && ++attempt > options_.attempts) return outcome.reply;
      const auto asked = outcome.reply.error().retry_after;
      if (outcome.next == Outcome::Next::another_key) {
        keys_.rest(key->index, refused ? options_.refused_key_rest : asked.value_or(wait), refused);
        if (refused) remember_refusal(outcome.reply.error().message);
      } else {
        CAIRN_CHECK(pause_within(asked.value_or(wait), request, until, outcome.reply.error()));
      }
      wait *= 2;
    }
  }

 private:
  std::size_t prompt_tokens(const ChatRequest& request) const {
    constexpr std::size_t tokens_around_a_message = 6;
    std::size_t tokens = 0;
    for (const ChatMessage& message : request.messages)
      tokens += tokens_around_a_message + estimate_tokens(message.content);
    return tokens;
  }

  Result<void> wait_for_key(const ChatRequest& request, Deadline until) {
    const milliseconds wait = keys_.free_in();
    if (keys_.all_refused()) return fail(ErrorKind::unavailable, refusal());
    Error busy{ErrorKind::limited, fmt::format("{} has no quota left at the moment; try again later", options_.name)};
    busy.retry_after = wait;
    return pause_within(wait, request, until, std::move(busy));
  }

  Result<void> pause_within(milliseconds wait, const ChatRequest& request, Deadline until, Error otherwise) {
    if (wait > options_.longest_pause || std::chrono::steady_clock::now() + wait >= until)
      return fail(std::move(otherwise));
    if (!pause(wait, request.cancel)) return fail(ErrorKind::cancelled, "cancelled");
    return {};
  }

  Dialect dialect() const {
    const std::scoped_lock lock(mutex_);
    return dialect_;
  }

  std::string body_of(const ChatRequest& request, std::uint32_t room, const Dialect& dialect) const {
    Json messages = Json::array();
    for (const ChatMessage& message : request.messages)
      messages.push_back({{"role", to_string(message.role)}, {"content", utf8::repair(message.content)}});
    Json body{{"model", options_.model}, {"messages", std::move(messages)}, {"stream", true}};
    body[dialect.max_completion_tokens ? "max_completion_tokens" : "max_tokens"] = room;
    if (dialect.temperature) body["temperature"] = request.temperature;
    if (dialect.stream_options) body["stream_options"] = {{"include_usage", true}};
    if (!request.stop.empty()) body["stop"] = request.stop;
    if (request.seed && dialect.seed) body["seed"] = *request.seed;
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  Outcome ask(const ChatRequest& request, std::uint32_t room, const KeyRing::Pick& key, Deadline until,
              const std::function<void(std::string_view)>& on_text) {
    const Dialect used = dialect();
    HttpPost post;
    post.url = url_;
    post.body = body_of(request, room, used);
    post.bearer_token = key.key;
    post.allow_private = options_.allow_private;
    post.allow_private_setting = setting("allow_private");
    post.timeout = until_from_now(until);
    post.first_byte_timeout = options_.first_byte_timeout;
    post.idle_timeout = options_.idle_timeout;
    ChatReplyReader reader(request, keys_.keys(), on_text);
    const auto started = std::chrono::steady_clock::now();
    const auto too_late = [&] { return std::chrono::steady_clock::now() - started >= options_.first_byte_timeout; };
    const auto head = poster_.stream(
        post, request.cancel, [&](const HttpHead& reply, std::string_view bytes) { return reader.add(reply, bytes); });
    if (!head) return failed(head.error(), reader.passed_on() || too_late());
    if (head->status != 200) return refused(*head, reader.refusal(), used);
    auto reply = reader.finish(*head);
    if (!reply) return failed(reply.error(), reader.passed_on() || too_late());
    if (!reader.has_usage()) {
      reply->usage.prompt_tokens = static_cast<std::uint32_t>(prompt_tokens(request));
      reply->usage.reply_tokens = static_cast<std::uint32_t>(estimate_tokens(reply->text));
    }
    reply->usage.price = price_of(reply->usage, options_.prices);
    if (reply->model.empty()) reply->model = options_.model;
    return {std::move(reply), Outcome::Next::done};
  }

  /// The transfer or what was sent went wrong. `last`: some of it was passed on, or the endpoint had its time.
  Outcome failed(Error error, bool last) const {
    const bool own = error.kind == ErrorKind::cancelled || error.kind == ErrorKind::invalid;
    if (!own) error.message = fmt::format("the model {} cannot answer: {}", options_.name, error.message);
    const auto later = error.kind == ErrorKind::limited ? Outcome::Next::another_key : Outcome::Next::same_key_later;
    return {fail(std::move(error)), own || last ? Outcome::Next::give_up : later};
  }

  /// A status that is not 200, for a request in this dialect.
  Outcome refused(const HttpHead& head, const std::string& body, const Dialect& used) {
    const std::string words = endpoint_message(head.status, body, keys_.keys());
    const auto because = [&](ErrorKind kind, const std::string& advice) {
      Error error{kind, fmt::format("the model {} cannot answer: {}; {}", options_.name, words, advice)};
      error.retry_after = head.retry_after;
      return fail(std::move(error));
    };
    if (head.status == 401 || head.status == 403)
      return {because(ErrorKind::unavailable, "check " + setting("api_key")), Outcome::Next::another_key};
    if (head.status == 429) return {because(ErrorKind::limited, "try again later"), Outcome::Next::another_key};
    if (may_be_retried(head.status))
      return {because(ErrorKind::unavailable, "try again later"), Outcome::Next::same_key_later};
    if (head.status == 404 || (head.status >= 300 && head.status < 400))
      return {because(ErrorKind::unavailable, "check " + setting("base_url") + " and model")};
    if (head.status == 402) return {because(ErrorKind::unavailable, "its account needs attention")};
    const bool adapted = head.status == 400 && adapt(used, words);
    return {because(ErrorKind::invalid, "the endpoint refuses the request"),
            adapted ? Outcome::Next::other_words : Outcome::Next::give_up};
  }

  /// Whether to ask again in other words than those used. Others may have learnt the same meanwhile.
  bool adapt(Dialect used, std::string_view words) {
    if (!used.adapt(words)) return false;
    const std::scoped_lock lock(mutex_);
    dialect_.adapt(words);
    return true;
  }

  std::string setting(const char* key) const { return fmt::format("generators.{}.{}", options_.name, key); }

  void remember_refusal(std::string message) {
    const std::scoped_lock lock(mutex_);
    refusal_ = std::move(message);
  }
  std::string refusal() const {
    const std::scoped_lock lock(mutex_);
    return refusal_;
  }

  const OpenAiLanguageModelOptions options_;
  std::string url_;
  KeyRing keys_;
  Turns turns_;
  HttpPoster poster_;
  mutable std::mutex mutex_;
  Dialect dialect_;      // Guarded by mutex_.
  std::string refusal_;  // Guarded by mutex_.
};

bool can_be_sent(const std::string& key) {
  return std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> open_openai_language_model(OpenAiLanguageModelOptions options,
                                                                  const Clock& clock) {
  const auto bad = [&](const char* key, const std::string& what) {
    return fail(ErrorKind::invalid, fmt::format("generators.{}.{} {}", options.name, key, what));
  };
  if (!options.base_url.starts_with("http://") && !options.base_url.starts_with("https://"))
    return bad("base_url", "must be an http or https address, such as http://127.0.0.1:11434/v1");
  if (options.model.empty()) return bad("model", "must name the model to ask the endpoint for");
  if (options.max_concurrent == 0) return bad("max_concurrent", "must be at least 1");
  if (!std::ranges::all_of(options.api_keys, can_be_sent))
    return bad("api_key", "has a space or a sign that is not ASCII: copy it again");
  return std::make_unique<OpenAiLanguageModel>(std::move(options), clock);
}

}  // namespace cairn
