#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

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

Result<int> status(const Context& context, OpenStore& store) {
  CAIRN_TRY(const Json json, describe(context, store));
  const Terminal& terminal = context.terminal;
  const int code = json["broken_models"].empty() ? exit_done : exit_partly_failed;
  if (context.json) {
    terminal.print_line(dump(json));
    return code;
  }
  terminal.print_line(terminal.bold("cairn " + context.platform.version) + "  " + printable(store.folder().string()));
  std::string models;
  for (const Json& model : json["models"]) models += (models.empty() ? "" : ", ") + model["id"].get<std::string>();
  terminal.print_line("models   " +
                      (models.empty() ? "none: only lexical search works; see 'cairn model import --help'" : models));
  for (const Json& model : json["broken_models"])
    terminal.print_line("         " + terminal.bad("✗ ") + printable(model["reason"].get<std::string>()));
  terminal.print_line("tasks    " + in_words(json["tasks"]));
  for (const Json& collection : json["collections"])
    terminal.print_line("\n" + terminal.accent(printable(collection["name"].get<std::string>())) + "\n  documents  " +
                        in_words(collection["documents_by_status"]) + "\n  chunks     " +
                        human_count(collection["chunks"].get<std::uint64_t>()) + " in " +
                        human_count(collection["segments"].get<std::uint64_t>()) + " segments, " +
                        human_bytes(collection["bytes"].get<std::uint64_t>()) + ", manifest " +
                        collection["manifest"].dump());
  if (json["collections"].empty()) terminal.print_line("\nNo collections yet: 'cairn ingest PATH' makes one.");
  return code;
}

}  // namespace

void add_status(CLI::App& root, Context& context) {
  CLI::App* command =
      root.add_subcommand("status", "Show the store: models, collections, documents and tasks by status");
  command->footer("Exit code 3 when a model is installed that cannot be used.");
  command->callback([&context] {
    context.exit_code = with_store(context, Access::read, [&](OpenStore& store) { return status(context, store); });
  });
}

}  // namespace cairn::cli
