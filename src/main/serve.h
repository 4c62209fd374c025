#pragma once

#include <functional>
#include <string>

#include "api/cli/context.h"
#include "main/configuration.h"

namespace cairn {

/// Opens the store in `folder`, serves the API on it and works off its tasks, until SIGINT or SIGTERM. `announce` is
/// given lines for the person who started it; the last one before serving is "Cairn is ready: <address>". Errors: those
/// of the adapters and of http::Server::start.
Result<void> serve(const Configuration& configuration, const std::filesystem::path& folder,
                   const cli::ServeRequest& request, const std::string& version,
                   const std::function<void(const std::string&)>& announce);

}  // namespace cairn
