#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/ids.h"

namespace cairn {

enum class DocumentStatus { saving, queued, extracting, chunking, embedding, indexed, failed };

constexpr const char* to_string(DocumentStatus status) {
  switch (status) {
    case DocumentStatus::saving: return "saving";
    case DocumentStatus::queued: return "queued";
    case DocumentStatus::extracting: return "extracting";
    case DocumentStatus::chunking: return "chunking";
    case DocumentStatus::embedding: return "embedding";
    case DocumentStatus::indexed: return "indexed";
    case DocumentStatus::failed: return "failed";
  }
  return "failed";
}

/// What a caller says about a document besides its bytes.
struct DocumentFacts {
  std::string title;  ///< May be empty: then the extracted title, then the external id, is shown.
  std::string url;
  std::string language;                                ///< BCP 47, or empty to detect.
  std::string media_type;                              ///< A hint, or empty to detect.
  std::string file_name;                               ///< For type detection and display; may be empty.
  nlohmann::json metadata = nlohmann::json::object();  ///< Always an object.
  std::vector<std::string> acl;                        ///< "group:…", "user:…"; empty: the whole tenant.

  bool operator==(const DocumentFacts&) const = default;
};

/// One source item of a collection.
struct Document {
  DocumentId id;
  CollectionId collection;
  std::string external_id;
  DocumentFacts facts;
  BlobId content_hash;  ///< The original bytes in the blob store.
  std::uint64_t byte_size = 0;
  std::uint32_t version =
      1;  ///< Counts replacements; a new version is found once it is indexed, the old one until then.
  std::uint32_t indexed_version = 0;  ///< The version that searches find now; 0: none yet.
  DocumentStatus status = DocumentStatus::queued;
  double progress = 0;  ///< 0..1 of the current version.
  std::string error;    ///< Why it failed, for a person.
  std::uint32_t pages = 0;
  std::uint32_t chunks = 0;
  std::uint64_t tokens = 0;
  TimePoint created_at{};
  TimePoint updated_at{};
};

}  // namespace cairn
