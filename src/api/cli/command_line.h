#pragma once

#include "api/cli/context.h"

namespace cairn::cli {

/// Parses the arguments, runs one command, and gives the process's exit code.
int run_command_line(int argc, const char* const* argv, const Platform& platform, const Terminal& terminal);

}  // namespace cairn::cli
