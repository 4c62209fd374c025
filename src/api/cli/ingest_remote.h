#pragma once

#include "api/cli/ingest_run.h"
#include "api/cli/remote.h"

namespace cairn::cli {

/// Sends the sources to a server, in batches, and waits until each is indexed or failed, with progress on a terminal.
/// The collection is made when it is new. Files are read while they are sent. Errors: `cancelled` (interrupted), those
/// of RemoteServer.
Result<IngestTally> send_sources(const Context& context, RemoteServer& server, const IngestOptions& options,
                                 PathSources& sources);

}  // namespace cairn::cli
