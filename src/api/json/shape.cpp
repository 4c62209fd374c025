#include "api/json/shape.h"

#include <cmath>

namespace cairn::shape {
namespace {

Schema of_kind(Schema::Kind kind) {
  Schema schema;
  schema.kind = kind;
  return schema;
}

bool has_no_nul(const nlohmann::json& json) {
  if (json.is_string()) return json.get_ref<const std::string&>().find('\0') == std::string::npos;
  if (!json.is_structured()) return true;
  for (const auto& [name, member] : json.items())
    if ((json.is_object() && name.find('\0') != std::string::npos) || !has_no_nul(member)) return false;
  return true;
}

}  // namespace

Shape<std::string> text() {
  return {schema_of(of_kind(Schema::Kind::text)), write_plain<std::string>,
          [](nlohmann::json& json, std::string& value) { value = std::move(json.get_ref<std::string&>()); }};
}

Shape<std::string> text(std::size_t min, std::size_t max) {
  return text().with([&](Schema& schema) {
    schema.min_length = min;
    schema.max_length = max;
  });
}

Shape<std::string> text_or_null() {
  Shape<std::string> shape = text().with([](Schema& schema) { schema.nullable = true; });
  shape.write = [](const std::string& value, std::string& out) {
    value.empty() ? json_text::append_null(out) : json_text::append(out, value);
  };
  return shape;
}

Shape<bool> boolean() {
  return {schema_of(of_kind(Schema::Kind::boolean)), write_plain<bool>,
          [](nlohmann::json& json, bool& value) { value = json.get<bool>(); }};
}

Shape<double> number() {
  return {schema_of(of_kind(Schema::Kind::number)), write_plain<double>,
          [](nlohmann::json& json, double& value) { value = json.get<double>(); }};
}

Shape<double> number(double min, double max) {
  return number().with([&](Schema& schema) {
    schema.minimum = min;
    schema.maximum = max;
  });
}

Shape<double> milliseconds() {
  Shape<double> shape = number().with([](Schema& schema) { schema.minimum = 0; });
  shape.write = [](const double& ms, std::string& out) { json_text::append(out, std::round(ms * 1000) / 1000); };
  return shape;
}

Shape<TimePoint> time() {
  Schema schema = of_kind(Schema::Kind::text);
  schema.format = "date-time";
  return {schema_of(std::move(schema)),
          [](const TimePoint& value, std::string& out) { json_text::append(out, to_rfc3339(value)); },
          {}};
}

Shape<std::optional<TimePoint>> time_or_null() { return nullable(time()); }

Shape<nlohmann::json> free_object(std::string description) {
  Schema schema = of_kind(Schema::Kind::object);
  schema.description = std::move(description);
  schema.values = schema_of(Schema{});
  schema.check = [](const nlohmann::json& value, const std::string& path) -> Result<void> {
    if (has_no_nul(value)) return {};
    return fail(ErrorKind::invalid, "`" + path + "` must not hold the character U+0000");
  };
  return {schema_of(std::move(schema)), write_plain<nlohmann::json>,
          [](nlohmann::json& json, nlohmann::json& value) { value = std::move(json); }};
}

}  // namespace cairn::shape
