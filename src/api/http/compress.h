#pragma once

#include <string>
#include <string_view>

#include "api/http/message.h"

namespace cairn::http {

enum class Coding { none, gzip, zstd };

/// As Content-Encoding has it.
constexpr std::string_view name_of(Coding coding) {
  return coding == Coding::zstd ? "zstd" : coding == Coding::gzip ? "gzip" : "identity";
}

/// What an Accept-Encoding header likes best (RFC 9110, section 12.5.3), zstd before gzip.
Coding preferred_coding(std::string_view accepted);

/// How much time a compressed byte is worth.
enum class Effort { once, kept };

/// Empty when it cannot be done.
std::string compressed(std::string_view text, Coding coding, Effort effort);

/// Whether bytes of this media type get smaller.
bool is_compressible_type(std::string_view type);

/// Whether compress() would do something.
bool is_compressible(const Request& request, const Response& response);

/// Replaces a text body by its compressed form, as the client prefers (zstd before gzip), when that is smaller. Says so
/// in the headers, and weakens an ETag (RFC 9110, section 8.8.1).
void compress(const Request& request, Response& response);

}  // namespace cairn::http
