#pragma once

#include "api/cli/context.h"
#include "app/run_tasks.h"

namespace cairn::cli {

WorkerPorts worker_ports(OpenStore& store);

/// This process is the store's only writer, so it does the store's work itself. Ctrl-C hands unfinished tasks back.
WorkerOptions worker_options(OpenStore& store);

/// Works off everything that is queued; for commands that queue something small. Errors: those of run_tasks.
Result<WorkerReport> work_until_idle(OpenStore& store);

/// Cancelled by SIGINT or SIGTERM from the first call on; one for the process.
CancelToken interrupted_token();

}  // namespace cairn::cli
