#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "api/cli/context.h"

namespace cairn::cli {

/// `eval checking`; `with_a_store` runs its body in a store and gives the exit code.
void add_eval_checking(CLI::App& eval, Context& context,
                       const std::function<int(const std::function<Result<int>(OpenStore&)>&)>& with_a_store);

/// `eval compare`
void add_eval_compare(CLI::App& eval, Context& context);

}  // namespace cairn::cli
