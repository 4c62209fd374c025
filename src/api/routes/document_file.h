#pragma once

#include "api/routes/route.h"
#include "api/routes/services.h"

namespace cairn::routes {

/// The original bytes as a download: with an ETag, in parts where the client asks for one, and never shown as a page.
/// Errors: `not_found`, `unavailable`.
Result<http::Response> document_file(const Services& services, const http::Request& request, const Document& document);

/// "attachment; filename=…": the name as ASCII for old clients, and in full.
std::string attachment_disposition(const std::string& file_name);

/// A part of something of `size` bytes.
struct ByteRange {
  std::uint64_t first = 0, last = 0;  ///< Both included.
};

/// What a Range header means (RFC 9110, section 14). `whole`: there is none, or one that may be ignored.
struct RangeChoice {
  enum class Kind { whole, part, unsatisfiable };
  Kind kind = Kind::whole;
  ByteRange range = {};
};
RangeChoice choose_range(std::string_view header, std::uint64_t size);

}  // namespace cairn::routes
