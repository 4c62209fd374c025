#include "api/routes/documents.h"

#include <algorithm>
#include <optional>

#include "api/json/shapes.h"
#include "api/routes/collections.h"
#include "api/routes/document_file.h"
#include "api/routes/task_view.h"
#include "api/routes/upload_entry.h"
#include "app/read_document.h"
#include "app/visible_documents.h"
#include "base/utf8.h"
#include "ports/page_cursor.h"

namespace cairn::routes {
namespace {

constexpr int attempts_to_change = 5;  // Each needs somebody else to change the same document in between.

struct DocumentChange {
  std::optional<std::string> title;
  std::optional<nlohmann::json> metadata;
  std::optional<std::vector<std::string>> acl;
};

struct Deletion {
  DocumentId id;
  TaskId task;
};

struct ShownChunk {
  IndexedText::Chunk chunk;
  std::string text;
};

const Shape<DocumentChange>& change_shape() {
  using C = DocumentChange;
  static const auto made =
      ObjectShape<C>("DocumentChangeRequest", "What is left out stays as it is.")
          .optional("title", &C::title, shape::maybe(title_shape()), "")
          .optional("metadata", &C::metadata, shape::maybe(metadata_shape()), "Takes the place of all of it.")
          .optional("acl", &C::acl, shape::maybe(acl_shape()), "Holds at once. Empty: the whole tenant may see it.")
          .example({{"title", "Price list"}, {"acl", {"group:sales"}}})
          .done();
  return made;
}

const Shape<Deletion>& deletion_shape() {
  static const auto made =
      ObjectShape<Deletion>("Deletion", "A document that is about to disappear.")
          .required("id", &Deletion::id, shape::id<DocumentTag>(shape::text()), "")
          .required("task_id", &Deletion::task, shape::id<TaskTag>(shape::text()), "That removes it.")
          .done();
  return made;
}

const Shape<Listing<ShownChunk>>& chunks_shape() {
  using S = ShownChunk;
  static const auto chunk =
      ObjectShape<S>("Chunk", "A chunk of the indexed version.")
          .written(
              "chunk_id", shape::text(), [](const S& s) { return s.chunk.id; }, "")
          .written(
              "span", span_shape(), [](const S& s) { return s.chunk.span; }, "In the canonical text.")
          .written(
              "page", shape::count_or_null<std::uint32_t>(), [](const S& s) { return s.chunk.page; }, "")
          .written(
              "heading_path", shape::list(shape::text()), [](const S& s) { return s.chunk.heading_path; }, "")
          .written(
              "text", shape::text(), [](const S& s) { return s.text; }, "The canonical text of the span.")
          .done();
  static const auto made = listing_shape("ChunkList", chunk);
  return made;
}

const Shape<Listing<Document>>& documents_shape() {
  static const auto made = listing_shape("DocumentList", document_shape());
  return made;
}

Result<Document> wanted_document(const Services& services, const Call& call) {
  const std::string& id = call.parameter("id");
  auto found = visible_document(services.catalog, call.principal, DocumentId(id));
  if (!found && found.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found,
                "there is no document '" + id + "': see GET /v1/collections/{name}/documents for those that there are");
  return found;
}

Result<http::Response> list(const Services& services, Call& call) {
  CAIRN_TRY(const Collection collection, named_collection(services, call));
  DocumentFilter filter{.collection = collection.id,
                        .status = {},
                        .text = call.query.text("q"),
                        .cursor = call.query.text("cursor"),
                        .limit = page_limit(call)};
  if (call.query.has("status")) {
    nlohmann::json name = call.query.text("status");
    document_status_shape().read(name, filter.status.emplace());
  }
  CAIRN_TRY(Page<Document> page, visible_documents(services.catalog, call.principal, std::move(filter)));
  return json_response(200, documents_shape(), {std::move(page.items), std::move(page.next_cursor)});
}

Result<http::Response> show(const Services& services, Call& call) {
  CAIRN_TRY(const Document document, wanted_document(services, call));
  return json_response(200, document_shape(), document);
}

Result<http::Response> text(const Services& services, Call& call) {
  CAIRN_TRY(const Document document, wanted_document(services, call));
  CAIRN_TRY(IndexedText indexed, read_indexed_text(services.catalog, services.blobs, document));
  http::Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(indexed.text);
  return response;
}

Result<http::Response> chunks(const Services& services, Call& call) {
  CAIRN_TRY(const Document document, wanted_document(services, call));
  CAIRN_TRY(const IndexedText indexed, read_indexed_text(services.catalog, services.blobs, document));
  CAIRN_TRY(const std::int64_t position, page_position(PagedList::chunks, call.query.text("cursor"), 0));
  const auto first = static_cast<std::size_t>(position);
  const utf8::CodePointIndex index(indexed.text);
  const std::size_t last = std::min(indexed.chunks.size(), first + page_limit(call));
  Listing<ShownChunk> listing;
  for (std::size_t i = first; i < last; ++i)
    listing.items.push_back({indexed.chunks[i], std::string(index.slice(indexed.chunks[i].span))});
  if (last < indexed.chunks.size())
    listing.next_cursor = page_cursor(PagedList::chunks, static_cast<std::int64_t>(last));
  return json_response(200, chunks_shape(), listing);
}

Result<http::Response> file(const Services& services, Call& call) {
  CAIRN_TRY(const Document document, wanted_document(services, call));
  return document_file(services, call.request, document);
}

/// The document as it would be registered again, unless somebody else is faster.
NewDocument same_again(const Document& document) {
  return {.external_id = document.external_id,
          .facts = document.facts,
          .content_hash = document.content_hash,
          .byte_size = document.byte_size,
          .only_if_version = document.version};
}

/// A new version of the same bytes. When somebody else was faster, what they made is changed.
Result<http::Response> change(const Services& services, Call& call, const DocumentChange& wanted) {
  for (int attempt = 1;; ++attempt) {
    CAIRN_TRY(Document document, wanted_document(services, call));
    NewDocument changed = same_again(document);
    if (wanted.title) changed.facts.title = *wanted.title;
    if (wanted.metadata) changed.facts.metadata = *wanted.metadata;
    if (wanted.acl) changed.facts.acl = *wanted.acl;
    const bool is_same = changed.facts == document.facts;
    if (!is_same) {
      const auto registered =
          services.catalog.register_documents(document.collection, {std::move(changed)}, default_priority);
      const bool lost = !registered && registered.error().kind == ErrorKind::conflict;
      if (lost && attempt < attempts_to_change) continue;
      if (!registered) return fail(registered.error());
    }
    CAIRN_TRY(document, services.catalog.document(document.id));
    return json_response(is_same ? 200 : 202, document_shape(), document);
  }
}

/// Extracts and indexes the stored bytes anew. When somebody else was faster, what they made is ingested.
Result<http::Response> ingest(const Services& services, Call& call) {
  for (int attempt = 1;; ++attempt) {
    CAIRN_TRY(Document document, wanted_document(services, call));
    const auto registered =
        services.catalog.register_documents(document.collection, {same_again(document)}, default_priority);
    const bool lost = !registered && registered.error().kind == ErrorKind::conflict;
    if (lost && attempt < attempts_to_change) continue;
    if (!registered) return fail(registered.error());
    CAIRN_TRY(document, services.catalog.document(document.id));
    return json_response(202, document_shape(), document);
  }
}

Result<http::Response> remove(const Services& services, Call& call) {
  CAIRN_TRY(const Document document, wanted_document(services, call));
  CAIRN_TRY(TaskId task, services.catalog.request_deletion(document.id, default_priority));
  return json_response(202, deletion_shape(), {document.id, std::move(task)});
}

Handler bind(const Services& services, Result<http::Response> (*handle)(const Services&, Call&)) {
  return [&services, handle](Call& call) { return handle(services, call); };
}

std::vector<Parameter> list_parameters() {
  std::vector<Parameter> parameters{
      parameter("status", document_status_shape(), "Only these."),
      parameter("q", shape::text(1, 1'000), "Only those with this in their title or external id.")};
  for (Parameter& parameter : page_parameters()) parameters.push_back(std::move(parameter));
  return parameters;
}

Parameter id_parameter() { return parameter("id", object_id_shape(), "Of the document."); }

/// A GET below a document.
Route reading(const Services& services, const char* below, const char* id, const char* summary, Reply reply,
              Result<http::Response> (*handle)(const Services&, Call&), Access access = Access::query) {
  return {.path = std::string("/v1/documents/{id}") + below,
          .access = access,
          .id = id,
          .tag = "Documents",
          .summary = summary,
          .path_parameters = {id_parameter()},
          .replies = {std::move(reply)},
          .handle = bind(services, handle)};
}

void add_reading(RouteTable& table, const Services& services) {
  table.add({.path = "/v1/collections/{name}/documents",
             .access = Access::query_or_ingest,
             .id = "list_documents",
             .tag = "Documents",
             .summary = "List the documents of a collection by external id",
             .query = list_parameters(),
             .replies = {answers(200, documents_shape(), "")},
             .handle = bind(services, list)});
  table.add(reading(services, "", "get_document", "Everything known about a document",
                    answers(200, document_shape(), ""), show, Access::query_or_ingest));
  table.add(reading(services, "/text", "get_document_text", "The canonical text of the indexed version",
                    {.status = 200, .description = "The text.", .media_type = "text/plain"}, text));
  Route chunk_route = reading(services, "/chunks", "list_chunks", "The chunks of the indexed version, in order",
                              answers(200, chunks_shape(), ""), chunks);
  chunk_route.query = page_parameters();
  table.add(std::move(chunk_route));
  Route file_route = reading(services, "/file", "get_document_file", "The original bytes",
                             {.status = 200, .description = "The file.", .media_type = "*/*"}, file);
  file_route.replies.push_back({.status = 206, .description = "A part of it.", .media_type = "*/*"});
  file_route.replies.push_back(answers_nothing(304, "It is what the client has."));
  file_route.replies.push_back(answers_nothing(416, "It has no such part."));
  table.add(std::move(file_route));
}

}  // namespace

void add_documents(RouteTable& table, const Services& services) {
  add_reading(table, services);
  table.add({.method = "PATCH",
             .path = "/v1/documents/{id}",
             .access = Access::ingest,
             .id = "change_document",
             .tag = "Documents",
             .summary = "Change the title, metadata or ACL of a document",
             .path_parameters = {id_parameter()},
             .bodies = {json_body(change_shape())},
             .replies = {answers(200, document_shape(), "It was so already."),
                         answers(202, document_shape(), "It is so; searches find the new version once it is indexed.")},
             .problems = {{409, "Others change it all the time."}},
             .handle = with_body(change_shape(), [&services](Call& call, const DocumentChange& wanted) {
               return change(services, call, wanted);
             })});
  table.add({.method = "POST",
             .path = "/v1/documents/{id}/ingest",
             .access = Access::ingest,
             .id = "ingest_document",
             .tag = "Documents",
             .summary = "Extract and index the stored bytes of a document anew",
             .path_parameters = {id_parameter()},
             .replies = {answers(202, document_shape(), "It waits for its turn; until then the old version is found.")},
             .problems = {{409, "Others change it all the time."}},
             .handle = bind(services, ingest)});
  table.add({.method = "DELETE",
             .path = "/v1/documents/{id}",
             .access = Access::ingest,
             .id = "delete_document",
             .tag = "Documents",
             .summary = "Delete a document",
             .path_parameters = {id_parameter()},
             .replies = {answers(202, deletion_shape(), "It disappears in the background.")},
             .handle = bind(services, remove)});
}

}  // namespace cairn::routes
