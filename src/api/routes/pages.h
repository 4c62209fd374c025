#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "api/http/message.h"
#include "api/http/static_files.h"

namespace cairn::routes {

/// Answers what no route does, such as the addresses of the web interface. Runs on a worker thread. None: there is
/// nothing at this address either.
using Pages = std::function<std::optional<http::Response>(const http::Request&)>;

/// The web interface. Its pages have addresses that are no files, such as `/documents/…`: these get `index.html`, which
/// shows them. None for what looks like a file that is not there (its last segment has a dot) and for everything below
/// `/v1/`. Without an `index.html` among the files, `/` says that this program was built without an interface.
Pages web_pages(std::shared_ptr<const http::StaticFiles> files);

}  // namespace cairn::routes
