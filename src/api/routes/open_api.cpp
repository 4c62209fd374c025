#include "api/routes/open_api.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>

#include "api/json/schema_document.h"
#include "api/routes/problem.h"
#include "api/routes/router.h"

namespace cairn::routes {
namespace {

using Direction = SchemaDocument::Direction;

Json parameter_json(const Parameter& parameter, const char* place, SchemaDocument& schemas) {
  Json json{{"name", parameter.name}, {"in", place}, {"required", parameter.required || place == std::string("path")}};
  if (!parameter.description.empty()) json["description"] = parameter.description;
  json["schema"] = schemas.describe(*parameter.schema, Direction::sent);
  return json;
}

/// What the transport lets through as a segment of a path.
Parameter any_segment(const std::string& name) {
  return parameter(name,
                   shape::text(1, 256).with([](Schema& schema) { schema.pattern = R"(^[^\x00-\x1f\x7f./\\]+$)"; }), {});
}

/// An event as schemas see it, on the wire lines of text.
Json event_json() {
  const Json text{{"type", "string"}};
  return Json{
      {"type", "object"}, {"properties", {{"id", text}, {"event", text}, {"data", text}}}, {"required", {"data"}}};
}

Json parameters_json(const Route& route, SchemaDocument& schemas) {
  Json all = Json::array();
  for (const std::string& name : parameter_names(route.path)) {
    const auto known = std::ranges::find(route.path_parameters, name, &Parameter::name);
    all.push_back(parameter_json(known != route.path_parameters.end() ? *known : any_segment(name), "path", schemas));
  }
  for (const Parameter& parameter : route.query) all.push_back(parameter_json(parameter, "query", schemas));
  return all;
}

Json body_json(const Route& route, SchemaDocument& schemas) {
  Json content = Json::object();
  for (const BodyForm& form : route.bodies) {
    Json media{{"schema", schemas.describe(*form.schema, Direction::sent)}};
    if (!form.schema->example.is_null()) media["example"] = form.schema->example;
    if (!form.encoding.is_null()) media["encoding"] = form.encoding;
    content[form.media_type] = std::move(media);
  }
  return Json{{"required", !route.body_optional}, {"content", std::move(content)}};
}

/// Every status that a route can refuse with, those included that follow from what it takes.
std::map<int, std::string> problems_of(const Route& route) {
  std::map<int, std::string> problems(route.problems.begin(), route.problems.end());
  const auto add = [&](int status, const char* why) { problems.emplace(status, why); };
  add(400, "The request is wrong; `detail` says where.");
  add(429, "Too many requests; `Retry-After` says when to come back.");
  add(500, "A bug of the server, or damaged data.");
  add(503, "Busy, stopping, or something that it needs does not answer.");
  if (route.access != Access::open) {
    add(401, "No credentials, or wrong ones.");
    add(403, "The credentials do not have the scope.");
  }
  const bool has_pages = std::ranges::find(route.query, "cursor", &Parameter::name) != route.query.end();
  if (has_pages) add(404, "The cursor names no page of this list.");
  if (route.path.find('{') != std::string::npos) add(404, "There is no such thing, or the caller may not see it.");
  if (!route.bodies.empty()) {
    add(413, "The body is too large.");
    add(415, "The body is of another type.");
  }
  return problems;
}

void add_reply(const Reply& reply, SchemaDocument& schemas, Json& responses) {
  Json& json = responses[std::to_string(reply.status)];
  if (json.is_null()) json = Json{{"description", reply.description.empty() ? "Done." : reply.description}};
  if (reply.media_type.empty()) return;
  Json media = Json::object();
  if (reply.schema) media["schema"] = schemas.describe(*reply.schema, Direction::answered);
  else media["schema"] = reply.media_type == "text/event-stream" ? event_json() : Json{{"type", "string"}};
  json["content"][reply.media_type] = std::move(media);
}

Json responses_json(const Route& route, SchemaDocument& schemas) {
  Json responses = Json::object();
  for (const Reply& reply : route.replies) add_reply(reply, schemas, responses);
  for (const auto& [status, why] : problems_of(route)) {
    Reply problem{.status = status,
                  .description = why,
                  .schema = problem_shape().schema,
                  .media_type = "application/problem+json"};
    // An address that the transport cannot read belongs to no route yet.
    const bool is_before_route = status == 400 && route.path.find('{') != std::string::npos;
    if (route.errors == nullptr || is_before_route) add_reply(problem, schemas, responses);
    if (route.errors == nullptr) continue;
    problem.schema = route.errors->schema;
    problem.media_type = route.errors->media_type;
    add_reply(problem, schemas, responses);
  }
  return responses;
}

Json operation_json(const Route& route, SchemaDocument& schemas) {
  Json json{{"operationId", route.id}, {"summary", route.summary}, {"tags", {route.tag}}};
  json["x-scope"] = to_string(route.access);
  json["security"] = route.access == Access::open ? Json::array() : Json::array({{{"bearer", Json::array()}}});
  if (Json parameters = parameters_json(route, schemas); !parameters.empty())
    json["parameters"] = std::move(parameters);
  if (!route.bodies.empty()) json["requestBody"] = body_json(route, schemas);
  json["responses"] = responses_json(route, schemas);
  return json;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

Json open_api(const RouteTable& table, const std::string& version) {
  SchemaDocument schemas;
  Json paths = Json::object();
  for (const Route& route : table.all()) paths[route.path][lower(route.method)] = operation_json(route, schemas);
  const Json bearer{{"type", "http"}, {"scheme", "bearer"}, {"description", "An API key, or an access token."}};
  return Json{{"openapi", "3.1.0"},
              {"info",
               {{"title", "Cairn"},
                {"version", version},
                {"description", "Answers questions from your own documents, with quotes that you can check."}}},
              {"servers", Json::array({{{"url", "/"}}})},
              {"paths", std::move(paths)},
              {"components", {{"schemas", schemas.components()}, {"securitySchemes", {{"bearer", bearer}}}}}};
}

void add_open_api(RouteTable& table, std::string version) {
  struct Made {
    std::once_flag once;
    std::string text;
  };
  const auto made = std::make_shared<Made>();
  Schema any;
  any.kind = Schema::Kind::object;
  any.values = shape::schema_of(Schema{});
  table.add({.method = "GET",
             .path = "/openapi.json",
             .access = Access::open,
             .id = "get_openapi",
             .tag = "Operation",
             .summary = "This description",
             .replies = {{.status = 200, .schema = shape::schema_of(std::move(any))}},
             .handle = [&table, version = std::move(version), made](Call&) -> Result<http::Response> {
               std::call_once(made->once, [&] { made->text = dump(open_api(table, version)); });
               http::Response response;
               response.body = made->text;
               return response;
             }});
}

}  // namespace cairn::routes
