#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json/json_text.h"
#include "api/json/schema.h"
#include "base/clock.h"
#include "base/strong_id.h"

namespace cairn {

/// One type of the API: how its values look (`schema`), how they are written, and how they are read from JSON that was
/// validated against the schema. Made once, then only copied and read; any thread.
template <class T>
struct Shape {
  std::shared_ptr<const Schema> schema;
  std::function<void(const T&, std::string&)> write;  ///< Appends the value's JSON, on one line.
  std::function<void(nlohmann::json&, T&)> read;  ///< Takes the value's strings out of the JSON. Empty: only written.

  /// A copy with other words or rules.
  Shape with(const std::function<void(Schema&)>& change) const {
    Schema changed = *schema;
    change(changed);
    return {std::make_shared<const Schema>(std::move(changed)), write, read};
  }
};

/// Validates and reads. Errors: as validate().
template <class T>
Result<T> read(const Shape<T>& shape, nlohmann::json& json) {
  CAIRN_CHECK(validate(json, *shape.schema, ""));
  T value{};
  shape.read(json, value);
  return value;
}

/// The value's JSON, on one line.
template <class T>
std::string to_text(const Shape<T>& shape, const T& value) {
  std::string text;
  shape.write(value, text);
  return text;
}

/// The same for those who change it or look into it.
template <class T>
Json to_json(const Shape<T>& shape, const T& value) {
  return Json::parse(to_text(shape, value));
}

namespace shape {

/// How a value is written that JSON knows by itself.
template <class T>
void write_plain(const T& value, std::string& out) {
  json_text::append(out, value);
}

inline std::shared_ptr<const Schema> schema_of(Schema schema) {
  return std::make_shared<const Schema>(std::move(schema));
}

/// Text of `min` to `max` code points.
Shape<std::string> text(std::size_t min, std::size_t max);

/// Text that is only written: of any length.
Shape<std::string> text();

/// Null for the empty string, and back.
Shape<std::string> text_or_null();

Shape<bool> boolean();
Shape<double> number();
Shape<double> number(double min, double max);

/// Milliseconds to the microsecond: more digits would be noise.
Shape<double> milliseconds();
Shape<TimePoint> time();
Shape<std::optional<TimePoint>> time_or_null();

/// Any JSON object, such as metadata. NUL is refused in it, and so is depth beyond parse_json().
Shape<nlohmann::json> free_object(std::string description);

template <std::integral I>
Shape<I> integer(double min, double max) {
  Schema schema;
  schema.kind = Schema::Kind::integer;
  schema.minimum = min;
  schema.maximum = max;
  return {schema_of(std::move(schema)), write_plain<I>, [](nlohmann::json& json, I& value) {
            value = json.is_number_float() ? static_cast<I>(json.get<double>()) : json.get<I>();
          }};
}

/// A count: 0 or more.
template <std::integral I>
Shape<I> count() {
  return integer<I>(0, 9007199254740992.0).with([](Schema& schema) { schema.maximum.reset(); });
}

/// Null for 0, and back: pages of formats without pages.
template <std::integral I>
Shape<I> count_or_null() {
  Shape<I> shape = count<I>().with([](Schema& schema) { schema.nullable = true; });
  shape.write = [](const I& value, std::string& out) {
    value == 0 ? json_text::append_null(out) : json_text::append(out, value);
  };
  shape.read = [read = shape.read](nlohmann::json& json, I& value) {
    if (!json.is_null()) read(json, value);
  };
  return shape;
}

template <class Tag>
Shape<StrongId<Tag>> id(const Shape<std::string>& as) {
  return {as.schema, [as](const StrongId<Tag>& value, std::string& out) { as.write(value.value(), out); },
          [as](nlohmann::json& json, StrongId<Tag>& value) {
            std::string text;
            as.read(json, text);
            value = StrongId<Tag>(std::move(text));
          }};
}

/// One of several values, by the names that `to_string` gives them.
template <class E>
Shape<E> choice(std::vector<E> values, const char* (*name)(E)) {
  Schema schema;
  schema.kind = Schema::Kind::text;
  for (const E value : values) schema.choices.emplace_back(name(value));
  return {schema_of(std::move(schema)),
          [name](const E& value, std::string& out) { json_text::append(out, name(value)); },
          [values = std::move(values), name](nlohmann::json& json, E& value) {
            for (const E candidate : values)
              if (json == name(candidate)) value = candidate;
          }};
}

template <class T>
Shape<std::vector<T>> list(const Shape<T>& item, std::optional<std::size_t> max = {}, std::size_t min = 0) {
  Schema schema;
  schema.kind = Schema::Kind::list;
  schema.items = item.schema;
  schema.min_items = min;
  schema.max_items = max;
  return {schema_of(std::move(schema)),
          [item](const std::vector<T>& values, std::string& out) {
            out += '[';
            for (std::size_t i = 0; i < values.size(); ++i) {
              if (i > 0) out += ',';
              item.write(values[i], out);
            }
            out += ']';
          },
          [item](nlohmann::json& json, std::vector<T>& values) {
            values.clear();
            for (nlohmann::json& entry : json) item.read(entry, values.emplace_back());
          }};
}

/// Null when there is none.
template <class T>
Shape<std::optional<T>> nullable(const Shape<T>& of) {
  Schema schema = *of.schema;
  schema.nullable = true;
  return {schema_of(std::move(schema)),
          [of](const std::optional<T>& value, std::string& out) {
            value ? of.write(*value, out) : json_text::append_null(out);
          },
          [of](nlohmann::json& json, std::optional<T>& value) {
            if (!json.is_null()) of.read(json, value.emplace());
          }};
}

/// A field that may be left out: set only when it was sent.
template <class T>
Shape<std::optional<T>> maybe(const Shape<T>& of) {
  return {of.schema,
          [of](const std::optional<T>& value, std::string& out) {
            value ? of.write(*value, out) : json_text::append_null(out);
          },
          [of](nlohmann::json& json, std::optional<T>& value) { of.read(json, value.emplace()); }};
}

}  // namespace shape

/// Describes an object, field by field, in the order in which it is written.
template <class T>
class ObjectShape {
 public:
  /// `name` is the component's in the OpenAPI document.
  ObjectShape(std::string name, std::string description) {
    schema_.kind = Schema::Kind::object;
    schema_.name = std::move(name);
    schema_.description = std::move(description);
  }

  /// A client must send it; always written.
  template <class M>
  ObjectShape& required(std::string name, M T::* member, const Shape<M>& shape, std::string description) {
    return member_field({std::move(name), shape.schema, std::move(description), true, false, false, {}}, member, shape);
  }

  /// A client may leave it out, and the member keeps its default; always written.
  template <class M>
  ObjectShape& optional(std::string name, M T::* member, const Shape<M>& shape, std::string description) {
    Json usual = shape.write ? to_json(shape, T{}.*member) : Json();
    if (usual.is_string() && usual.get_ref<const std::string&>().empty()) usual = nullptr;
    return member_field({std::move(name), shape.schema, std::move(description), false, false, false, std::move(usual)},
                        member, shape);
  }

  /// A client may send it; that it is allowed is all there is to it. Never written.
  template <class M>
  ObjectShape& accepted(std::string name, const Shape<M>& shape, std::string description) {
    add({std::move(name), shape.schema, std::move(description), false, true, false, {}},
        [](const T&, std::string& out) { json_text::append_null(out); }, {});
    return *this;
  }

  /// Only written, from whatever `get` gives.
  template <class R, class Get>
  ObjectShape& written(std::string name, const Shape<R>& shape, Get get, std::string description) {
    add({std::move(name), shape.schema, std::move(description), false, false, true, {}},
        [write = shape.write, get](const T& value, std::string& out) { write(get(value), out); }, {});
    return *this;
  }

  /// Only written, and left out where it is null.
  template <class R, class Get>
  ObjectShape& written_if_any(std::string name, const Shape<R>& shape, Get get, std::string description) {
    written(std::move(name), shape, std::move(get), std::move(description));
    schema_.fields.back().may_lack = true;
    return *this;
  }

  /// Fields that are not described are accepted too, and nothing is made of them.
  ObjectShape& open() {
    schema_.values = shape::schema_of(Schema{});
    return *this;
  }

  ObjectShape& example(Json example) {
    schema_.example = std::move(example);
    return *this;
  }

  /// A rule about several fields at once.
  ObjectShape& check(std::function<Result<void>(const nlohmann::json&, const std::string&)> rule) {
    schema_.check = std::move(rule);
    return *this;
  }

  Shape<T> done() {
    const auto schema = std::make_shared<const Schema>(std::move(schema_));
    const auto fields = std::make_shared<const std::vector<Access>>(std::move(access_));
    return {schema, [schema, fields](const T& value, std::string& out) { write_fields(*schema, *fields, value, out); },
            [schema, fields](nlohmann::json& json, T& value) {
              for (std::size_t i = 0; i < fields->size(); ++i) {
                const auto found = json.find(schema->fields[i].name);
                if (found != json.end() && (*fields)[i].read) (*fields)[i].read(*found, value);
              }
            }};
  }

 private:
  struct Access {
    std::function<void(const T&, std::string&)> write;
    std::function<void(nlohmann::json&, T&)> read;
  };

  static void write_fields(const Schema& schema, const std::vector<Access>& fields, const T& value, std::string& out) {
    out += '{';
    const std::size_t opened = out.size();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t before = out.size();
      if (before != opened) out += ',';
      json_text::append(out, schema.fields[i].name);
      out += ':';
      const std::size_t begun = out.size();
      fields[i].write(value, out);
      if (schema.fields[i].may_lack && std::string_view(out).substr(begun) == "null") out.resize(before);
    }
    out += '}';
  }

  template <class M>
  ObjectShape& member_field(Schema::Field field, M T::* member, const Shape<M>& shape) {
    add(
        std::move(field),
        [write = shape.write, member](const T& value, std::string& out) { write(value.*member, out); },
        [read = shape.read, member](nlohmann::json& json, T& value) { read(json, value.*member); });
    return *this;
  }

  void add(Schema::Field field, std::function<void(const T&, std::string&)> write,
           std::function<void(nlohmann::json&, T&)> read) {
    schema_.fields.push_back(std::move(field));
    access_.push_back({std::move(write), std::move(read)});
  }

  Schema schema_;
  std::vector<Access> access_;
};

}  // namespace cairn
