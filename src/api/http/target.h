#pragma once

#include <string_view>

#include "api/http/message.h"

namespace cairn::http {

/// Fills in `target`, `path` and `query` from a request's target. Errors: `invalid` for what is no path of this server:
/// broken percent signs, ill-formed UTF-8, control characters, dot segments, fragments.
Result<void> read_target(std::string_view target, Request& request);

/// The host and port of a target in absolute form, `http://host:port/path`; empty: it has another form.
std::string_view authority_of(std::string_view target);

}  // namespace cairn::http
