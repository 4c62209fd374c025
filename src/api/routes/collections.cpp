#include "api/routes/collections.h"

#include <algorithm>

#include "api/json/shapes.h"
#include "app/visible_documents.h"
#include "ports/page_cursor.h"

namespace cairn::routes {
namespace {

constexpr std::size_t longest_name = 128;

/// As the catalog has it; the pattern says the same.
bool is_collection_name(std::string_view name) {
  const auto is_bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\'; };
  return !name.empty() && std::ranges::none_of(name, is_bad) && name.front() != ' ' && name.back() != ' ' &&
         name != "." && name != "..";
}

struct NewCollection {
  std::string name, description, embedding_model;
  Chunking chunking;
};

/// Any installed model, by its name.
Shape<std::string> model_shape(const EmbedderSet& embedders) {
  return shape::text().with([&](Schema& schema) {
    for (const EmbeddingModel& model : embedders.models()) schema.choices.push_back(model.id);
    if (schema.choices.empty()) schema.max_length = 0;
  });
}

Shape<NewCollection> new_collection_shape(const EmbedderSet& embedders) {
  return ObjectShape<NewCollection>("CollectionRequest", "A collection to create.")
      .required("name", &NewCollection::name, collection_name_shape(), "Unique in its tenant.")
      .optional("description", &NewCollection::description, shape::text(0, 10'000), "What it is about.")
      .optional("embedding_model", &NewCollection::embedding_model, model_shape(embedders),
                "One model for all documents; without it, one by each document's language.")
      .optional("chunking", &NewCollection::chunking, chunking_shape(), "")
      .example({{"name", "manuals"}, {"description", "Manuals of all products"}})
      .done();
}

Result<http::Response> create(const Services& services, Call& call, NewCollection body) {
  Collection wanted;
  wanted.tenant = call.principal.tenant;
  wanted.name = std::move(body.name);
  wanted.description = std::move(body.description);
  wanted.embedding_model = std::move(body.embedding_model);
  wanted.chunking = std::move(body.chunking);
  CAIRN_TRY(Collection made, services.catalog.create_collection(wanted));
  return json_response(201, collection_shape(), {std::move(made), {}});
}

const Shape<Listing<CountedCollection>>& collections_shape() {
  static const auto made = listing_shape("CollectionList", collection_shape());
  return made;
}

Result<http::Response> list(const Services& services, Call& call) {
  CAIRN_TRY(const std::vector<Collection> all, services.catalog.collections(call.principal.tenant));
  Listing<CountedCollection> listing;
  CAIRN_TRY(const std::string after, page_position(PagedList::collections, call.query.text("cursor")));
  const std::size_t limit = page_limit(call);
  for (const Collection& collection : all) {
    if (collection.name <= after) continue;
    if (listing.items.size() == limit) {
      listing.next_cursor = page_cursor(PagedList::collections, listing.items.back().collection.name);
      break;
    }
    CAIRN_TRY(const CollectionCounts counts, visible_counts(services.catalog, call.principal, collection.id));
    listing.items.push_back({collection, counts});
  }
  return json_response(200, collections_shape(), listing);
}

Result<http::Response> show(const Services& services, Call& call) {
  CAIRN_TRY(Collection collection, named_collection(services, call));
  CAIRN_TRY(const CollectionCounts counts, visible_counts(services.catalog, call.principal, collection.id));
  return json_response(200, collection_shape(), {std::move(collection), counts});
}

Result<http::Response> remove(const Services& services, Call& call) {
  CAIRN_TRY(const Collection collection, named_collection(services, call));
  CAIRN_CHECK(may_delete(services.catalog, call.principal, collection.id));
  CAIRN_CHECK(services.catalog.delete_collection(collection.id));
  return no_content();
}

Handler bind(const Services& services, Result<http::Response> (*handle)(const Services&, Call&)) {
  return [&services, handle](Call& call) { return handle(services, call); };
}

}  // namespace

Shape<std::string> collection_name_shape() {
  return shape::text(1, longest_name).with([](Schema& schema) {
    schema.pattern = R"(^[^ \x00-\x1f\x7f/\\]([^\x00-\x1f\x7f/\\]*[^ \x00-\x1f\x7f/\\])?$)";
    schema.matches = is_collection_name;
    schema.pattern_in_words =
        "1 to 128 characters without slashes, control characters, or spaces at its ends, and neither . nor ..";
    schema.literal = {{"not", {{"enum", {".", ".."}}}}};
    schema.example = "manuals";
  });
}

Result<Collection> named_collection(const Services& services, const Call& call) {
  const std::string& name = call.parameter("name");
  auto found = services.catalog.collection(call.principal.tenant, name);
  if (!found && found.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found, "there is no collection '" + name +
                                          "': create it with POST /v1/collections, or see GET /v1/collections");
  return found;
}

void add_collections(RouteTable& table, const Services& services) {
  const auto body = new_collection_shape(services.embedders);
  table.add({.method = "POST",
             .path = "/v1/collections",
             .access = Access::ingest,
             .id = "create_collection",
             .tag = "Collections",
             .summary = "Create an empty collection",
             .bodies = {json_body(body)},
             .replies = {answers(201, collection_shape(), "It was created.")},
             .problems = {{409, "The name is taken."}},
             .handle = with_body(body, [&services](Call& call, NewCollection wanted) {
               return create(services, call, std::move(wanted));
             })});
  table.add({.method = "GET",
             .path = "/v1/collections",
             .access = Access::query_or_ingest,
             .id = "list_collections",
             .tag = "Collections",
             .summary = "List collections by name",
             .query = page_parameters(),
             .replies = {answers(200, collections_shape(), "")},
             .handle = bind(services, list)});
  table.add({.method = "GET",
             .path = "/v1/collections/{name}",
             .access = Access::query_or_ingest,
             .id = "get_collection",
             .tag = "Collections",
             .summary = "What a collection holds",
             .replies = {answers(200, collection_shape(), "")},
             .handle = bind(services, show)});
  table.add({.method = "DELETE",
             .path = "/v1/collections/{name}",
             .access = Access::ingest,
             .id = "delete_collection",
             .tag = "Collections",
             .summary = "Delete a collection with all its documents",
             .replies = {answers_nothing(204, "It is gone.")},
             .handle = bind(services, remove)});
}

}  // namespace cairn::routes
