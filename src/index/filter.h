#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "index/types.h"

namespace cairn::index {

/// A condition on a document's properties. A tree; leaves test one property. A missing property satisfies no leaf, so
/// `not` of a leaf is true for it. A multi-valued property satisfies a leaf when any of its values does.
struct Filter {
  enum class Kind { all_of, any_of, none_of, equals_any, range };

  Kind kind = Kind::all_of;
  std::vector<Filter> children;                ///< For all_of, any_of, none_of.
  std::string property;                        ///< For equals_any and range.
  std::vector<Value> values;                   ///< For equals_any.
  std::optional<Value> at_least, less_than;    ///< For range (gte, lt); numbers with numbers, strings by code point.
  std::optional<Value> greater_than, at_most;  ///< For range (gt, lte).
};

}  // namespace cairn::index
