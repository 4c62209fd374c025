#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string name, description, model;
  Chunking chunking;
};

Result<int> list(const Context& context, OpenStore& store) {
  CAIRN_TRY(const std::vector<Collection> collections, store.catalog().collections(local_tenant));
  Json items = Json::array();
  Table table{
      {"collection", "documents", "chunks", "segments", "size", "manifest"}, {}, {false, true, true, true, true, true}};
  for (const Collection& collection : collections) {
    CAIRN_TRY(const CollectionCounts counts, store.catalog().counts(collection.id));
    items.push_back(to_json(collection, counts));
    table.rows.push_back({printable(collection.name), human_count(counts.documents), human_count(counts.chunks),
                          human_count(counts.segments), human_bytes(counts.bytes),
                          std::to_string(collection.manifest)});
  }
  if (context.json) context.terminal.print_line(dump(Json{{"items", std::move(items)}, {"next_cursor", nullptr}}));
  else if (table.rows.empty()) context.terminal.print_line("No collections yet: 'cairn ingest PATH' makes one.");
  else context.terminal.print(table.to_text(context.terminal));
  return exit_done;
}

Result<int> create(const Context& context, OpenStore& store, const Options& options) {
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
  if (context.json) context.terminal.print_line(dump(to_json(made, {})));
  else context.terminal.print_line("Made the collection " + printable(made.name) + ".");
  return exit_done;
}

Result<int> remove(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.name));
  CAIRN_CHECK(store.catalog().delete_collection(collection.id));
  if (context.json) context.terminal.print_line(dump(Json{{"deleted", collection.name}}));
  else context.terminal.print_line("Deleted the collection " + printable(collection.name) + ".");
  return exit_done;
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
    context.exit_code =
        with_store(context, Access::write, [&](OpenStore& store) { return create(context, store, *options); });
  });

  CLI::App* drop = command->add_subcommand("delete", "Delete a collection with all its documents");
  drop->add_option("name", options->name, "Its name")->required();
  drop->callback([&context, options] {
    context.exit_code =
        with_store(context, Access::write, [&](OpenStore& store) { return remove(context, store, *options); });
  });

  command->callback([&context, command] {
    if (!command->get_subcommands().empty()) return;
    context.exit_code = with_store(context, Access::read, [&](OpenStore& store) { return list(context, store); });
  });
}

}  // namespace cairn::cli
