#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::extraction {

/// One part of a message (RFC 5322 and 2045): header fields as written, by lower-case name, and the body undecoded.
struct MimePart {
  std::map<std::string, std::string> fields;
  std::string_view body;

  /// Of a field such as Content-Type: the value before the first ';', in lower case.
  std::string value(std::string_view field) const;
  /// A parameter of such a field, unquoted; RFC 2231 continuations and charsets are understood.
  std::string parameter(std::string_view field, std::string_view name) const;
  /// The body after Content-Transfer-Encoding: base64, quoted-printable, or as it is.
  std::string decoded_body() const;
};

MimePart parse_part(std::string_view bytes);

/// Bodies between the lines of `boundary`; the last may lack its end, as cut messages do.
std::vector<std::string_view> split_multipart(std::string_view body, std::string_view boundary);

/// Header text with its encoded words (RFC 2047) as UTF-8.
std::string decode_header(std::string_view raw);

}  // namespace cairn::extraction
