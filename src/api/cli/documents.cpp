#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "api/cli/commands.h"
#include "api/cli/work.h"
#include "app/read_document.h"

namespace cairn::cli {
namespace {

const std::map<std::string, DocumentStatus> statuses = {
    {"saving", DocumentStatus::saving},         {"queued", DocumentStatus::queued},
    {"extracting", DocumentStatus::extracting}, {"chunking", DocumentStatus::chunking},
    {"embedding", DocumentStatus::embedding},   {"indexed", DocumentStatus::indexed},
    {"failed", DocumentStatus::failed}};

struct Options {
  std::string collection = "default", status, text, cursor;
  std::size_t limit = 20;
  std::vector<std::string> ids;
};

Result<int> list(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.collection));
  DocumentFilter filter{collection.id, std::nullopt, options.text, options.cursor, options.limit};
  if (!options.status.empty()) filter.status = statuses.at(options.status);
  CAIRN_TRY(const Page<Document> page, store.catalog().documents(filter));
  if (context.json) {
    Json items = Json::array();
    for (const Document& document : page.items) items.push_back(to_json(document));
    context.terminal.print_line(
        dump(Json{{"items", std::move(items)},
                  {"next_cursor", page.next_cursor.empty() ? Json(nullptr) : Json(page.next_cursor)}}));
    return exit_done;
  }
  Table table{{"document", "status", "pages", "chunks", "size", "title"}, {}, {false, false, true, true, true}};
  for (const Document& document : page.items)
    table.rows.push_back({printable(document.external_id), to_string(document.status), human_count(document.pages),
                          human_count(document.chunks), human_bytes(document.byte_size),
                          document.error.empty() ? printable(document.facts.title) : "! " + printable(document.error)});
  if (table.rows.empty()) context.terminal.print_line("No documents.");
  else context.terminal.print(table.to_text(context.terminal));
  if (!page.next_cursor.empty())
    context.terminal.print_line(context.terminal.dim("More: --cursor " + page.next_cursor));
  return exit_done;
}

Result<int> show(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.collection));
  for (const std::string& id : options.ids) {
    CAIRN_TRY(const Document document, find_document(store.catalog(), collection, id));
    const Json json = to_json(document);
    if (context.json) {
      context.terminal.print_line(dump(json));
      continue;
    }
    for (const auto& [key, value] : json.items())
      context.terminal.print_line(
          fmt::format("{:<13} {}", key, printable(value.is_string() ? value.get<std::string>() : value.dump())));
  }
  return exit_done;
}

Result<int> text(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.collection));
  for (const std::string& id : options.ids) {
    CAIRN_TRY(const Document document, find_document(store.catalog(), collection, id));
    CAIRN_TRY(const IndexedText indexed, read_indexed_text(store.catalog(), store.blobs(), document));
    if (!context.json) {
      context.terminal.print_line(indexed.text);
      continue;
    }
    Json chunks = Json::array();
    for (const IndexedText::Chunk& chunk : indexed.chunks)
      chunks.push_back(Json{{"chunk_id", chunk.id},
                            {"span", to_json(chunk.span)},
                            {"page", chunk.page > 0 ? Json(chunk.page) : Json(nullptr)},
                            {"heading_path", chunk.heading_path}});
    context.terminal.print_line(dump(Json{{"id", document.id.value()},
                                          {"external_id", document.external_id},
                                          {"version", indexed.version},
                                          {"text", indexed.text},
                                          {"chunks", std::move(chunks)}}));
  }
  return exit_done;
}

Result<int> remove(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.collection));
  for (const std::string& id : options.ids) {
    CAIRN_TRY(const Document document, find_document(store.catalog(), collection, id));
    CAIRN_TRY(const TaskId task, store.catalog().request_deletion(document.id, default_priority));
  }
  CAIRN_CHECK(work_until_idle(store));
  if (context.json) context.terminal.print_line(dump(Json{{"deleted", options.ids}}));
  else
    context.terminal.print_line(
        fmt::format("Deleted {} document{}.", options.ids.size(), options.ids.size() == 1 ? "" : "s"));
  return exit_done;
}

}  // namespace

void add_documents(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("documents", "List documents; show, read or delete some");
  command->footer(
      "Examples:\n  cairn documents --status failed\n  cairn documents text handbook.pdf | less\n"
      "  cairn documents delete old/price-list.xlsx");
  command->require_subcommand(0, 1);
  const auto options = std::make_shared<Options>();
  command->add_option("--collection", options->collection, "Which collection")->capture_default_str();
  command->add_option("--status", options->status, "Only these")
      ->check(CLI::IsMember({"saving", "queued", "extracting", "chunking", "embedding", "indexed", "failed"}));
  command->add_option("--q", options->text, "Only those with this in their title or external id");
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1000));
  command->add_option("--cursor", options->cursor, "Go on from an earlier page");

  using Action = Result<int> (*)(const Context&, OpenStore&, const Options&);
  const auto add_action = [&](const char* name, const char* help, Access access, Action action) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("document", options->ids, "Ids or external ids")->required();
    sub->callback([&context, options, access, action] {
      context.exit_code =
          with_store(context, access, [&](OpenStore& store) { return action(context, store, *options); });
    });
  };
  add_action("show", "Everything known about a document", Access::read, show);
  add_action("text", "Its canonical text", Access::read, text);
  add_action("delete", "Remove it from the store", Access::write, remove);

  command->callback([&context, command, options] {
    if (!command->get_subcommands().empty()) return;
    context.exit_code =
        with_store(context, Access::read, [&](OpenStore& store) { return list(context, store, *options); });
  });
}

}  // namespace cairn::cli
