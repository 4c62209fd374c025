#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/json/shape.h"
#include "domain/document.h"

namespace cairn::routes {

/// What a client says about a document, and its text where it sends that as JSON.
struct UploadEntry {
  std::optional<std::string> external_id;
  std::string title, url, language;
  nlohmann::json metadata = nlohmann::json::object();
  std::optional<std::vector<std::string>> acl;  ///< Not given: that of what it replaces, or the whole tenant.
  std::string text;

  DocumentFacts facts() const;
};

/// {"documents": […]}
struct TextDocuments {
  std::vector<UploadEntry> documents;
};
const Shape<TextDocuments>& text_documents_shape();

/// A multipart upload, as OpenAPI describes it.
std::shared_ptr<const Schema> multipart_schema();

// Fields that a client may set, and change later.
Shape<std::string> title_shape();
Shape<nlohmann::json> metadata_shape();
Shape<std::vector<std::string>> acl_shape();

/// The `metadata` part of a multipart upload: an object about all files, or a list aligned with them. The members
/// external_id, title, url, language, acl and metadata are Cairn's; all others are the document's metadata. Errors:
/// `invalid`, also for a list of another length, and for one external id for several files.
Result<std::vector<UploadEntry>> read_upload_metadata(const std::string& part, std::size_t files);

/// The external id of a file that has no other: its name as given. Errors: `invalid`, with the file's position.
Result<std::string> external_id_of_file(const std::string& name, std::size_t position);

/// The name of a file without its path and without what cannot be shown; may be empty.
std::string safe_file_name(std::string_view given);

}  // namespace cairn::routes
