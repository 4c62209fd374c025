#pragma once

#include <nlohmann/json.hpp>

#include "domain/answer.h"
#include "domain/collection.h"
#include "domain/document.h"
#include "domain/search.h"
#include "domain/task.h"

namespace cairn {

/// The objects of the API, as HTTP and `--json` print them: keys in a fixed order, times in RFC 3339, pages and
/// optional times null where there are none.
using Json = nlohmann::ordered_json;

Json to_json(const Span& span);
Json to_json(const Hit& hit);
Json to_json(const SearchResponse& response);
Json to_json(const Answer& answer);
Json to_json(const Document& document);
Json to_json(const Collection& collection, const CollectionCounts& counts);
Json to_json(const Task& task);

/// One line of JSON; ill-formed UTF-8 (from file names, say) becomes U+FFFD instead of an exception.
std::string dump(const Json& json);

}  // namespace cairn
