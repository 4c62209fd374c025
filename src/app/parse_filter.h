#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "base/result.h"
#include "domain/search.h"
#include "index/filter.h"

namespace cairn {

/// A filter as the API takes it: {"field": value}, {"field": {"in": […]}}, {"field": {"gte": …, "lt": …, "gt": …,
/// "lte": …}},
/// {"and": […]}, {"or": […]}, {"not": {…}}. Several members of one object must all hold. Null is no filter.
/// Besides metadata fields, "$language", "$media_type" and "$external_id" can be named.
/// Errors: `invalid`, with the place (`filter.year.gte`) of what is wrong and what is allowed.
Result<std::optional<index::Filter>> parse_filter(const nlohmann::json& json);

/// What the principal may see; null when that is everything of its tenant.
std::optional<index::Filter> visible_to(const Principal& principal);

/// Both conditions; null when there is none.
std::optional<index::Filter> both(std::optional<index::Filter> a, std::optional<index::Filter> b);

}  // namespace cairn
