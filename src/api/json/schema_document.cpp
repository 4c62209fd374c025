#include "api/json/schema_document.h"

#include <cmath>

namespace cairn {
namespace {

const char* type_of(Schema::Kind kind) {
  switch (kind) {
    case Schema::Kind::any: return "";
    case Schema::Kind::text: return "string";
    case Schema::Kind::integer: return "integer";
    case Schema::Kind::number: return "number";
    case Schema::Kind::boolean: return "boolean";
    case Schema::Kind::list: return "array";
    case Schema::Kind::object: return "object";
  }
  return "";
}

Json limit(double value) { return value == std::trunc(value) ? Json(static_cast<std::int64_t>(value)) : Json(value); }

void add_text_rules(const Schema& schema, Json& json) {
  if (schema.min_length > 0) json["minLength"] = schema.min_length;
  if (schema.max_length) json["maxLength"] = *schema.max_length;
  if (!schema.choices.empty()) {
    json["enum"] = schema.choices;
    if (schema.nullable) json["enum"].push_back(nullptr);
  }
  if (!schema.format.empty()) json["format"] = schema.format;
  if (!schema.pattern.empty()) json["pattern"] = schema.pattern;
}

}  // namespace

Json SchemaDocument::object(const Schema& schema, Direction direction) {
  Json properties = Json::object(), required = Json::array();
  for (const Schema::Field& field : schema.fields) {
    const bool sent = direction == Direction::sent;
    if (sent && field.read_only) continue;
    Json property = describe(*field.schema, direction);
    if (!field.description.empty()) property["description"] = field.description;
    if (sent && !field.default_value.is_null()) property["default"] = field.default_value;
    properties[field.name] = std::move(property);
    if (sent ? field.required : !field.may_lack) required.push_back(field.name);
  }
  Json json{{"type", "object"}};
  if (!properties.empty()) json["properties"] = std::move(properties);
  if (!required.empty()) json["required"] = std::move(required);
  json["additionalProperties"] = schema.values == nullptr
                                     ? Json(false)
                                     : (schema.values->kind == Schema::Kind::any && schema.values->literal.is_null()
                                            ? Json(true)
                                            : describe(*schema.values, direction));
  return json;
}

Json SchemaDocument::in_place(const Schema& schema, Direction direction) {
  Json json = Json::object();
  if (schema.kind == Schema::Kind::object) json = object(schema, direction);
  else if (schema.kind != Schema::Kind::any) json["type"] = type_of(schema.kind);
  if (schema.nullable && json.contains("type")) json["type"] = Json::array({json["type"], "null"});
  if (schema.kind == Schema::Kind::text) add_text_rules(schema, json);
  if (schema.minimum) json["minimum"] = limit(*schema.minimum);
  if (schema.maximum) json["maximum"] = limit(*schema.maximum);
  if (schema.items != nullptr) json["items"] = describe(*schema.items, direction);
  if (schema.min_items > 0) json["minItems"] = schema.min_items;
  if (schema.max_items) json["maxItems"] = *schema.max_items;
  if (schema.literal.is_object())
    for (const auto& [key, value] : schema.literal.items()) json[key] = value;
  if (!schema.description.empty()) json["description"] = schema.description;
  if (!schema.example.is_null()) json["examples"] = Json::array({schema.example});
  return json;
}

Json SchemaDocument::describe(const Schema& schema, Direction direction) {
  if (schema.name.empty()) return in_place(schema, direction);
  const bool suffix = direction == Direction::sent && !schema.name.ends_with("Request") && schema.literal.is_null();
  const std::string name = schema.name + (suffix ? "Input" : "");
  if (!components_.contains(name)) {
    components_[name] = Json::object();  // So that a schema may speak of itself.
    components_[name] = in_place(schema, direction);
  }
  return Json{{"$ref", "#/components/schemas/" + name}};
}

}  // namespace cairn
