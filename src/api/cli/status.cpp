#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/remote.h"

namespace cairn::cli {
namespace {

constexpr TaskStatus task_statuses[] = {TaskStatus::queued, TaskStatus::running, TaskStatus::succeeded,
                                        TaskStatus::failed, TaskStatus::cancelled};
constexpr DocumentStatus document_statuses[] = {
    DocumentStatus::saving,    DocumentStatus::queued,  DocumentStatus::extracting, DocumentStatus::chunking,
    DocumentStatus::embedding, DocumentStatus::indexed, DocumentStatus::failed};

/// "3 queued, 1 failed": only what there is.
std::string in_words(const Json& counts) {
  std::string text;
  for (const auto& [name, count] : counts.items())
    if (count.get<std::uint64_t>() > 0)
      text += (text.empty() ? "" : ", ") + human_count(count.get<std::uint64_t>()) + " " + name;
  return text.empty() ? "none" : text;
}

Result<Json> describe(const Context& context, OpenStore& store) {
  Json models = Json::array(), broken = Json::array(), collections = Json::array(), tasks = Json::object();
  for (const EmbeddingModel& model : store.embedders().models())
    models.push_back(Json{{"id", model.id}, {"dimensions", model.dimensions}, {"languages", model.languages}});
  for (const BrokenModel& model : store.embedders().broken())
    broken.push_back(Json{{"id", model.id}, {"reason", model.reason}});
  CAIRN_TRY(const std::vector<Collection> all, store.catalog().collections(local_tenant));
  for (const Collection& collection : all) {
    CAIRN_TRY(const CollectionCounts counts, store.catalog().counts(collection.id));
    CAIRN_TRY(const std::vector<std::uint64_t> by_status, store.catalog().document_counts(collection.id));
    Json json = to_json(collection, counts);
    Json& statuses = json["documents_by_status"] = Json::object();
    for (const DocumentStatus status : document_statuses)
      statuses[to_string(status)] = by_status.at(static_cast<std::size_t>(status));
    collections.push_back(std::move(json));
  }
  CAIRN_TRY(const std::vector<std::uint64_t> task_counts, store.catalog().task_counts(local_tenant));
  for (const TaskStatus status : task_statuses)
    tasks[to_string(status)] = task_counts.at(static_cast<std::size_t>(status));
  return Json{{"version", context.platform.version},   {"data", store.folder().string()},
              {"models", std::move(models)},           {"broken_models", std::move(broken)},
              {"collections", std::move(collections)}, {"tasks", std::move(tasks)}};
}

/// What a server tells of itself to this caller.
Result<Json> describe_server(RemoteServer& server, const std::string& address) {
  CAIRN_TRY(const Json collections, server.get("/v1/collections?limit=1000"));
  CAIRN_TRY(const Json summary, server.get("/v1/tasks/summary"));
  Json tasks = Json::object();
  for (const TaskStatus status : task_statuses) tasks[to_string(status)] = summary.at(to_string(status));
  return Json{{"server", address}, {"collections", collections["items"]}, {"tasks", std::move(tasks)}};
}

void show_models(const Terminal& terminal, const Json& status) {
  if (!status.contains("models")) return;
  std::string models;
  for (const Json& model : status["models"]) models += (models.empty() ? "" : ", ") + model["id"].get<std::string>();
  terminal.print_line("models   " +
                      (models.empty() ? "none: only lexical search works; see 'cairn model import --help'" : models));
  for (const Json& model : status["broken_models"])
    terminal.print_line("         " + terminal.bad("✗ ") + printable(model["reason"].get<std::string>()));
}

void show(const Context& context, const Json& status) {
  const Terminal& terminal = context.terminal;
  const auto count = [](const Json& value) { return human_count(value.get<std::uint64_t>()); };
  const std::string where = status.value("data", status.value("server", ""));
  terminal.print_line(terminal.bold("cairn " + context.platform.version) + "  " + printable(where));
  show_models(terminal, status);
  terminal.print_line("tasks    " + in_words(status["tasks"]));
  for (const Json& collection : status["collections"]) {
    const std::string documents = collection.contains("documents_by_status")
                                      ? in_words(collection["documents_by_status"])
                                      : count(collection["documents"]) + " indexed";
    terminal.print_line(
        "\n" + terminal.accent(printable(collection["name"].get<std::string>())) + "\n  documents  " + documents +
        "\n  chunks     " + count(collection["chunks"]) + " in " + count(collection["segments"]) + " segments, " +
        human_bytes(collection["bytes"].get<std::uint64_t>()) + ", manifest " + collection["manifest"].dump());
  }
  if (status["collections"].empty()) terminal.print_line("\nNo collections yet: 'cairn ingest PATH' makes one.");
}

int status(const Context& context) {
  bool is_whole = true;
  const auto local = [&](OpenStore& store) {
    auto json = describe(context, store);
    if (json) is_whole = (*json)["broken_models"].empty();
    return json;
  };
  const int code =
      print_object(context, {.access = Access::read,
                             .local = local,
                             .remote = [&](RemoteServer& server) { return describe_server(server, *context.server); },
                             .show = [&](const Json& json) { show(context, json); }});
  return code == exit_done && !is_whole ? exit_partly_failed : code;
}

}  // namespace

void add_status(CLI::App& root, Context& context) {
  CLI::App* command =
      root.add_subcommand("status", "Show the store: models, collections, documents and tasks by status");
  command->footer("Exit code 3 when a model is installed that cannot be used.");
  command->callback([&context] { context.exit_code = status(context); });
}

}  // namespace cairn::cli
