#include "api/cli/bench.h"

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

namespace cairn::cli {

void add_bench(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("bench", "Measure this machine: ingestion, searches, the index alone");
  command->require_subcommand(1);
  add_bench_ingest(*command, context);
  add_bench_search(*command, context);
  add_bench_index(*command, context);
}

}  // namespace cairn::cli
