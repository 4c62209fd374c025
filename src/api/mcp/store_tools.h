#pragma once

#include <string>

#include "api/mcp/tool_backend.h"
#include "app/answer_question.h"
#include "app/search.h"
#include "domain/principal.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn::mcp {

/// What the tools work with; everything must outlive them.
struct ToolPorts {
  const Catalog& catalog;
  const BlobStore& blobs;
  const Searcher& searcher;
  const AnswerQuestion& answers;
  std::string generator;  ///< The default.
};

/// The tools on the use cases: the principal sees and may do here what it may over the API, and nothing else.
class StoreTools final : public ToolBackend {
 public:
  /// `trace` may be null.
  StoreTools(ToolPorts ports, Principal principal, Trace* trace)
      : ports_(std::move(ports)), principal_(std::move(principal)), trace_(trace) {}

  Result<Json> search(const SearchRequest& request, const CancelToken& cancel) override;
  Result<Json> ask(const AskArguments& arguments, const CancelToken& cancel,
                   const std::function<void(std::string_view)>& on_text) override;
  Result<FetchedDocument> document(const std::string& id, const CancelToken& cancel) override;
  Result<Json> collections(const CancelToken& cancel) override;

 private:
  ToolPorts ports_;
  Principal principal_;
  Trace* trace_;
};

}  // namespace cairn::mcp
