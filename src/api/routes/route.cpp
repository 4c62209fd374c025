#include "api/routes/route.h"

#include <algorithm>
#include <stdexcept>

namespace cairn::routes {

const nlohmann::json* QueryValues::find(std::string_view name) const {
  const auto found =
      std::ranges::find(values_, name, [](const auto& entry) -> std::string_view { return entry.first; });
  return found == values_.end() ? nullptr : &found->second;
}

std::string QueryValues::text(std::string_view name) const {
  const nlohmann::json* value = find(name);
  return value == nullptr ? std::string() : value->get<std::string>();
}

std::optional<std::int64_t> QueryValues::integer(std::string_view name) const {
  const nlohmann::json* value = find(name);
  return value == nullptr ? std::nullopt : std::optional(value->get<std::int64_t>());
}

bool QueryValues::flag(std::string_view name) const {
  const nlohmann::json* value = find(name);
  return value != nullptr && value->get<bool>();
}

const std::string& Call::parameter(std::string_view name) const {
  const auto found = request.parameters.find(name);
  if (found == request.parameters.end()) throw std::logic_error("the route has no parameter " + std::string(name));
  return found->second;
}

Reply answers_nothing(int status, std::string description) {
  return {.status = status, .description = std::move(description), .media_type = {}};
}

http::Response json_response(int status, const Json& json) { return json_text_response(status, dump(json)); }

http::Response json_text_response(int status, std::string json) {
  http::Response response;
  response.status = status;
  response.body = std::move(json);
  return response;
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

std::vector<Parameter> page_parameters() {
  // Of any length, as names and ids are what cursors are made of.
  const auto cursor = shape::text().with([](Schema& schema) {
    schema.pattern = "^[0-9A-Za-z_-]+$";
    schema.matches = [](std::string_view text) {
      return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
      });
    };
    schema.pattern_in_words = "`next_cursor` of the page before, as it was";
  });
  return {parameter("limit", shape::integer<std::int64_t>(1, 1000), "At most so many; 50 when it is left out."),
          parameter("cursor", cursor, "`next_cursor` of the page before.")};
}

std::size_t page_limit(const Call& call) { return static_cast<std::size_t>(call.query.integer("limit").value_or(50)); }

void RouteTable::add(Route route) {
  const auto is_same = [&](const Route& other) { return other.method == route.method && other.path == route.path; };
  const bool takes_stream = std::ranges::all_of(route.bodies, [](const BodyForm& form) { return !!form.open; });
  if (!route.path.starts_with('/') || route.id.empty() || (!route.handle && (route.bodies.empty() || !takes_stream)))
    throw std::logic_error("the route " + route.method + " " + route.path + " is incomplete");
  if (std::ranges::any_of(routes_, is_same))
    throw std::logic_error("the route " + route.method + " " + route.path + " was added twice");
  routes_.push_back(std::move(route));
}

const char* to_string(Access access) {
  switch (access) {
    case Access::open: return "none";
    case Access::signed_in: return "any";
    case Access::query: return "query";
    case Access::ingest: return "ingest";
    case Access::query_or_ingest: return "query or ingest";
    case Access::admin: return "admin";
    case Access::operation: return "operation";
  }
  return "admin";
}

}  // namespace cairn::routes
