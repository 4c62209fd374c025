#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/schema.h"
#include "base/cancel.h"
#include "domain/search.h"

namespace cairn::mcp {

struct AskArguments {
  std::string question;
  std::vector<std::string> collections;
  nlohmann::json filter;  ///< Null: none.
  std::size_t limit = 10;
  std::string generator;  ///< Empty: the default.
};

struct FetchedDocument {
  Json document;  ///< As GET /v1/documents/{id} has it.
  std::string text;
};

/// What the tools need done for one caller, in the API's objects: by the use cases here, or by a server elsewhere.
/// `cancel` stops the work. Errors: those of the use cases.
class ToolBackend {
 public:
  virtual ~ToolBackend() = default;

  virtual Result<Json> search(const SearchRequest& request, const CancelToken& cancel) = 0;

  /// `on_text` is given pieces of the answer as they come; may be empty, and may never be called.
  virtual Result<Json> ask(const AskArguments& arguments, const CancelToken& cancel,
                           const std::function<void(std::string_view)>& on_text) = 0;

  virtual Result<FetchedDocument> document(const std::string& id, const CancelToken& cancel) = 0;

  /// All of the caller's collections, as a list.
  virtual Result<Json> collections(const CancelToken& cancel) = 0;
};

}  // namespace cairn::mcp
