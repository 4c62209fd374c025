#pragma once

#include <utility>

#include "api/cli/remote.h"
#include "api/mcp/tool_backend.h"

namespace cairn::cli {

/// The tools on a server elsewhere, over its API. One thread.
class ServerTools final : public mcp::ToolBackend {
 public:
  explicit ServerTools(RemoteAccess access) : server_(std::move(access)) {}

  Result<Json> search(const SearchRequest& request, const CancelToken& cancel) override;
  Result<Json> ask(const mcp::AskArguments& arguments, const CancelToken& cancel,
                   const std::function<void(std::string_view)>& on_text) override;
  Result<mcp::FetchedDocument> document(const std::string& id, const CancelToken& cancel) override;
  Result<Json> collections(const CancelToken& cancel) override;

 private:
  RemoteServer server_;
};

}  // namespace cairn::cli
