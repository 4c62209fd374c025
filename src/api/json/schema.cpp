#include "api/json/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/utf8.h"

namespace cairn {
namespace {

using Value = nlohmann::json;

// Deep enough for anything a person writes, shallow enough for every recursion over it.
constexpr std::size_t max_depth = 64;

/// Where a value stands, spelled out only when something is wrong with it.
struct Path {
  const Path* parent = nullptr;
  std::string_view name;
  std::optional<std::size_t> index;

  std::string text() const {
    std::string before = parent == nullptr ? "" : parent->text();
    if (index) return before + "[" + std::to_string(*index) + "]";
    if (before.empty() || name.empty()) return before + std::string(name);
    return before + "." + std::string(name);
  }
};

std::unexpected<Error> wrong(const Path& path, const std::string& what) {
  const std::string place = path.text();
  return fail(ErrorKind::invalid, (place.empty() ? "the body" : "`" + place + "`") + " " + what);
}

std::string in_words(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& choice : choices) text += (text.empty() ? "\"" : ", \"") + choice + "\"";
  return choices.size() == 1 ? text : "one of " + text;
}

Result<void> check_text(const Value& value, const Schema& schema, const Path& path) {
  if (!value.is_string()) return wrong(path, "must be a string");
  const auto& text = value.get_ref<const std::string&>();
  if (!schema.choices.empty() && std::ranges::find(schema.choices, text) == schema.choices.end())
    return wrong(path, "must be " + in_words(schema.choices));
  const std::size_t length = utf8::length(text);
  if (length < schema.min_length)
    return wrong(path, schema.min_length == 1 ? "must not be empty"
                                              : fmt::format("must have at least {} characters", schema.min_length));
  if (schema.max_length && length > *schema.max_length)
    return wrong(path, fmt::format("must have at most {} characters, not {}", *schema.max_length, length));
  if (schema.matches != nullptr && !schema.matches(text)) return wrong(path, "must be " + schema.pattern_in_words);
  return {};
}

std::string range_in_words(const Schema& schema) {
  if (schema.minimum && schema.maximum) return fmt::format(" from {} to {}", *schema.minimum, *schema.maximum);
  if (schema.minimum) return fmt::format(" of at least {}", *schema.minimum);
  return schema.maximum ? fmt::format(" of at most {}", *schema.maximum) : "";
}

Result<void> check_number(const Value& value, const Schema& schema, const Path& path) {
  const bool whole = schema.kind == Schema::Kind::integer;
  const std::string wanted = (whole ? "must be a whole number" : "must be a number") + range_in_words(schema);
  if (!value.is_number()) return wrong(path, wanted);
  const double number = value.get<double>();
  if (whole && value.is_number_float() && number != std::trunc(number)) return wrong(path, wanted);
  if ((schema.minimum && number < *schema.minimum) || (schema.maximum && number > *schema.maximum))
    return wrong(path, wanted);
  return {};
}

Result<void> check_value(const Value& value, const Schema& schema, const Path& path);

Result<void> check_list(const Value& value, const Schema& schema, const Path& path) {
  if (!value.is_array()) return wrong(path, "must be a list");
  if (value.size() < schema.min_items)
    return wrong(path, schema.min_items == 1 ? "must not be empty"
                                             : fmt::format("must have at least {} entries", schema.min_items));
  if (schema.max_items && value.size() > *schema.max_items)
    return wrong(path, fmt::format("must have at most {} entries, not {}", *schema.max_items, value.size()));
  for (std::size_t i = 0; i < value.size(); ++i)
    CAIRN_CHECK(check_value(value[i], *schema.items, Path{.parent = &path, .name = {}, .index = i}));
  return {};
}

std::unexpected<Error> unknown_field(const std::string& name, const Schema& schema, const Path& path) {
  std::string known;
  for (const Schema::Field& field : schema.fields)
    if (!field.read_only) known += (known.empty() ? "" : ", ") + field.name;
  const Path place{.parent = &path, .name = name, .index = {}};
  return wrong(place, known.empty() ? "is unknown; there are no fields here" : "is unknown; there are " + known);
}

Result<void> check_object(const Value& value, const Schema& schema, const Path& path) {
  if (!value.is_object()) return wrong(path, "must be a JSON object");
  for (const auto& [name, member] : value.items()) {
    const Path place{.parent = &path, .name = name, .index = {}};
    const auto field = std::ranges::find(schema.fields, name, &Schema::Field::name);
    if (field != schema.fields.end() && !field->read_only) CAIRN_CHECK(check_value(member, *field->schema, place));
    else if (schema.values != nullptr) CAIRN_CHECK(check_value(member, *schema.values, place));
    else return unknown_field(name, schema, path);
  }
  for (const Schema::Field& field : schema.fields)
    if (field.required && !value.contains(field.name))
      return wrong(Path{.parent = &path, .name = field.name, .index = {}}, "is missing");
  return {};
}

Result<void> check_kind(const Value& value, const Schema& schema, const Path& path) {
  switch (schema.kind) {
    case Schema::Kind::any: return {};
    case Schema::Kind::text: return check_text(value, schema, path);
    case Schema::Kind::integer:
    case Schema::Kind::number: return check_number(value, schema, path);
    case Schema::Kind::boolean: return value.is_boolean() ? Result<void>() : wrong(path, "must be true or false");
    case Schema::Kind::list: return check_list(value, schema, path);
    case Schema::Kind::object: return check_object(value, schema, path);
  }
  return {};
}

Result<void> check_value(const Value& value, const Schema& schema, const Path& path) {
  if (value.is_null() && schema.nullable) return {};
  CAIRN_CHECK(check_kind(value, schema, path));
  return schema.check ? schema.check(value, path.text()) : Result<void>();
}

/// What can be told of JSON without parsing it.
struct Outline {
  bool too_deep = false;  ///< The parser itself has no limit, but everything that walks its result recurses.
  std::size_t members = 0;
};

Outline outline_of(std::string_view text) {
  Outline outline;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size() && !outline.too_deep; ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == ':') {
      ++outline.members;
    } else if (c == '{' || c == '[') {
      outline.too_deep = ++depth > max_depth;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return outline;
}

std::size_t members_of(const Value& value) {
  std::size_t members = value.is_object() ? value.size() : 0;
  if (value.is_structured())
    for (const Value& member : value) members += members_of(member);
  return members;
}

/// The first name that an object has twice. Two programs could each believe another of its values.
std::string repeated_name(std::string_view text) {
  std::vector<std::set<std::string>> open;
  std::string repeated;
  const auto note = [&](int, Value::parse_event_t event, Value& value) {
    if (event == Value::parse_event_t::object_start) open.emplace_back();
    else if (event == Value::parse_event_t::object_end) open.pop_back();
    else if (event == Value::parse_event_t::key && !open.back().insert(value.get<std::string>()).second &&
             repeated.empty())
      repeated = value.get<std::string>();
    return true;
  };
  (void)Value::parse(text, note);
  return repeated;
}

}  // namespace

Result<void> validate(const nlohmann::json& value, const Schema& schema, const std::string& path) {
  return check_value(value, schema, Path{.parent = nullptr, .name = path, .index = {}});
}

Result<nlohmann::json> parse_json(std::string_view text) {
  const Outline outline = outline_of(text);
  if (outline.too_deep)
    return fail(ErrorKind::invalid, fmt::format("the JSON is nested more than {} levels deep", max_depth));
  try {
    auto json = nlohmann::json::parse(text);
    if (members_of(json) == outline.members) return json;
    return fail(ErrorKind::invalid,
                "an object of the JSON has the name `" + repeated_name(text) + "` twice: send it once");
  } catch (const nlohmann::json::parse_error& error) {
    return fail(ErrorKind::invalid, fmt::format("the body is not valid JSON at byte {}: check quotes, commas and "
                                                "brackets, and that it is UTF-8",
                                                error.byte));
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorKind::invalid, "the body is not valid JSON: a number in it is too large");
  }
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace cairn
