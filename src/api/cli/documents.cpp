#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>

#include "api/cli/commands.h"
#include "api/cli/remote.h"
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

std::string as_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

Result<Json> list_store(OpenStore& store, const Options& options) {
  CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.collection));
  DocumentFilter filter;
  filter.collection = collection.id;
  filter.text = options.text;
  filter.cursor = options.cursor;
  filter.limit = options.limit;
  if (!options.status.empty()) filter.status = statuses.at(options.status);
  CAIRN_TRY(const Page<Document> page, store.catalog().documents(filter));
  Json items = Json::array();
  for (const Document& document : page.items) items.push_back(to_json(document));
  return Json{{"items", std::move(items)},
              {"next_cursor", page.next_cursor.empty() ? Json(nullptr) : Json(page.next_cursor)}};
}

Result<Json> list_server(RemoteServer& server, const Options& options) {
  return server.get("/v1/collections/" + percent_encoded(options.collection) + "/documents" +
                    query_string({{"status", options.status},
                                  {"q", options.text},
                                  {"limit", std::to_string(options.limit)},
                                  {"cursor", options.cursor}}));
}

void show_list(const Terminal& terminal, const Json& list) {
  Table table{{"document", "status", "pages", "chunks", "size", "title"}, {}, {false, false, true, true, true}};
  for (const Json& document : list["items"]) {
    const Json& error = document["error"];
    table.rows.push_back({printable(as_text(document["external_id"])), as_text(document["status"]),
                          human_count(document["pages"].get<std::uint64_t>()),
                          human_count(document["chunks"].get<std::uint64_t>()),
                          human_bytes(document["bytes"].get<std::uint64_t>()),
                          error.is_null() ? printable(as_text(document["title"])) : "! " + printable(as_text(error))});
  }
  if (table.rows.empty()) terminal.print_line("No documents.");
  else terminal.print(table.to_text(terminal));
  if (!list["next_cursor"].is_null())
    terminal.print_line(terminal.dim("More: --cursor " + as_text(list["next_cursor"])));
}

/// The ids of the documents that are named by id or external id. The list that finds an external id is searched by it,
/// so that few others are read.
Result<Json> find_on_server(RemoteServer& server, const Options& options, const std::string& id) {
  auto found = server.get("/v1/documents/" + percent_encoded(id));
  if (found || found.error().kind != ErrorKind::not_found) return found;
  Options search = options;
  search.text = id;
  search.limit = 1000;
  search.status.clear();
  for (search.cursor.clear();;) {
    CAIRN_TRY(const Json page, list_server(server, search));
    for (const Json& document : page["items"])
      if (document["external_id"] == id) return server.get("/v1/documents/" + as_text(document["id"]));
    if (page["next_cursor"].is_null()) break;
    search.cursor = as_text(page["next_cursor"]);
  }
  return fail(ErrorKind::not_found, "the collection '" + options.collection + "' has no document '" + id + "'");
}

Result<Json> text_in_store(OpenStore& store, const Document& document) {
  CAIRN_TRY(const IndexedText indexed, read_indexed_text(store.catalog(), store.blobs(), document));
  Json chunks = Json::array();
  for (const IndexedText::Chunk& chunk : indexed.chunks)
    chunks.push_back(Json{{"chunk_id", chunk.id},
                          {"span", to_json(chunk.span)},
                          {"page", chunk.page > 0 ? Json(chunk.page) : Json(nullptr)},
                          {"heading_path", chunk.heading_path}});
  return Json{{"id", document.id.value()},
              {"external_id", document.external_id},
              {"version", indexed.version},
              {"text", indexed.text},
              {"chunks", std::move(chunks)}};
}

Result<Json> text_on_server(RemoteServer& server, const Json& document) {
  const std::string path = "/v1/documents/" + as_text(document["id"]);
  CAIRN_TRY(std::string text, server.text(path + "/text"));
  Json chunks = Json::array();
  for (std::string cursor;;) {
    CAIRN_TRY(const Json page, server.get(path + "/chunks" + query_string({{"limit", "1000"}, {"cursor", cursor}})));
    chunks.insert(chunks.end(), page["items"].begin(), page["items"].end());
    if (page["next_cursor"].is_null()) break;
    cursor = as_text(page["next_cursor"]);
  }
  return Json{{"id", document["id"]},
              {"external_id", document["external_id"]},
              {"version", document["version"]},
              {"text", std::move(text)},
              {"chunks", std::move(chunks)}};
}

void show_document(const Terminal& terminal, const Json& document) {
  for (const auto& [key, value] : document.items())
    terminal.print_line(fmt::format("{:<13} {}", key, printable(as_text(value))));
}

/// What is done with each document that is named.
struct Action {
  const char* name;
  const char* help;
  Access access;
  Result<Json> (*local)(OpenStore&, const Document&);
  Result<Json> (*remote)(RemoteServer&, const Json& document);
  void (*show)(const Terminal&, const Json&);
};

constexpr Action actions[] = {
    {"show", "Everything known about a document", Access::read,
     [](OpenStore&, const Document& document) -> Result<Json> { return to_json(document); },
     [](RemoteServer&, const Json& document) -> Result<Json> { return document; }, show_document},
    {"text", "Its canonical text", Access::read, text_in_store, text_on_server,
     [](const Terminal& terminal, const Json& json) { terminal.print_line(as_text(json["text"])); }},
    {"delete", "Remove it from the store", Access::write,
     [](OpenStore& store, const Document& document) -> Result<Json> {
       CAIRN_TRY(const TaskId task, store.catalog().request_deletion(document.id, default_priority));
       return Json{{"deleted", document.external_id}};
     },
     [](RemoteServer& server, const Json& document) -> Result<Json> {
       CAIRN_CHECK(server.send("DELETE", "/v1/documents/" + as_text(document["id"])));
       return Json{{"deleted", document["external_id"]}};
     },
     [](const Terminal& terminal, const Json& json) {
       terminal.print_line("Deleted " + printable(as_text(json["deleted"])) + ".");
     }}};

/// A JSON line (or a few lines of text) for each document.
int run_action(const Context& context, const Options& options, const Action& action) {
  const auto print = [&](const Json& json) {
    if (context.json) context.terminal.print_line(dump(json));
    else action.show(context.terminal, json);
  };
  if (context.server)
    return with_server(context, [&](RemoteServer& server) -> Result<int> {
      for (const std::string& id : options.ids) {
        CAIRN_TRY(const Json document, find_on_server(server, options, id));
        CAIRN_TRY(const Json done, action.remote(server, document));
        print(done);
      }
      return exit_done;
    });
  return with_store(context, action.access, [&](OpenStore& store) -> Result<int> {
    CAIRN_TRY(const Collection collection, store.catalog().collection(local_tenant, options.collection));
    std::vector<Json> done;
    for (const std::string& id : options.ids) {
      CAIRN_TRY(const Document document, find_document(store.catalog(), collection, id));
      CAIRN_TRY(Json json, action.local(store, document));
      done.push_back(std::move(json));
    }
    if (action.access == Access::write) CAIRN_CHECK(work_until_idle(store));
    for (const Json& json : done) print(json);
    return exit_done;
  });
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
  for (const Action& action : actions) {
    CLI::App* sub = command->add_subcommand(action.name, action.help);
    sub->add_option("document", options->ids, "Ids or external ids")->required();
    sub->callback([&context, options, &action] { context.exit_code = run_action(context, *options, action); });
  }

  command->callback([&context, command, options] {
    if (!command->get_subcommands().empty()) return;
    context.exit_code =
        print_object(context, {.access = Access::read,
                               .local = [&](OpenStore& store) { return list_store(store, *options); },
                               .remote = [&](RemoteServer& server) { return list_server(server, *options); },
                               .show = [&](const Json& list) { show_list(context.terminal, list); }});
  });
}

}  // namespace cairn::cli
