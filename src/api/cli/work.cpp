#include "api/cli/work.h"

#include <csignal>

#include "api/cli/named_worker.h"

namespace cairn::cli {
namespace {

/// Reached from the signal handler, hence not inside the function; setting an atomic flag is all that the handler does.
const CancelToken& process_token() {
  static const CancelToken token;
  return token;
}

extern "C" void on_signal(int) { process_token().cancel(); }

}  // namespace

CancelToken interrupted_token() {
  const CancelToken token = process_token();
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return token;
}

WorkerPorts worker_ports(OpenStore& store) {
  return {store.catalog(), store.blobs(), store.extractor(), store.embedders(), store.clock()};
}

WorkerOptions worker_options(OpenStore& store) {
  WorkerOptions options;
  if (const auto* named = dynamic_cast<const NamedWorker*>(&store)) options.node = named->node();
  options.threads = store.threads();
  options.only_worker = true;
  return options;
}

Result<WorkerReport> work_until_idle(OpenStore& store) {
  return run_tasks(worker_ports(store), worker_options(store), WorkerEvents{}, interrupted_token());
}

}  // namespace cairn::cli
