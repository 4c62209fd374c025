#include "app/visible_documents.h"

#include <map>
#include <utility>

namespace cairn {
namespace {

std::unexpected<Error> no_such_document(const DocumentId& id) {
  return fail(ErrorKind::not_found,
              "there is no document '" + harmless(id.value(), 64) + "': see the list of documents");
}

/// Whether the document is there and its ACL lets the principal see it.
Result<bool> is_visible(const Catalog& catalog, const Principal& principal, const DocumentId& id) {
  const auto document = catalog.document(id);
  if (document) return may_see(principal, document->facts.acl);
  if (document.error().kind == ErrorKind::not_found) return false;
  return fail(document.error());
}

}  // namespace

Result<Document> visible_document(const Catalog& catalog, const Principal& principal, const DocumentId& id) {
  auto document = catalog.document(id);
  if (!document && document.error().kind != ErrorKind::not_found) return document;
  if (!document || !may_see(principal, document->facts.acl)) return no_such_document(id);
  const auto collection = catalog.collection(document->collection);
  if (!collection && collection.error().kind != ErrorKind::not_found) return fail(collection.error());
  if (!collection || collection->tenant != principal.tenant) return no_such_document(id);
  return document;
}

Result<Page<Document>> visible_documents(const Catalog& catalog, const Principal& principal, DocumentFilter filter) {
  filter.visible_to = viewer_groups(principal);
  return catalog.documents(filter);
}

Result<CollectionCounts> visible_counts(const Catalog& catalog, const Principal& principal, const CollectionId& id) {
  return principal.is_owner ? catalog.counts(id) : catalog.visible_counts(id, principal.groups);
}

Result<void> may_replace(const Catalog& catalog, const Principal& principal, const CollectionId& collection,
                         std::string_view external_id) {
  if (principal.is_owner) return {};
  const auto document = catalog.document(document_id(collection, external_id));
  if (!document && document.error().kind != ErrorKind::not_found) return fail(document.error());
  if (!document || may_see(principal, document->facts.acl)) return {};
  return fail(ErrorKind::not_found, "there is no document '" + harmless(external_id, 256) +
                                        "' that you may replace: choose another external id");
}

Result<void> may_delete(const Catalog& catalog, const Principal& principal, const CollectionId& collection) {
  if (principal.is_owner) return {};
  constexpr std::size_t page_size = 1000;
  DocumentFilter all{.collection = collection, .status = {}, .text = {}, .cursor = {}, .limit = page_size};
  do {
    CAIRN_TRY(const Page<Document> page, catalog.documents(all));
    for (const Document& document : page.items)
      if (!may_see(principal, document.facts.acl))
        return fail(ErrorKind::forbidden, "the collection holds what you may not delete: ask an administrator");
    all.cursor = page.next_cursor;
  } while (!all.cursor.empty());
  return {};
}

std::optional<std::vector<std::string>> viewer_groups(const Principal& principal) {
  if (principal.is_owner) return std::nullopt;
  return principal.groups;
}

Result<void> drop_hidden_hits(const Catalog& catalog, const Principal& principal, FoundChunks& found) {
  if (principal.is_owner) return {};
  std::map<DocumentId, bool> seen;
  FoundChunks kept;
  for (std::size_t i = 0; i < found.response.hits.size(); ++i) {
    Hit& hit = found.response.hits[i];
    auto known = seen.find(hit.document);
    if (known == seen.end()) {
      CAIRN_TRY(const bool visible, is_visible(catalog, principal, hit.document));
      known = seen.emplace(hit.document, visible).first;
    }
    if (!known->second) continue;
    kept.response.hits.push_back(std::move(hit));
    kept.places.push_back(found.places[i]);
  }
  found.response.hits = std::move(kept.response.hits);
  found.places = std::move(kept.places);
  return {};
}

}  // namespace cairn
