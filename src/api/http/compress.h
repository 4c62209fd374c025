#pragma once

#include "api/http/message.h"

namespace cairn::http {

/// Whether compress() would do something.
bool is_compressible(const Request& request, const Response& response);

/// Replaces a text body by its compressed form, as the client prefers (zstd before gzip), when that is smaller. Says so
/// in the headers, and weakens an ETag (RFC 9110, section 8.8.1).
void compress(const Request& request, Response& response);

}  // namespace cairn::http
