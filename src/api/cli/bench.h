#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/cli/context.h"

namespace CLI {
class App;
}

namespace cairn::cli {

// What `cairn bench` can measure; each adds its command below it.
void add_bench_ingest(CLI::App& bench, Context& context);
void add_bench_search(CLI::App& bench, Context& context);
void add_bench_index(CLI::App& bench, Context& context);

/// Queries from a BEIR queries.jsonl (the `text` of each line) or a plain file with one query a line. Errors:
/// `invalid`.
Result<std::vector<std::string>> read_queries(const std::filesystem::path& path);

}  // namespace cairn::cli
