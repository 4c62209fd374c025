#pragma once

#include <string_view>

#include "api/http/static_files.h"
#include "base/result.h"

namespace cairn {

/// The files of the web interface that are part of this program; none when it was built without.
Result<http::StaticFiles> embedded_web_files();

/// The files in a pack, as scripts/web_pack.py writes it: for each, the lengths of its path and its content (32 bits,
/// little-endian), then both. Errors: `corrupt` for anything else.
Result<std::vector<http::StaticFiles::File>> read_web_pack(std::string_view pack);

}  // namespace cairn
