#include "api/cli/server_tools.h"

namespace cairn::cli {
namespace {

const char* name_of(SearchMode mode) {
  switch (mode) {
    case SearchMode::hybrid: return "hybrid";
    case SearchMode::dense: return "dense";
    case SearchMode::lexical: return "lexical";
  }
  return "hybrid";
}

void add_places(Json& body, const std::vector<std::string>& collections, const nlohmann::json& filter) {
  if (!collections.empty()) body["collections"] = collections;
  if (!filter.is_null()) body["filter"] = filter;
}

}  // namespace

Result<Json> ServerTools::search(const SearchRequest& request, const CancelToken& cancel) {
  server_.stop_with(cancel);
  Json body{{"query", request.query}, {"mode", name_of(request.mode)}, {"limit", request.limit}};
  add_places(body, request.collections, request.filter);
  return server_.send("POST", "/v1/search", body);
}

Result<Json> ServerTools::ask(const mcp::AskArguments& arguments, const CancelToken& cancel,
                              const std::function<void(std::string_view)>&) {
  server_.stop_with(cancel);
  Json body{{"question", arguments.question}, {"limit", arguments.limit}};
  add_places(body, arguments.collections, arguments.filter);
  if (!arguments.generator.empty()) body["generator"] = arguments.generator;
  return server_.send("POST", "/v1/answers", body);
}

Result<mcp::FetchedDocument> ServerTools::document(const std::string& id, const CancelToken& cancel) {
  server_.stop_with(cancel);
  const std::string path = "/v1/documents/" + percent_encoded(id);
  CAIRN_TRY(Json document, server_.get(path));
  CAIRN_TRY(std::string text, server_.text(path + "/text"));
  return mcp::FetchedDocument{std::move(document), std::move(text)};
}

Result<Json> ServerTools::collections(const CancelToken& cancel) {
  server_.stop_with(cancel);
  Json all = Json::array();
  std::string cursor;
  do {
    CAIRN_TRY(const Json page, server_.get("/v1/collections" + query_string({{"limit", "1000"}, {"cursor", cursor}})));
    for (const Json& collection : page.value("items", Json::array())) all.push_back(collection);
    const Json next = page.value("next_cursor", Json());
    cursor = next.is_string() ? next.get<std::string>() : "";
  } while (!cursor.empty());
  return all;
}

}  // namespace cairn::cli
