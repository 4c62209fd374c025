#include "api/cli/remote.h"

#include <fmt/format.h>

#include "api/cli/work.h"

namespace cairn::cli {
namespace {

ErrorKind kind_of(int status) {
  switch (status) {
    case 401: return ErrorKind::unauthenticated;
    case 403: return ErrorKind::forbidden;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::conflict;
    case 429: return ErrorKind::limited;
    case 503: return ErrorKind::unavailable;
    default: return status < 500 ? ErrorKind::invalid : ErrorKind::internal;
  }
}

/// What the server said went wrong: the detail of its problem document where it sent one.
Error error_of(const HttpAnswer& answer) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  std::string message = fmt::format("the server answered {}", answer.status);
  if (json.is_object() && json.contains("detail") && json["detail"].is_string())
    message = json["detail"].get<std::string>();
  if (answer.status == 401) message += "; the key is taken from CAIRN_CLIENT_KEY or the file in CAIRN_CLIENT_KEY_FILE";
  return {.kind = kind_of(answer.status), .message = std::move(message)};
}

Result<Json> parsed(const std::string& body) {
  if (body.empty()) return Json();
  Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded())
    return fail(ErrorKind::unavailable, "that server does not speak this API: its answer is no JSON");
  return json;
}

}  // namespace

Result<std::string> RemoteServer::call(HttpCall call) {
  call.url = access_.url + call.url;
  if (!access_.key.empty()) call.headers.emplace_back("Authorization", "Bearer " + access_.key);
  CAIRN_TRY(HttpAnswer answer, access_.client->send(call, cancel_ ? *cancel_ : interrupted_token()));
  if (answer.status < 200 || answer.status > 299) return fail(error_of(answer));
  return std::move(answer.body);
}

Result<Json> RemoteServer::get(const std::string& path) {
  CAIRN_TRY(const std::string body, text(path));
  return parsed(body);
}

Result<std::string> RemoteServer::text(const std::string& path) {
  HttpCall request;
  request.url = path;
  return call(std::move(request));
}

Result<Json> RemoteServer::send(const std::string& method, const std::string& path, const Json& body) {
  HttpCall request;
  request.method = method;
  request.url = path;
  if (!body.is_null()) {
    request.body = dump(body);
    request.headers.emplace_back("Content-Type", "application/json");
  }
  CAIRN_TRY(const std::string answer, call(std::move(request)));
  return parsed(answer);
}

Result<Json> RemoteServer::upload(const std::string& path, std::vector<HttpPart> parts) {
  HttpCall request;
  request.method = "POST";
  request.url = path;
  request.parts = std::move(parts);
  CAIRN_TRY(const std::string answer, call(std::move(request)));
  return parsed(answer);
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string query_string(const std::vector<std::pair<std::string, std::string>>& values) {
  std::string out;
  for (const auto& [name, value] : values)
    if (!value.empty()) out += (out.empty() ? "?" : "&") + name + "=" + percent_encoded(value);
  return out;
}

int print_object(const Context& context, const ApiObject& object) {
  const auto show = [&](const Json& json) {
    if (context.json) context.terminal.print_line(dump(json));
    else object.show(json);
    return exit_done;
  };
  if (!context.server)
    return with_store(context, object.access, [&](OpenStore& store) -> Result<int> {
      CAIRN_TRY(const Json json, object.local(store));
      return show(json);
    });
  return with_server(context, [&](RemoteServer& server) -> Result<int> {
    if (!object.remote)
      return fail(ErrorKind::invalid, "this command works on a data folder: use --data instead of --server");
    CAIRN_TRY(const Json json, object.remote(server));
    return show(json);
  });
}

int with_server(const Context& context, const std::function<Result<int>(RemoteServer&)>& body) {
  auto access = context.platform.connect(*context.server, context.config);
  if (!access) return report(context, access.error());
  RemoteServer server(std::move(*access));
  const auto code = body(server);
  return code ? *code : report(context, code.error());
}

}  // namespace cairn::cli
