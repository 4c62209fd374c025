#include "api/routes/uploads.h"

#include <chrono>
#include <memory>
#include <optional>

#include "api/routes/collections.h"
#include "api/routes/multipart.h"
#include "api/routes/problem.h"
#include "api/routes/upload_entry.h"
#include "api/routes/upload_reply.h"
#include "base/sha256.h"
#include "base/trace.h"

namespace cairn::routes {
namespace {

// A blob that nothing names yet is garbage after a quarter of an hour; what waits longer for the end of a slow upload
// is renewed before it is registered.
constexpr std::chrono::minutes renewed_after{5};

constexpr std::string_view no_particular_type = "application/octet-stream";

/// A file whose bytes are in the blob store.
struct StoredFile {
  std::string name;  ///< As given.
  std::string media_type;
  BlobId hash;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds stored_at{};
};

/// Stores again what is stored: whoever collects garbage sees that it is about to be named.
Result<void> renew(const Services& services, const StoredFile& file) {
  if (services.clock.monotonic() - file.stored_at < renewed_after) return {};
  CAIRN_TRY(const BlobView view, services.blobs.open(file.hash));
  CAIRN_CHECK(put_blob(services.blobs, view.bytes()));
  return {};
}

/// What an upload takes off its sender's quotas. It ends when its documents are registered, or given up.
class Admission {
 public:
  Admission(Quotas* quotas, Principal principal) : quotas_(quotas), principal_(std::move(principal)) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  ~Admission() {
    if (quotas_ != nullptr) quotas_->settle(principal_.tenant, documents_, bytes_);
  }

  Result<void> take(std::uint64_t documents, std::uint64_t bytes) {
    if (quotas_ == nullptr) return {};
    CAIRN_CHECK(quotas_->admit(principal_, documents, bytes));
    documents_ += documents;
    bytes_ += bytes;
    return {};
  }

 private:
  Quotas* quotas_;
  const Principal principal_;
  std::uint64_t documents_ = 0, bytes_ = 0;
};

/// Takes a multipart upload: each file goes to the blob store as it comes, and all are registered at the end.
class UploadSink final : public http::BodySink, private PartReceiver {
 public:
  UploadSink(const Services& services, Call call, const std::string& boundary)
      : services_(services),
        call_(std::move(call)),
        admission_(services.quotas, call_.principal),
        parser_(boundary, *this) {}

  /// After a part that is too large the rest is read and forgotten: browsers hear nothing of a reply that comes before
  /// they have sent everything.
  Result<void> take(std::string_view bytes) override {
    if (too_large_) return {};
    CAIRN_CHECK(find_collection());
    auto taken = parser_.take(bytes);
    if (!too_large_) return taken;
    writer_.reset();
    return {};
  }

  http::Response finish(http::Request& request) override {
    if (too_large_) return problem_response(request, 413, *too_large_);
    auto response = register_all();
    return response ? std::move(*response) : problem_response(request, 0, response.error());
  }

 private:
  Result<void> find_collection() {
    if (collection_) return {};
    began_ = services_.clock.monotonic();
    CAIRN_TRY(collection_, named_collection(services_, call_));
    return {};
  }

  Result<void> begin_part(PartHead head) override {
    in_metadata_ = head.name == "metadata";
    if (in_metadata_) {
      if (metadata_) return fail(ErrorKind::invalid, "the upload has two parts `metadata`: send one");
      metadata_.emplace();
      return {};
    }
    if (head.name != "file")
      return fail(ErrorKind::invalid, "the upload has a part `" + head.name + "`; there are `file` and `metadata`");
    if (files_.size() >= services_.uploads.max_files)
      return fail(ErrorKind::invalid, "the upload has more than " + std::to_string(services_.uploads.max_files) +
                                          " files: send them in several requests");
    CAIRN_CHECK(admission_.take(1, 0));
    if (head.media_type == no_particular_type) head.media_type.clear();
    files_.push_back({.name = std::move(head.file_name), .media_type = std::move(head.media_type)});
    CAIRN_TRY(writer_, services_.blobs.create());
    return {};
  }

  Result<void> part_bytes(std::string_view bytes) override {
    if (in_metadata_) {
      if (metadata_->size() + bytes.size() > services_.uploads.max_json_bytes)
        return too_large("the part `metadata` is too large: send fewer files at once");
      metadata_->append(bytes);
      return {};
    }
    CAIRN_CHECK(admission_.take(0, bytes.size()));
    files_.back().bytes += bytes.size();
    if (files_.back().bytes > services_.uploads.max_file_bytes)
      return too_large("the file '" + harmless(files_.back().name, 256) + "' has more than the " +
                       std::to_string(services_.uploads.max_file_bytes) +
                       " bytes that are allowed: send a smaller one");
    return writer_->append(as_bytes(bytes));
  }

  Result<void> end_part() override {
    if (in_metadata_) return {};
    CAIRN_TRY(files_.back().hash, writer_->finish());
    writer_.reset();
    files_.back().stored_at = services_.clock.monotonic();
    return {};
  }

  std::unexpected<Error> too_large(std::string why) {
    too_large_ = Error{ErrorKind::invalid, std::move(why)};
    return fail(*too_large_);
  }

  Result<http::Response> register_all() {
    CAIRN_CHECK(find_collection());
    CAIRN_CHECK(parser_.finish());
    if (files_.empty()) return fail(ErrorKind::invalid, "the upload has no part `file`: send at least one");
    std::vector<UploadEntry> entries(files_.size());
    if (metadata_) { CAIRN_TRY(entries, read_upload_metadata(*metadata_, files_.size())); }
    std::vector<StoredSource> sources;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      StoredFile& file = files_[i];
      CAIRN_CHECK(renew(services_, file));
      std::string external_id;
      if (entries[i].external_id) external_id = std::move(*entries[i].external_id);
      else { CAIRN_TRY(external_id, external_id_of_file(file.name, i + 1)); }
      StoredSource source{.external_id = std::move(external_id), .facts = entries[i].facts()};
      source.facts.media_type = std::move(file.media_type);
      source.facts.file_name = safe_file_name(file.name);
      source.content_hash = std::move(file.hash);
      source.byte_size = file.bytes;
      source.keeps_acl = !entries[i].acl;
      sources.push_back(std::move(source));
    }
    if (Trace* trace = call_.request.trace.get()) trace->add("ingest.store", began_, services_.clock.monotonic());
    return register_upload(services_, call_, *collection_, std::move(sources));
  }

  const Services& services_;
  Call call_;
  Admission admission_;
  MultipartParser parser_;
  std::optional<Collection> collection_;
  std::chrono::nanoseconds began_{};  ///< When its first bytes came.
  std::vector<StoredFile> files_;
  std::unique_ptr<BlobWriter> writer_;
  std::optional<std::string> metadata_;
  bool in_metadata_ = false;
  std::optional<Error> too_large_;  ///< Why nothing of the upload will be kept.
};

Result<std::unique_ptr<http::BodySink>> open_upload(const Services& services, Call call) {
  CAIRN_TRY(const std::string boundary, multipart_boundary(call.request.headers.get("Content-Type")));
  return std::make_unique<UploadSink>(services, std::move(call), boundary);
}

Result<http::Response> take_texts(const Services& services, Call& call, TextDocuments body) {
  CAIRN_TRY(const Collection collection, named_collection(services, call));
  std::vector<StoredSource> sources;
  std::uint64_t bytes = 0;
  for (const UploadEntry& entry : body.documents) bytes += entry.text.size();
  Admission admission(services.quotas, call.principal);
  CAIRN_CHECK(admission.take(body.documents.size(), bytes));
  ScopedSpan storing(call.request.trace.get(), "ingest.store");
  for (UploadEntry& entry : body.documents) {
    StoredSource source{.external_id = {}, .facts = entry.facts()};
    source.facts.media_type = "text/plain";
    source.byte_size = entry.text.size();
    source.keeps_acl = !entry.acl;
    CAIRN_TRY(source.content_hash, put_blob(services.blobs, as_bytes(entry.text)));
    source.external_id = entry.external_id.value_or(source.content_hash.value());
    std::string().swap(entry.text);
    sources.push_back(std::move(source));
  }
  storing.end();
  return register_upload(services, call, collection, std::move(sources));
}

}  // namespace

void add_uploads(RouteTable& table, const Services& services) {
  BodyForm texts = json_body(text_documents_shape());
  texts.max_bytes = services.uploads.max_json_bytes;
  BodyForm files{.media_type = "multipart/form-data",
                 .schema = multipart_schema(),
                 .open = [&services](Call call) { return open_upload(services, std::move(call)); },
                 .max_bytes = services.uploads.max_request_bytes,
                 .encoding = {{"metadata", {{"contentType", "application/json"}}}}};
  table.add(
      {.method = "POST",
       .path = "/v1/collections/{name}/documents",
       .access = Access::ingest,
       .id = "upload_documents",
       .tag = "Documents",
       .summary = "Send documents, as files or as text; they are indexed in the background",
       .query = {parameter("wait", shape::boolean(), "Answer when all have ended."),
                 parameter("priority", shape::integer<std::int64_t>(0, 9), "0 first, 9 last; 5 when it is left out.")},
       .bodies = {std::move(texts), std::move(files)},
       .replies = {answers(202, uploaded_documents_shape(), "They are registered, and are indexed in the background."),
                   answers(200, uploaded_documents_shape(), "With `wait`: all have ended.")},
       .handle = with_body(text_documents_shape(), [&services](Call& call, TextDocuments body) {
         return take_texts(services, call, std::move(body));
       })});
}

}  // namespace cairn::routes
