#pragma once

#include <string>
#include <vector>

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

struct McpOptions {
  std::vector<std::string> allowed_origins;  ///< Web pages from there may call it, besides those of this machine.
};

/// POST and DELETE /mcp: the Model Context Protocol over streamable HTTP. A call is answered as JSON, and one that may
/// take long as a stream, so that proxies keep it open and a client that leaves stops the work.
///
/// A session is only a name under which a client's running calls are kept, so that it can cancel them. It gives no
/// rights, it can be checked without being stored, and any node takes it, also after a restart.
void add_mcp(RouteTable& table, const Services& services, McpOptions options);

}  // namespace cairn::routes
