#include "api/routes/upload_reply.h"

#include <algorithm>
#include <memory>

#include "api/json/shapes.h"
#include "app/visible_documents.h"
#include "base/trace.h"

namespace cairn::routes {
namespace {

UploadedDocument uploaded(const StoredSource& source, const RegisteredDocument& registered) {
  UploadedDocument document;
  document.id = registered.id;
  document.external_id = source.external_id;
  document.version = registered.version;
  document.content_hash = source.content_hash;
  document.status = registered.status;
  document.task = registered.task;
  document.unchanged = registered.unchanged;
  return document;
}

bool has_ended(DocumentStatus status) { return status == DocumentStatus::indexed || status == DocumentStatus::failed; }

/// A version that was replaced while it waited: only its task knows what became of it.
void note_replaced(const Catalog& catalog, UploadedDocument& document) {
  if (document.task.empty()) return;  // It was indexed already.
  const auto task = catalog.task(document.task);
  const bool was_indexed = task && task->status == TaskStatus::succeeded;
  document.status = was_indexed ? DocumentStatus::indexed : DocumentStatus::failed;
  if (!was_indexed) document.error = "a newer version was registered before this one was indexed";
}

/// What has become of the documents by now.
http::Response outcome(const Services& services, UploadedDocuments uploaded) {
  bool ended = true;
  for (UploadedDocument& document : uploaded.documents) {
    const auto now = services.catalog.document(document.id);
    if (!now) continue;  // Deleted meanwhile: it ended with what was registered.
    if (now->version != document.version) {
      note_replaced(services.catalog, document);
      continue;
    }
    document.status = now->status;
    document.error = now->error;
    document.chunks = now->chunks;
    document.tokens = now->tokens;
    ended = ended && has_ended(now->status);
  }
  return json_response(ended ? 200 : 202, uploaded_documents_shape(), uploaded);
}

/// A reply that waits for its tasks. It holds no thread: the hub calls when they have ended.
struct WaitingReply {
  UploadedDocuments documents;
  std::function<void(http::Response)> reply;
  std::unique_ptr<EventHub::Wait> wait;  ///< Kept until the call.
  std::shared_ptr<Trace> trace;          ///< May be null.
  std::chrono::nanoseconds began{};
};

http::Response once_ended(const Services& services, std::shared_ptr<Trace> trace, UploadedDocuments documents) {
  const auto waiting = std::make_shared<WaitingReply>();
  waiting->documents = std::move(documents);
  waiting->trace = std::move(trace);
  waiting->began = services.clock.monotonic();
  http::Response response;
  response.body = http::Later([&services, waiting](std::function<void(http::Response)> reply) {
    waiting->reply = std::move(reply);
    std::vector<TaskId> tasks;
    for (const UploadedDocument& document : waiting->documents.documents)
      if (!document.task.empty()) tasks.push_back(document.task);
    waiting->wait = services.events.when_ended(std::move(tasks), services.uploads.max_wait, [&services, waiting](bool) {
      if (waiting->trace) waiting->trace->add("upload.wait", waiting->began, services.clock.monotonic());
      http::Response ready;  // The hub's thread has others to serve: looking at many documents is work for a handler.
      ready.body = http::Later([&services, waiting](const std::function<void(http::Response)>& reply) {
        reply(outcome(services, std::move(waiting->documents)));
      });
      waiting->reply(std::move(ready));
    });
  });
  return response;
}

}  // namespace

const Shape<UploadedDocuments>& uploaded_documents_shape() {
  using U = UploadedDocument;
  const auto task = shape::id<TaskTag>(shape::text_or_null());
  static const auto document =
      ObjectShape<U>("UploadedDocument", "What became of a document that was sent.")
          .required("id", &U::id, shape::id<DocumentTag>(shape::text()), "")
          .required("external_id", &U::external_id, shape::text(), "")
          .required("content_hash", &U::content_hash, shape::id<BlobTag>(shape::text()), "SHA-256 of its bytes.")
          .required("status", &U::status, document_status_shape(), "")
          .required("task_id", &U::task, task, "That indexes it; null when there is nothing to do.")
          .required("unchanged", &U::unchanged, shape::boolean(), "The same bytes and facts were there already.")
          .required("error", &U::error, shape::text_or_null(), "Why it failed; with `wait`.")
          .written_if_any(
              "chunks", shape::nullable(shape::count<std::uint32_t>()), [](const U& u) { return u.chunks; },
              "With `wait`.")
          .written_if_any(
              "tokens", shape::nullable(shape::count<std::uint64_t>()), [](const U& u) { return u.tokens; },
              "With `wait`.")
          .done();
  static const auto made = ObjectShape<UploadedDocuments>("UploadedDocuments", "In the order in which they were sent.")
                               .required("documents", &UploadedDocuments::documents, shape::list(document), "")
                               .done();
  return made;
}

Result<http::Response> register_upload(const Services& services, const Call& call, const Collection& collection,
                                       std::vector<StoredSource> sources) {
  for (const StoredSource& source : sources)
    CAIRN_CHECK(may_replace(services.catalog, call.principal, collection.id, source.external_id));
  const auto priority = static_cast<int>(call.query.integer("priority").value_or(default_priority));
  ScopedSpan span(call.request.trace.get(), "ingest.register");
  span.set("documents", sources.size());
  CAIRN_TRY(const std::vector<RegisteredDocument> registered,
            span.watch(register_stored_sources(services.catalog, services.blobs, collection.id, sources, priority)));
  span.end();
  UploadedDocuments documents;
  for (std::size_t i = 0; i < sources.size(); ++i) documents.documents.push_back(uploaded(sources[i], registered[i]));
  if (call.query.flag("wait")) return once_ended(services, call.request.trace, std::move(documents));
  return json_response(202, uploaded_documents_shape(), documents);
}

}  // namespace cairn::routes
