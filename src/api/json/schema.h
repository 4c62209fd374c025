#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cairn {

/// JSON that is written: keys keep their order.
using Json = nlohmann::ordered_json;

/// What a JSON value of the API may be, as data: the check of what clients send and the schema in the OpenAPI document
/// both follow from it. Immutable once shared.
struct Schema {
  enum class Kind { any, text, integer, number, boolean, list, object };

  /// A member of an object.
  struct Field {
    std::string name;
    std::shared_ptr<const Schema> schema;
    std::string description;
    bool required = false;   ///< A client must send it.
    bool may_lack = false;   ///< It may be absent from what Cairn writes.
    bool read_only = false;  ///< Only written.
    Json default_value;      ///< Of a field that may be left out; null: not stated.
  };

  Kind kind = Kind::any;
  bool nullable = false;
  std::string name;  ///< Of the component in the OpenAPI document; empty: described in place.
  std::string description;
  Json example;  ///< Null: none.

  // Text.
  std::size_t min_length = 0;              ///< In code points.
  std::optional<std::size_t> max_length;   ///< In code points.
  std::vector<std::string> choices;        ///< Empty: any text.
  std::string format;                      ///< date-time, uri, …: a hint for readers.
  std::string pattern;                     ///< ECMA 262; what `matches` checks.
  bool (*matches)(std::string_view) = {};  ///< Null: anything matches.
  std::string pattern_in_words;            ///< "… must be " this.

  // Numbers.
  std::optional<double> minimum, maximum;

  // Lists.
  std::shared_ptr<const Schema> items;
  std::size_t min_items = 0;
  std::optional<std::size_t> max_items;

  // Objects: fields, or values under any name.
  std::vector<Field> fields;
  std::shared_ptr<const Schema> values;

  // Anything else: the schema as it stands in OpenAPI, with its own check. A check may also add to the rules above.
  Json literal;
  std::function<Result<void>(const nlohmann::json& value, const std::string& path)> check;
};

/// Whether `value` is what the schema says. Errors: `invalid`, one sentence that begins with the path of the first
/// thing that is wrong ("documents[2].title must be …"). `path` is the path of `value` itself; may be empty.
Result<void> validate(const nlohmann::json& value, const Schema& schema, const std::string& path);

/// Reads JSON that a client sent: well-formed UTF-8 without a byte-order mark, at most `max_depth` levels, at most one
/// value, no name twice in an object. Errors: `invalid`, with the position.
Result<nlohmann::json> parse_json(std::string_view text);

/// One line of JSON; ill-formed UTF-8 (from file names, say) becomes U+FFFD instead of an exception.
std::string dump(const Json& json);

}  // namespace cairn
