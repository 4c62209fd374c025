#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/types.h"

namespace cairn {

/// What a segment keeps of a document besides its text: what a hit shows without asking the catalog.
struct DocumentRecord {
  std::string external_id;
  std::string title;  ///< From the caller, else from the document itself; may be empty.
  std::string url;
  std::string language;  ///< As indexed: from the caller, else detected.
  std::string media_type;
  std::uint32_t version = 1;
  nlohmann::json metadata = nlohmann::json::object();
  std::vector<std::string> acl;

  /// What a person is shown as the name of the document.
  const std::string& shown_title() const { return title.empty() ? external_id : title; }

  bool operator==(const DocumentRecord&) const = default;
};

/// The bytes kept as `index::DocumentInput::stored`, and back. Errors: `corrupt`.
std::string to_stored(const DocumentRecord& record);
Result<DocumentRecord> from_stored(std::string_view stored);

/// Names of properties that Cairn sets itself. Metadata fields that begin with '$' are kept but cannot be filtered by,
/// so no document can pretend to have one of these.
namespace property {
inline constexpr std::string_view acl = "$acl";  ///< One value for each entry of the ACL, or `everyone`. Never missing.
inline constexpr std::string_view language = "$language";  ///< BCP 47, as indexed.
inline constexpr std::string_view media_type = "$media_type";
inline constexpr std::string_view external_id = "$external_id";
}  // namespace property

/// The ACL value of documents that the whole tenant may see; no caller can have it as a group, for those have a prefix.
inline constexpr std::string_view everyone = "*";

/// Metadata strings longer than this (bytes) are kept but cannot be filtered by.
inline constexpr std::size_t max_filterable_bytes = 1024;

/// What a document can be filtered by: the reserved properties, and each metadata field under its own name. Fields of
/// nested objects have dotted names ("author.name"); arrays give one value for each element; nulls give none.
std::vector<index::Property> properties_of(const DocumentRecord& record);

}  // namespace cairn
