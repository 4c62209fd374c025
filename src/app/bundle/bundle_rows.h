#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/portable_catalog.h"

// The JSON in a bundle, see docs/reference/bundle-format.md. What is written is one line, without a line break.
namespace cairn::bundle {

inline constexpr int format_version = 1;

/// `cairn-bundle.json`: the collection and how to read the rest. `made_by` is the program that wrote it.
std::string to_text(const Collection& collection, std::uint64_t manifest, const std::string& made_by);

struct Header {
  Collection collection;  ///< Without a tenant.
  std::uint64_t manifest = 0;
  std::string made_by;
};

/// Errors: `invalid` (no bundle), `unsupported` (of a newer version), `corrupt`.
Result<Header> parse_header(std::string_view text);

/// A line of `manifest.jsonl`: a segment with its tombstones.
std::string to_text(const SegmentRecord& segment, std::span<const Tombstone> tombstones);
/// Adds them to `manifest`. Errors: `corrupt`.
Result<void> parse_segment(std::string_view line, Manifest& manifest);

/// A line of `documents/….jsonl`. Ids of document and collection follow from the bundle and are not in it.
std::string to_text(const StoredDocument& stored);
Result<StoredDocument> parse_document(std::string_view line);  ///< Errors: `corrupt`.

/// `end.json`.
struct Totals {
  std::uint64_t documents = 0, segments = 0, files = 0;
  std::string sha256;  ///< Of everything before it but the contents of segments and files, which carry their own.
};
std::string to_text(const Totals& totals);

}  // namespace cairn::bundle
