#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "domain/search.h"

namespace cairn::cli {

inline const std::map<std::string, SearchMode> search_modes = {
    {"hybrid", SearchMode::hybrid}, {"dense", SearchMode::dense}, {"lexical", SearchMode::lexical}};

inline const std::map<std::string, Fusion> fusions = {{"minmax", Fusion::minmax}, {"rrf", Fusion::rrf}};

/// JSON of a `--filter` option; null for none. Errors: `invalid`.
Result<nlohmann::json> parse_filter_option(const std::string& text);

}  // namespace cairn::cli
