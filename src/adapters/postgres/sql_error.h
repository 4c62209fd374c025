#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace cairn::postgres {

/// What an SQLSTATE (PostgreSQL's manual, appendix A) means for a caller. `detail` is what the server said.
Error sql_error(std::string_view state, const std::string& detail);

/// The transaction met another one and was undone; the same once more may well succeed.
bool is_worth_repeating(std::string_view state);

/// This server cannot serve this client any more (it shuts down, or is a standby by now): another connection may.
bool ends_the_connection(std::string_view state);

}  // namespace cairn::postgres
