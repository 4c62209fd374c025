#include "api/routes/read_parameters.h"

#include <algorithm>
#include <charconv>

namespace cairn::routes {
namespace {

std::string known_names(const Route& route) {
  std::string names;
  for (const Parameter& parameter : route.query) names += (names.empty() ? "" : ", ") + parameter.name;
  return names.empty() ? "there are none here" : "there are " + names;
}

/// The text as JSON of the schema's kind; text that is no such value stays text, which the check then refuses.
nlohmann::json value_of(const std::string& text, const Schema& schema) {
  if (schema.kind == Schema::Kind::boolean && (text == "true" || text == "false")) return text == "true";
  if (schema.kind == Schema::Kind::integer) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc() && end == text.data() + text.size()) return number;
  }
  return text;
}

}  // namespace

Result<QueryValues> read_query(const http::Request& request, const Route& route) {
  QueryValues values;
  for (const auto& [name, text] : request.query) {
    const auto parameter = std::ranges::find(route.query, name, &Parameter::name);
    if (parameter == route.query.end())
      return fail(ErrorKind::invalid, "the query parameter `" + name + "` is unknown; " + known_names(route));
    if (values.has(name)) return fail(ErrorKind::invalid, "the query parameter `" + name + "` must be sent only once");
    nlohmann::json value = value_of(text, *parameter->schema);
    CAIRN_CHECK(validate(value, *parameter->schema, name));
    values.set(name, std::move(value));
  }
  for (const Parameter& parameter : route.query)
    if (parameter.required && !values.has(parameter.name))
      return fail(ErrorKind::invalid, "the query parameter `" + parameter.name + "` is missing");
  return values;
}

Result<void> check_path(const http::Request& request, const Route& route) {
  for (const Parameter& parameter : route.path_parameters) {
    const auto found = request.parameters.find(parameter.name);
    if (found == request.parameters.end()) continue;
    const auto valid = validate(value_of(found->second, *parameter.schema), *parameter.schema, parameter.name);
    if (!valid) return fail(ErrorKind::not_found, "there is no such thing: " + valid.error().message);
  }
  return {};
}

}  // namespace cairn::routes
