#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "api/cli/context.h"

namespace cairn::cli {

/// What a report's figures have to keep for the command to succeed.
struct BoundOptions {
  std::vector<std::string> at_least, at_most;
};

/// --at-least and --at-most, repeatable.
void add_bound_options(CLI::App& command, BoundOptions& options);

/// exit_done, or exit_failed with a line on standard error for each bound that is missed. Errors: `invalid` for a bound
/// that is none, or of a figure that the report does not have.
Result<int> keep_bounds(const Context& context, const Json& report, const BoundOptions& options);

}  // namespace cairn::cli
