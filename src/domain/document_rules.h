#pragma once

#include <string_view>

namespace cairn {

/// Whether text may stand as a document's URL: empty, relative, or of a scheme that only names a place, in lower case.
/// People click on it, so nothing that a browser would run is one. No spaces and no control characters.
bool is_document_url(std::string_view text);

/// What is_document_url() takes, in ECMA 262 and in words.
constexpr const char* document_url_pattern =
    R"(^((https?|ftp|sftp|file|s3|smb|urn|doi):[^\x00-\x20\x7f]+|[^:/?#\x00-\x20\x7f]*([/?#][^\x00-\x20\x7f]*)?)$)";
constexpr const char* document_url_in_words =
    "an address that begins with http:, https:, ftp:, sftp:, file:, s3:, smb:, urn: or doi:, or a relative one, "
    "without "
    "spaces";

/// Whether text has the form of a BCP 47 language tag, such as "en" or "zh-Hant"; empty too.
bool is_language_tag(std::string_view text);
constexpr const char* language_tag_pattern = "^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$";
constexpr const char* language_tag_in_words = "a language tag such as en or zh-Hant";

/// Whether text may stand in an ACL: "group:NAME" or "user:NAME". The prefix keeps any name from meaning "everyone".
bool is_acl_entry(std::string_view text);
constexpr const char* acl_entry_pattern = R"(^(group|user):[^\x00]+$)";
constexpr const char* acl_entry_in_words = "group:NAME or user:NAME";

}  // namespace cairn
