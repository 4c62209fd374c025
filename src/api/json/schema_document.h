#pragma once

#include <string>

#include "api/json/schema.h"

namespace cairn {

/// Writes schemas as JSON Schema (2020-12, as OpenAPI 3.1 has it) and collects the named ones as components.
class SchemaDocument {
 public:
  /// Who writes the value decides which fields must be there.
  enum class Direction { sent, answered };

  /// A reference for a named schema, the schema itself otherwise.
  Json describe(const Schema& schema, Direction direction);

  /// Every named schema that was described, by name. Those that clients send and that differ for it end in "Input".
  const Json& components() const { return components_; }

 private:
  Json in_place(const Schema& schema, Direction direction);
  Json object(const Schema& schema, Direction direction);

  Json components_ = Json::object();
};

}  // namespace cairn
