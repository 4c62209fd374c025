#pragma once

#include <string_view>

#include "api/http/message.h"

namespace cairn::http {

/// Fills in `target`, `path` and `query` from a request's target. Errors: `invalid` for what is no path of this server:
/// broken percent signs, ill-formed UTF-8, control characters, dot segments, fragments.
Result<void> read_target(std::string_view target, Request& request);

}  // namespace cairn::http
