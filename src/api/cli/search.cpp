#include "app/search.h"

#include <CLI/CLI.hpp>
#include <map>

#include "api/cli/commands.h"
#include "api/cli/remote.h"
#include "api/cli/search_options.h"
#include "api/cli/show_hits.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string query, mode = "hybrid", fusion = "minmax", filter;
  std::vector<std::string> collections;
  std::size_t limit = 10;
  bool explain = false;
};

Result<Json> search_store(OpenStore& store, const Options& options) {
  SearchRequest request;
  request.query = options.query;
  request.collections = options.collections;
  request.mode = search_modes.at(options.mode);
  request.fusion = fusions.at(options.fusion);
  request.limit = options.limit;
  request.explain = options.explain;
  CAIRN_TRY(request.filter, parse_filter_option(options.filter));
  const Searcher searcher(store.catalog(), store.blobs(), store.embedders(), store.clock(), SearchTuning{});
  CAIRN_TRY(const SearchResponse response, searcher.search(Principal{}, request));
  return to_json(response);
}

Result<Json> search_server(RemoteServer& server, const Options& options) {
  Json body{{"query", options.query},
            {"mode", options.mode},
            {"fusion", options.fusion},
            {"limit", options.limit},
            {"explain", options.explain}};
  if (!options.collections.empty()) body["collections"] = options.collections;
  CAIRN_TRY(const nlohmann::json filter, parse_filter_option(options.filter));
  if (!filter.is_null()) body["filter"] = filter;
  return server.send("POST", "/v1/search", body);
}

int search(const Context& context, const Options& options) {
  bool complete = true;
  const auto noting = [&](Result<Json> response) {
    if (response) complete = response->value("complete", true);
    return response;
  };
  const int code =
      print_object(context, {.access = Access::read,
                             .local = [&](OpenStore& store) { return noting(search_store(store, options)); },
                             .remote = [&](RemoteServer& server) { return noting(search_server(server, options)); },
                             .show =
                                 [&](const Json& response) {
                                   context.terminal.print(hits_as_text(context.terminal, response, options.explain));
                                 }});
  if (!complete)
    context.terminal.complain(
        "not everything could be searched: an embedding model is missing or does not answer; see 'cairn status'");
  return code;
}

}  // namespace

Result<nlohmann::json> parse_filter_option(const std::string& text) {
  if (text.empty()) return nlohmann::json();
  auto filter = nlohmann::json::parse(text, nullptr, false);
  if (filter.is_discarded())
    return fail(ErrorKind::invalid, R"(--filter must be JSON, such as '{"year": {"gte": 2020}}')");
  return filter;
}

void add_search(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("search", "Find passages");
  command->footer(
      "Examples:\n  cairn search \"annual leave\"\n  cairn search 特別休假 --limit 3\n"
      "  cairn search pump --mode lexical --filter '{\"department\": \"service\"}' --explain");
  const auto options = std::make_shared<Options>();
  command->add_option("query", options->query, "What to look for")->required();
  command->add_option("--collection", options->collections, "Only in these; repeat for several");
  command->add_option("--mode", options->mode, "How to look")
      ->check(CLI::IsMember({"hybrid", "dense", "lexical"}))
      ->capture_default_str();
  command->add_option("--fusion", options->fusion, "How the two rankings become one")
      ->check(CLI::IsMember({"minmax", "rrf"}))
      ->capture_default_str();
  command->add_option("--limit", options->limit, "How many hits")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--filter", options->filter, "Condition on the metadata, as JSON");
  command->add_flag("--explain", options->explain, "Show where each score comes from");
  command->callback([&context, options] { context.exit_code = search(context, *options); });
}

}  // namespace cairn::cli
