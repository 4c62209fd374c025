#include "api/routes/mcp.h"

#include <algorithm>

#include "api/mcp/protocol.h"
#include "api/mcp/running_calls.h"
#include "api/mcp/store_tools.h"
#include "api/routes/mcp_headers.h"
#include "api/routes/mcp_session.h"
#include "api/routes/problem.h"
#include "app/authenticate.h"

namespace cairn::routes {
namespace {

using mcp::Message;
using mcp::RpcCode;
using mcp::RpcError;

constexpr const char* session_header = "Mcp-Session-Id";
constexpr std::size_t most_in_a_batch = 100;

/// What all requests to /mcp share.
struct McpServer {
  McpServer(const Services& served, McpOptions wanted)
      : services(served), options(std::move(wanted)), protocol(served.version) {}

  const Services& services;
  McpOptions options;
  mcp::Protocol protocol;
  mcp::RunningCalls running;
};

http::Response rpc_response(int status, const Json& message) { return json_response(status, message); }

http::Response refusal(int status, const RpcError& error, const std::optional<nlohmann::json>& id = {}) {
  return rpc_response(status, mcp::error_message(id, error));
}

/// What the application refuses before a message was read. A body that is no JSON is the usual case.
http::Response write_error(const http::Request&, int status, const Error& error) {
  const Problem problem = problem_of(status, error);
  const RpcCode code = problem.status == 400  ? RpcCode::parse_error
                       : problem.status < 500 ? RpcCode::invalid_request
                                              : RpcCode::internal_error;
  http::Response response = refusal(problem.status, {code, problem.detail});
  add_refusal_headers(error, response);
  return response;
}

/// A page from elsewhere that found a way to this machine's address (DNS rebinding) says where it comes from.
Result<void> check_origin(const McpOptions& options, const http::Request& request) {
  const std::string_view origin = request.headers.get("Origin");
  const bool here =
      request.peer_is_loopback && is_loopback_origin(origin) && is_loopback_host(request.headers.get("Host"));
  if (!request.headers.has("Origin") || here ||
      std::ranges::find(options.allowed_origins, origin) != options.allowed_origins.end())
    return {};
  return fail(ErrorKind::forbidden, "pages from this origin may not call this server: name it in server.cors_origins");
}

/// Nothing to say; the message was taken.
http::Response accepted() {
  http::Response response;
  response.status = 202;
  response.content_type.clear();
  return response;
}

/// Of requests that say their version themselves: errors are told by the status too.
int status_of(const Message& message, const mcp::Handled& handled) {
  if (!handled.error || message.meta(mcp::version_key) == nullptr) return 200;
  switch (*handled.error) {
    case RpcCode::method_not_found: return 404;
    case RpcCode::internal_error:
    case RpcCode::cancelled: return 200;
    default: return 400;
  }
}

mcp::StoreTools tools_of(const Services& services, const Principal& principal, Trace* trace) {
  return {{services.catalog, services.blobs, services.searcher, services.answers, services.generators.front()},
          principal,
          trace};
}

/// One request from its message to its reply; outlives the handler where the reply is a stream.
struct Exchange {
  McpServer& server;
  http::Request& request;
  Principal principal;
  Message message;
  std::string session;  ///< Empty: none.

  mcp::Handled run(std::function<void(const Json&)> notify) const {
    const mcp::RunningCalls::Entry entry(server.running, session.empty() ? request.id : session, *message.id,
                                         request.gone);
    mcp::StoreTools tools = tools_of(server.services, principal, request.trace.get());
    return server.protocol.handle(
        message, tools, {request.gone, std::move(notify), [this](const Error& bug) { note_bug(request, bug); }});
  }
};

http::Response as_json(const Exchange& exchange) {
  const mcp::Handled handled = exchange.run({});
  http::Response response = rpc_response(status_of(exchange.message, handled), handled.message);
  const bool has_begun = exchange.message.method == "initialize" && !handled.error;
  if (has_begun) response.headers.add(session_header, new_session_id(exchange.principal));
  return response;
}

http::Response as_stream(Exchange exchange) {
  http::Response response;
  response.content_type = "text/event-stream";
  response.headers.add("X-Accel-Buffering", "no");
  response.body = http::StreamStart([exchange = std::move(exchange)](std::shared_ptr<http::EventStream> stream) {
    stream->on_gone([cancel = exchange.request.gone] { cancel.cancel(); });
    const auto send = [&](const Json& message) {
      if (!stream->send({{}, {}, dump(message)})) exchange.request.gone.cancel();
    };
    send(exchange.run(send).message);
    stream->close();
  });
  return response;
}

/// Answers may take long; for everything else one object is simpler. `initialize` must be able to set a header.
bool wants_stream(const Exchange& exchange) {
  if (!accepts(exchange.request, "text/event-stream") || exchange.message.method == "initialize") return false;
  if (!accepts(exchange.request, "application/json")) return true;
  return exchange.message.method == "tools/call" && exchange.message.params.value("name", nlohmann::json()) == "ask";
}

void take_notification(McpServer& server, const Message& message, const std::string& session) {
  if (message.method != "notifications/cancelled" || session.empty()) return;
  if (const auto id = message.params.find("requestId"); id != message.params.end()) server.running.cancel(session, *id);
}

/// The session that a request names. Errors: a reply that tells the client to begin again.
std::expected<std::string, http::Response> session_of(const McpServer& server, const Call& call) {
  std::string session(call.request.headers.get(session_header));
  if (session.empty() || (is_session_of(call.principal, session) && !server.running.has_ended(session))) return session;
  return std::unexpected(refusal(
      404, {RpcCode::invalid_request, "there is no such session, or it has ended: begin again with initialize"}));
}

/// Of a batch, each call of a tool but the first counts as a request of its own: the first was counted when the batch
/// was let in.
Json reply_to(const Exchange& exchange, std::size_t& calls) {
  const Services& services = exchange.server.services;
  if (exchange.message.method == "tools/call" && ++calls > 1 && services.admit)
    if (const auto admitted = services.admit(exchange.principal); !admitted)
      return mcp::error_message(exchange.message.id, {RpcCode::limited, admitted.error().message});
  return exchange.run({}).message;
}

http::Response handle_batch(McpServer& server, const Call& call, const std::string& session) {
  Json replies = Json::array();
  std::vector<Message> messages;
  for (const nlohmann::json& entry : call.body) {
    auto message = mcp::parse_message(entry);
    if (!message) return refusal(400, message.error());
    messages.push_back(std::move(*message));
  }
  std::size_t calls = 0;
  for (Message& message : messages) {
    if (message.is_response) continue;
    if (message.is_notification()) take_notification(server, message, session);
    else
      replies.push_back(reply_to(Exchange{server, call.request, call.principal, std::move(message), session}, calls));
  }
  return replies.empty() ? accepted() : rpc_response(200, replies);
}

bool may_be_batch(const Call& call) {
  const std::string_view version = call.request.headers.get(version_header);
  return call.body.is_array() && !call.body.empty() && call.body.size() <= most_in_a_batch &&
         (version.empty() || version == mcp::version_without_header);
}

http::Response handle_message(McpServer& server, const Call& call, Message message) {
  if (auto checked = check_headers(call.request, message); !checked) return refusal(400, checked.error(), message.id);
  const bool says_version = message.meta(mcp::version_key) != nullptr;
  std::string session;
  if (!says_version && message.method != "initialize") {
    auto named = session_of(server, call);
    if (!named) return std::move(named.error());
    session = std::move(*named);
  }
  if (message.is_response) return accepted();
  if (message.is_notification()) {
    take_notification(server, message, session);
    return accepted();
  }
  Exchange exchange{server, call.request, call.principal, std::move(message), std::move(session)};
  return wants_stream(exchange) ? as_stream(std::move(exchange)) : as_json(exchange);
}

Result<http::Response> take(McpServer& server, const Call& call) {
  if (may_be_batch(call)) {
    auto session = session_of(server, call);
    return session ? handle_batch(server, call, *session) : std::move(session.error());
  }
  auto message = mcp::parse_message(call.body);
  if (!message) return refusal(400, message.error());
  return handle_message(server, call, std::move(*message));
}

Result<http::Response> end_session(McpServer& server, const Call& call) {
  if (!call.request.headers.has(session_header))
    return refusal(400, {RpcCode::invalid_request, std::string("name the session to end in ") + session_header});
  auto session = session_of(server, call);
  if (!session) return std::move(session.error());
  server.running.end(*session);
  return no_content();
}

std::shared_ptr<const Schema> literal(const char* name, const char* description, Json json) {
  Schema schema;
  schema.name = name;
  schema.description = description;
  schema.literal = std::move(json);
  return shape::schema_of(std::move(schema));
}

std::shared_ptr<const Schema> message_schema() {
  static const auto made =
      literal("McpMessageRequest", "A message of JSON-RPC 2.0: a request, or a notification without an id.",
              {{"type", "object"},
               {"properties",
                {{"jsonrpc", {{"const", "2.0"}}},
                 {"id", {{"type", {"string", "integer"}}}},
                 {"method", {{"type", "string"}}},
                 {"params", {{"type", "object"}}}}},
               {"required", {"jsonrpc", "method"}}});
  return made;
}

std::shared_ptr<const Schema> reply_schema() {
  static const auto made = literal("McpReply", "A result or an error of JSON-RPC 2.0.",
                                   {{"type", "object"},
                                    {"properties",
                                     {{"jsonrpc", {{"const", "2.0"}}},
                                      {"id", {{"type", {"string", "integer", "null"}}}},
                                      {"result", {{"type", "object"}}},
                                      {"error", {{"type", "object"}}}}},
                                    {"required", {"jsonrpc", "id"}}});
  return made;
}

const ErrorForm& rpc_form() {
  static const ErrorForm form{.write = write_error, .schema = reply_schema()};
  return form;
}

Route mcp_route(const std::shared_ptr<McpServer>& server, const char* method, const char* id, const char* summary,
                Result<http::Response> (*handle)(McpServer&, const Call&)) {
  return {.method = method,
          .path = "/mcp",
          .access = Access::query,
          .id = id,
          .tag = "Model Context Protocol",
          .summary = summary,
          .errors = &rpc_form(),
          .before = [server](const http::Request& request) { return check_origin(server->options, request); },
          .handle = [server, handle](Call& call) { return handle(*server, call); }};
}

}  // namespace

void add_mcp(RouteTable& table, const Services& services, McpOptions options) {
  const auto server = std::make_shared<McpServer>(services, std::move(options));
  Route post = mcp_route(server, "POST", "send_mcp_message", "Speak the Model Context Protocol", take);
  post.bodies = {{.schema = message_schema()}};
  post.replies = {{.status = 200, .description = "The reply to a request.", .schema = reply_schema()},
                  {.status = 200, .description = {}, .media_type = "text/event-stream"},
                  answers_nothing(202, "A notification was taken.")};
  post.problems = {{404, "The session has ended, or there is no such method."}};
  table.add(std::move(post));
  Route end =
      mcp_route(server, "DELETE", "end_mcp_session", "End a session of the Model Context Protocol", end_session);
  end.replies = {answers_nothing(204, "It has ended, and its calls were stopped.")};
  end.problems = {{404, "There is no such session."}};
  table.add(std::move(end));
}

}  // namespace cairn::routes
