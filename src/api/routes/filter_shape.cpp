#include "api/routes/filter_shape.h"

#include "app/parse_filter.h"

namespace cairn::routes {
namespace {

Json described() {
  const Json scalar{{"type", {"string", "number", "boolean"}}};
  const Json bound{{"type", {"string", "number"}}};
  const Json filters{{"type", "array"}, {"items", {{"$ref", "#/components/schemas/Filter"}}}};
  const Json operators{
      {"type", "object"},
      {"minProperties", 1},
      {"properties",
       {{"in", {{"type", "array"}, {"items", scalar}}}, {"gte", bound}, {"gt", bound}, {"lt", bound}, {"lte", bound}}},
      {"additionalProperties", false}};
  const Json names{{"anyOf", {{{"enum", {"$language", "$media_type", "$external_id"}}}, {{"pattern", "^[^$]"}}}}};
  return Json{{"type", "object"},
              {"properties", {{"and", filters}, {"or", filters}, {"not", {{"$ref", "#/components/schemas/Filter"}}}}},
              {"propertyNames", names},
              {"additionalProperties", {{"anyOf", {scalar, operators}}}}};
}

}  // namespace

Shape<nlohmann::json> filter_shape() {
  Schema schema;
  schema.name = "Filter";
  schema.description =
      "Conditions on metadata, all of which must hold: {\"field\": value}, {\"field\": {\"in\": […]}}, {\"field\": "
      "{\"gte\": …, \"lt\": …}}, {\"and\": […]}, {\"or\": […]}, {\"not\": {…}}. Besides fields of the metadata, "
      "$language, $media_type and $external_id can be named.";
  schema.literal = described();
  schema.example = {{"year", {{"gte", 2024}}}, {"$language", "en"}};
  schema.check = [](const nlohmann::json& value, const std::string& path) -> Result<void> {
    if (!value.is_object()) return fail(ErrorKind::invalid, "`" + path + "` must be a JSON object");
    CAIRN_CHECK(parse_filter(value));
    return {};
  };
  return {shape::schema_of(std::move(schema)), shape::write_plain<nlohmann::json>,
          [](nlohmann::json& json, nlohmann::json& value) { value = std::move(json); }};
}

}  // namespace cairn::routes
