#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/cli/context.h"
#include "ports/http_client.h"

namespace cairn::cli {

/// The server that --server names, spoken to in the API's objects. One thread.
class RemoteServer {
 public:
  explicit RemoteServer(RemoteAccess access) : access_(std::move(access)) {}

  /// `path` with its query, from "/v1/…". Errors: what the server says, by its status, and those of HttpClient.
  Result<Json> get(const std::string& path);
  Result<Json> send(const std::string& method, const std::string& path, const Json& body = nullptr);
  Result<Json> upload(const std::string& path, std::vector<HttpPart> parts);

  /// A reply that is no JSON, such as a document's text.
  Result<std::string> text(const std::string& path);

  /// From now on this cancels calls, instead of an interrupt of the process.
  void stop_with(CancelToken cancel) { cancel_ = std::move(cancel); }

 private:
  Result<std::string> call(HttpCall call);

  RemoteAccess access_;
  std::optional<CancelToken> cancel_;
};

/// For a path segment or a query value.
std::string percent_encoded(std::string_view text);

/// "?name=value&…" of those that have a value.
std::string query_string(const std::vector<std::pair<std::string, std::string>>& values);

/// Runs `body` with the server that --server names and reports its error, if any.
int with_server(const Context& context, const std::function<Result<int>(RemoteServer&)>& body);

/// How a command comes by an object of the API, and shows it to people.
struct ApiObject {
  Access access = Access::read;
  std::function<Result<Json>(OpenStore&)> local;
  std::function<Result<Json>(RemoteServer&)> remote;  ///< Empty: the command works on a data folder only.
  std::function<void(const Json&)> show;
};

/// Asks the server where --server names one, else the store, and prints the object: as it is with --json, else shown.
/// Gives the exit code.
int print_object(const Context& context, const ApiObject& object);

}  // namespace cairn::cli
