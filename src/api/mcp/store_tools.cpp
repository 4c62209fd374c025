#include "api/mcp/store_tools.h"

#include <utility>

#include "api/json/shapes.h"
#include "app/read_document.h"
#include "app/visible_documents.h"

namespace cairn::mcp {

Result<Json> StoreTools::search(const SearchRequest& request, const CancelToken&) {
  SearchRequest wanted = request;
  wanted.trace = trace_;
  CAIRN_TRY(const SearchResponse response, ports_.searcher.search(principal_, wanted));
  return to_json(response);
}

Result<Json> StoreTools::ask(const AskArguments& arguments, const CancelToken& cancel,
                             const std::function<void(std::string_view)>& on_text) {
  AnswerRequest wanted;
  wanted.question = arguments.question;
  wanted.collections = arguments.collections;
  wanted.filter = arguments.filter;
  wanted.limit = arguments.limit;
  wanted.generator = arguments.generator.empty() ? ports_.generator : arguments.generator;
  wanted.cancel = cancel;
  wanted.trace = trace_;
  CAIRN_TRY(const Answer answer, ports_.answers.answer(principal_, wanted, on_text));
  return to_json(answer);
}

Result<FetchedDocument> StoreTools::document(const std::string& id, const CancelToken&) {
  CAIRN_TRY(const Document document, visible_document(ports_.catalog, principal_, DocumentId(id)));
  CAIRN_TRY(IndexedText indexed, read_indexed_text(ports_.catalog, ports_.blobs, document));
  return FetchedDocument{to_json(document), std::move(indexed.text)};
}

Result<Json> StoreTools::collections(const CancelToken& cancel) {
  CAIRN_TRY(const std::vector<Collection> all, ports_.catalog.collections(principal_.tenant));
  Json list = Json::array();
  for (const Collection& collection : all) {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "the request was cancelled");
    CAIRN_TRY(const CollectionCounts counts, visible_counts(ports_.catalog, principal_, collection.id));
    list.push_back(to_json(collection, counts));
  }
  return list;
}

}  // namespace cairn::mcp
