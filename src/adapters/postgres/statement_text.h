#pragma once

#include <string>
#include <string_view>

namespace cairn::postgres {

/// The shared SQL's `?` and `?3` as PostgreSQL wants them: `$1`, `$3`. What stands in quotes stays.
std::string number_values(std::string_view sql);

/// `name` as an identifier in a statement, in quotes.
std::string quoted(std::string_view name);

}  // namespace cairn::postgres
