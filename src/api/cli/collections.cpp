#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/remote.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string name, description, model;
  Chunking chunking;
};

Result<Json> list_store(OpenStore& store) {
  CAIRN_TRY(const std::vector<Collection> collections, store.catalog().collections(local_tenant));
  Json items = Json::array();
  for (const Collection& collection : collections) {
    CAIRN_TRY(const CollectionCounts counts, store.catalog().counts(collection.id));
    items.push_back(to_json(collection, counts));
  }
  return Json{{"items", std::move(items)}, {"next_cursor", nullptr}};
}

void show_list(const Terminal& terminal, const Json& list) {
  Table table{
      {"collection", "documents", "chunks", "segments", "size", "manifest"}, {}, {false, true, true, true, true, true}};
  const auto count = [](const Json& value) { return human_count(value.get<std::uint64_t>()); };
  for (const Json& collection : list["items"])
    table.rows.push_back({printable(collection["name"].get<std::string>()), count(collection["documents"]),
                          count(collection["chunks"]), count(collection["segments"]),
                          human_bytes(collection["bytes"].get<std::uint64_t>()), collection["manifest"].dump()});
  if (table.rows.empty()) terminal.print_line("No collections yet: 'cairn ingest PATH' makes one.");
  else terminal.print(table.to_text(terminal));
}

Result<Json> create_in_store(OpenStore& store, const Options& options) {
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = options.name;
  wanted.description = options.description;
  wanted.embedding_model = options.model;
  wanted.chunking = options.chunking;
  if (!options.model.empty() && store.embedders().find(options.model) == nullptr)
    return fail(ErrorKind::invalid,
                fmt::format("there is no embedding model '{}' here; see 'cairn status'", options.model));
  CAIRN_TRY(const Collection made, store.catalog().create_collection(wanted));
  return to_json(made, {});
}

Result<Json> create_on_server(RemoteServer& server, const Options& options) {
  Json body{{"name", options.name},
            {"chunking", Json{{"strategy", options.chunking.strategy},
                              {"max_tokens", options.chunking.max_tokens},
                              {"overlap_tokens", options.chunking.overlap_tokens}}}};
  if (!options.description.empty()) body["description"] = options.description;
  if (!options.model.empty()) body["embedding_model"] = options.model;
  return server.send("POST", "/v1/collections", body);
}

Result<Json> delete_from_store(OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.name));
  CAIRN_CHECK(store.catalog().delete_collection(collection.id));
  return Json{{"deleted", collection.name}};
}

Result<Json> delete_on_server(RemoteServer& server, const Options& options) {
  CAIRN_CHECK(server.send("DELETE", "/v1/collections/" + percent_encoded(options.name)));
  return Json{{"deleted", options.name}};
}

}  // namespace

void add_collections(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("collections", "List, make and delete collections");
  command->footer(
      "Examples:\n  cairn collections\n  cairn collections create manuals --max-tokens 128\n"
      "  cairn collections delete manuals");
  command->require_subcommand(0, 1);
  const auto options = std::make_shared<Options>();

  CLI::App* make = command->add_subcommand("create", "Make an empty collection");
  make->add_option("name", options->name, "Its name")->required();
  make->add_option("--description", options->description, "What it is about");
  make->add_option("--embedding-model", options->model, "One model for all documents, instead of one by language");
  make->add_option("--chunking", options->chunking.strategy, "How documents are cut")
      ->check(CLI::IsMember({"recursive", "fixed", "sentence", "semantic"}));
  make->add_option("--max-tokens", options->chunking.max_tokens, "Longest chunk")->check(CLI::Range(16, 510));
  make->add_option("--overlap-tokens", options->chunking.overlap_tokens, "Repeated from the chunk before")
      ->check(CLI::Range(0, 255));
  make->callback([&context, options] {
    context.exit_code = print_object(
        context, {.access = Access::write,
                  .local = [&](OpenStore& store) { return create_in_store(store, *options); },
                  .remote = [&](RemoteServer& server) { return create_on_server(server, *options); },
                  .show =
                      [&](const Json&) {
                        context.terminal.print_line("Made the collection " + printable(options->name) + ".");
                      }});
  });

  CLI::App* drop = command->add_subcommand("delete", "Delete a collection with all its documents");
  drop->add_option("name", options->name, "Its name")->required();
  drop->callback([&context, options] {
    context.exit_code = print_object(
        context, {.access = Access::write,
                  .local = [&](OpenStore& store) { return delete_from_store(store, *options); },
                  .remote = [&](RemoteServer& server) { return delete_on_server(server, *options); },
                  .show =
                      [&](const Json&) {
                        context.terminal.print_line("Deleted the collection " + printable(options->name) + ".");
                      }});
  });

  command->callback([&context, command] {
    if (!command->get_subcommands().empty()) return;
    context.exit_code =
        print_object(context, {.access = Access::read,
                               .local = list_store,
                               .remote = [](RemoteServer& server) { return server.get("/v1/collections?limit=1000"); },
                               .show = [&](const Json& list) { show_list(context.terminal, list); }});
  });
}

}  // namespace cairn::cli
