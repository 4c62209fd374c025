#include "api/routes/chat_completions.h"

#include "api/routes/chat_reply.h"
#include "api/routes/chat_request.h"
#include "api/routes/models.h"
#include "api/routes/openai_error.h"

namespace cairn::routes {
namespace {

constexpr std::uint64_t max_body_bytes = 4ULL << 20;  // Clients send the whole conversation each time.

/// A request that was understood.
struct ChatRequest {
  AnswerRequest wanted;
  std::string prompt;  ///< All that was said, for counting.
  std::string base;    ///< This server's address, as the client has it.
  bool include_usage = false;
};

std::string base_address(const http::Request& request) {
  const bool secure = request.secure || request.headers.get("X-Forwarded-Proto") == "https";
  const std::string_view host = request.headers.get("Host");
  return host.empty() ? "" : (secure ? "https://" : "http://") + std::string(host);
}

Result<ChatRequest> to_request(const Services& services, const Call& call, const ChatBody& body,
                               const std::string& generator) {
  ChatRequest request;
  CAIRN_TRY(request.wanted.question, question_of(body.messages));
  request.wanted.conversation = said_before(body.messages);
  request.wanted.checked_tokens = true;  // A chunk cannot be taken back.
  for (const std::string& name : body.cairn.collections)
    CAIRN_CHECK(services.catalog.collection(call.principal.tenant, name));
  request.wanted.collections = body.cairn.collections;
  request.wanted.filter = body.cairn.filter;
  request.wanted.limit = body.cairn.limit;
  request.wanted.generator = generator;
  request.wanted.wishes = {.max_tokens = body.max_completion_tokens ? body.max_completion_tokens : body.max_tokens,
                           .temperature = body.temperature,
                           .seed = body.seed,
                           .stop = body.stop};
  request.wanted.cancel = call.request.gone;
  request.wanted.trace = call.request.trace.get();
  request.prompt = text_of(body.messages);
  request.base = base_address(call.request);
  request.include_usage = body.stream_options && body.stream_options->include_usage.value_or(false);
  return request;
}

ChatReplyShown reply_of(const Services& services, const http::Request& request, const std::string& model) {
  ChatReplyShown reply;
  reply.id = "chatcmpl-" + request.id;
  reply.model = model;
  const auto now = services.clock.now().time_since_epoch();
  reply.created = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
  return reply;
}

/// Fills in what is known once the answer is. `content`: what the client has read so far; empty: nothing.
void complete(const Services& services, const ChatRequest& request, Answer answer, std::string content,
              ChatReplyShown& reply) {
  reply.content = std::move(content);
  if (reply.content.empty()) reply.content = answer.abstained ? abstention(request.wanted.question) : answer.answer;
  reply.annotations = annotations_of(services, answer, reply.content, request.base);
  reply.usage = answer.usage ? ChatUsageShown{answer.usage->prompt_tokens, answer.usage->reply_tokens}
                             : counted_usage(services, request.prompt, reply.content);
  reply.answer = std::move(answer);
}

Result<http::Response> at_once(const Services& services, const Call& call, const ChatRequest& request) {
  CAIRN_TRY(Answer answer, services.answers.answer(call.principal, request.wanted, {}));
  ChatReplyShown reply = reply_of(services, call.request, request.wanted.generator);
  complete(services, request, std::move(answer), {}, reply);
  return json_response(200, chat_reply_shape(), reply);
}

/// Writes one reply as chunks.
class Chunks {
 public:
  Chunks(http::EventStream& stream, ChatReplyShown& reply, bool include_usage)
      : stream_(stream), reply_(reply), include_usage_(include_usage) {}

  /// False once the client has gone.
  bool send(Json delta, Json finish_reason = nullptr, Json more = Json::object()) {
    Json choice{{"index", 0}, {"delta", std::move(delta)}, {"logprobs", nullptr}, {"finish_reason", finish_reason}};
    Json chunk = head(Json::array({std::move(choice)}));
    if (include_usage_) chunk["usage"] = nullptr;
    chunk.update(more);
    return stream_.send({{}, {}, dump(chunk)});
  }

  void end(const std::string& said) {
    if (said.empty()) send({{"content", reply_.content}});
    if (!reply_.annotations.empty()) send({{"annotations", annotations_json(reply_.annotations)}});
    send(Json::object(), finish_reason(reply_.answer.end), {{"cairn", to_json(chat_reply_shape(), reply_)["cairn"]}});
    if (!include_usage_) return;
    Json chunk = head(Json::array());
    chunk["usage"] = usage_json(reply_.usage);
    stream_.send({{}, {}, dump(chunk)});
  }

  void fail_with(const Error& error) { stream_.send({{}, {}, dump({{"error", openai_error(0, error)}})}); }

 private:
  Json head(Json choices) const {
    return {{"id", reply_.id},
            {"object", "chat.completion.chunk"},
            {"created", reply_.created},
            {"model", reply_.model},
            {"choices", std::move(choices)}};
  }

  http::EventStream& stream_;
  ChatReplyShown& reply_;
  bool include_usage_;
};

/// Tells one answer as it comes. After an error there is an event with `error` instead of the last chunks.
void tell(const Services& services, const Principal& principal, const ChatRequest& request, ChatReplyShown reply,
          http::EventStream& stream) {
  stream.on_gone([cancel = request.wanted.cancel] { cancel.cancel(); });
  Chunks chunks(stream, reply, request.include_usage);
  std::string said;
  chunks.send({{"role", "assistant"}, {"content", ""}});
  auto answer = services.answers.answer(principal, request.wanted, [&](std::string_view text) {
    said += text;
    if (!chunks.send({{"content", text}})) request.wanted.cancel.cancel();
  });
  if (answer) {
    complete(services, request, std::move(*answer), said, reply);
    chunks.end(said);
  } else {
    chunks.fail_with(answer.error());
  }
  stream.send({{}, {}, "[DONE]"});
  stream.close();
}

http::Response as_stream(const Services& services, const Call& call, ChatRequest request) {
  http::Response response;
  response.content_type = "text/event-stream";
  ChatReplyShown reply = reply_of(services, call.request, request.wanted.generator);
  response.body = http::StreamStart([&services, principal = call.principal, request = std::move(request),
                                     reply = std::move(reply)](std::shared_ptr<http::EventStream> stream) {
    tell(services, principal, request, reply, *stream);
  });
  return response;
}

Result<http::Response> reply(const Services& services, Call& call, const ChatBody& body) {
  const std::string model = body.model.value_or("");
  const auto generator = generator_named(services, model);
  if (!generator) return no_such_model(model, services.generators);
  CAIRN_TRY(ChatRequest request, to_request(services, call, body, *generator));
  if (body.stream.value_or(false)) return as_stream(services, call, std::move(request));
  return at_once(services, call, request);
}

}  // namespace

void add_chat_completions(RouteTable& table, const Services& services) {
  const auto body = chat_body_shape();
  BodyForm form = json_body(body);
  form.max_bytes = max_body_bytes;
  Reply chunks{.status = 200,
               .description = "With `stream`: chunks of the answer, then [DONE].",
               .media_type = "text/event-stream"};
  table.add({.method = "POST",
             .path = "/v1/chat/completions",
             .access = Access::query,
             .id = "create_chat_completion",
             .tag = "OpenAI-compatible",
             .summary = "Answer the last question of a conversation from the documents",
             .bodies = {std::move(form)},
             .replies = {answers(200, chat_reply_shape(), "The answer, or that there is none."), std::move(chunks)},
             .problems = {{404, "There is no such model or collection."}, {503, "A model does not answer."}},
             .errors = &openai_form(),
             .handle = with_body(
                 body, [&services](Call& call, const ChatBody& wanted) { return reply(services, call, wanted); })});
}

}  // namespace cairn::routes
