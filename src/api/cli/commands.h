#pragma once

#include "api/cli/context.h"

namespace CLI {
class App;
}

namespace cairn::cli {

// Each adds one command with its options to `root`; the command's callback sets context.exit_code. `context` outlives
// the parse.
void add_serve(CLI::App& root, Context& context);
void add_ingest(CLI::App& root, Context& context);
void add_search(CLI::App& root, Context& context);
void add_ask(CLI::App& root, Context& context);
void add_status(CLI::App& root, Context& context);
void add_collections(CLI::App& root, Context& context);
void add_documents(CLI::App& root, Context& context);
void add_tasks(CLI::App& root, Context& context);
void add_keys(CLI::App& root, Context& context);
void add_users(CLI::App& root, Context& context);
void add_tenants(CLI::App& root, Context& context);
void add_eval(CLI::App& root, Context& context);
void add_bench(CLI::App& root, Context& context);
void add_fsck(CLI::App& root, Context& context);
void add_backup(CLI::App& root, Context& context);
void add_bundle(CLI::App& root, Context& context);
void add_mcp(CLI::App& root, Context& context);
void add_model(CLI::App& root, Context& context);
void add_config(CLI::App& root, Context& context);
void add_completion(CLI::App& root, Context& context);
void add_reference(CLI::App& root, Context& context);

}  // namespace cairn::cli
