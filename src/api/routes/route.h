#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/message.h"
#include "api/json/shape.h"
#include "domain/principal.h"

namespace cairn::routes {

/// What a caller needs to be let in.
enum class Access {
  open,       ///< Nothing: health, login.
  signed_in,  ///< Any valid credential.
  query,
  ingest,
  query_or_ingest,  ///< Either: how collections, documents and tasks are, which who brings documents must know too.
  admin,
  operation,  ///< `admin` in the tenant of whoever runs the server: what is about all tenants at once.
};

/// A parameter of a path or a query.
struct Parameter {
  std::string name;
  std::shared_ptr<const Schema> schema;  ///< Text, integer, number or boolean.
  std::string description = {};
  bool required = false;
};

template <class T>
Parameter parameter(std::string name, const Shape<T>& shape, std::string description) {
  return {.name = std::move(name), .schema = shape.schema, .description = std::move(description)};
}

/// Query parameters that were sent, as their schemas say.
class QueryValues {
 public:
  void set(std::string name, nlohmann::json value) { values_.emplace_back(std::move(name), std::move(value)); }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::string text(std::string_view name) const;  ///< Empty when it was not sent.
  std::optional<std::int64_t> integer(std::string_view name) const;
  bool flag(std::string_view name) const;  ///< False when it was not sent.

 private:
  const nlohmann::json* find(std::string_view name) const;

  std::vector<std::pair<std::string, nlohmann::json>> values_;
};

/// A request that was let in, with everything about it checked as its route says.
struct Call {
  http::Request& request;
  Principal principal;
  QueryValues query;
  nlohmann::json body;  ///< Of JSON routes; null without a body.

  /// A parameter of the path.
  const std::string& parameter(std::string_view name) const;
};

/// Runs on a worker thread. An error becomes a problem document by its kind.
using Handler = std::function<Result<http::Response>(Call&)>;

/// Makes the sink that takes a streamed body; runs on an I/O thread and must not block.
using SinkMaker = std::function<Result<std::unique_ptr<http::BodySink>>(Call)>;

/// One media type that a route's body may have.
struct BodyForm {
  std::string media_type = "application/json";
  std::shared_ptr<const Schema> schema = {};
  SinkMaker open = {};  ///< Empty: collected, parsed as JSON, checked against the schema.
  std::uint64_t max_bytes = 1 << 20;
  Json encoding = {};  ///< Of multipart: how OpenAPI describes its parts; null: none.
};

/// What a route answers.
struct Reply {
  int status = 200;
  std::string description = {};
  std::shared_ptr<const Schema> schema = {};    ///< Null: no body, or not JSON.
  std::string media_type = "application/json";  ///< Empty: no body.
};

/// How refusals and failures look from outside: the one form of the API, or that of a protocol that clients bring
/// along.
struct ErrorForm {
  /// `status` 0: by the error's kind.
  http::Response (*write)(const http::Request& request, int status, const Error& error) = nullptr;
  std::shared_ptr<const Schema> schema = {};
  std::string media_type = "application/json";
};

struct Route {
  std::string method = "GET";
  std::string path = {};  ///< "/v1/collections/{name}"
  Access access = Access::query;
  std::string id = {};   ///< operationId in the OpenAPI document: verb_noun.
  std::string tag = {};  ///< The section of the OpenAPI document.
  std::string summary = {};
  std::vector<Parameter> path_parameters = {};  ///< Those that are not said here are text.
  std::vector<Parameter> query = {};            ///< Others are refused by name.
  std::vector<BodyForm> bodies = {};            ///< Empty: a body is refused.
  bool body_optional = false;
  std::vector<Reply> replies = {};
  std::vector<std::pair<int, std::string>> problems = {};  ///< Besides those that follow from the rest.
  const ErrorForm* errors = nullptr;                       ///< The same for all methods of a path; null: problems.

  /// Asked before who calls is looked at. May be empty.
  std::function<Result<void>(const http::Request&)> before = {};
  Handler handle = {};
};

/// Body of JSON that `shape` reads; `with_body` gives it to a handler.
template <class B>
BodyForm json_body(const Shape<B>& shape) {
  return {.schema = shape.schema};
}

/// A handler that is given the body as a value.
template <class B, class Handle>
Handler with_body(const Shape<B>& shape, Handle handle) {
  return [shape, handle = std::move(handle)](Call& call) -> Result<http::Response> {
    B body{};
    if (!call.body.is_null()) shape.read(call.body, body);
    return handle(call, std::move(body));
  };
}

template <class T>
Reply answers(int status, const Shape<T>& shape, std::string description) {
  return {.status = status, .description = std::move(description), .schema = shape.schema};
}

/// A reply without a body.
Reply answers_nothing(int status, std::string description);

http::Response json_response(int status, const Json& json);
http::Response json_text_response(int status, std::string json);

template <class T>
http::Response json_response(int status, const Shape<T>& shape, const T& value) {
  return json_text_response(status, to_text(shape, value));
}

http::Response no_content();

/// `limit` and `cursor` as every list takes them. A cursor that a use case calls `invalid` names no page: 404.
std::vector<Parameter> page_parameters();
std::size_t page_limit(const Call& call);

/// All routes of a server.
class RouteTable {
 public:
  /// Throws std::logic_error for one that cannot be: a path without slash, twice the same, no handler.
  void add(Route route);
  const std::vector<Route>& all() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

const char* to_string(Access access);

}  // namespace cairn::routes
