#include <CLI/CLI.hpp>
#include <map>

#include "api/cli/commands.h"
#include "api/cli/remote.h"

namespace cairn::cli {
namespace {

const std::map<std::string, TaskStatus> statuses = {{"queued", TaskStatus::queued},
                                                    {"running", TaskStatus::running},
                                                    {"succeeded", TaskStatus::succeeded},
                                                    {"failed", TaskStatus::failed},
                                                    {"cancelled", TaskStatus::cancelled}};

struct Options {
  std::string status, type, cursor, id;
  int priority = -1;
  std::size_t limit = 20;

  std::string priority_text() const { return priority < 0 ? "" : std::to_string(priority); }
};

Result<Json> list_store(OpenStore& store, const Options& options) {
  TaskFilter filter;
  filter.tenant = local_tenant;
  filter.type = options.type;
  filter.cursor = options.cursor;
  filter.limit = options.limit;
  if (!options.status.empty()) filter.status = statuses.at(options.status);
  if (options.priority >= 0) filter.priority = options.priority;
  CAIRN_TRY(const Page<Task> page, store.catalog().tasks(filter));
  Json items = Json::array();
  for (const Task& task : page.items) items.push_back(to_json(task));
  return Json{{"items", std::move(items)},
              {"next_cursor", page.next_cursor.empty() ? Json(nullptr) : Json(page.next_cursor)}};
}

Result<Json> list_server(RemoteServer& server, const Options& options) {
  return server.get("/v1/tasks" + query_string({{"status", options.status},
                                                {"type", options.type},
                                                {"priority", options.priority_text()},
                                                {"limit", std::to_string(options.limit)},
                                                {"cursor", options.cursor}}));
}

void show_list(const Terminal& terminal, const Json& list) {
  const auto text = [](const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); };
  Table table{
      {"task", "type", "status", "priority", "progress", "created", "error"}, {}, {false, false, false, true, true}};
  for (const Json& task : list["items"])
    table.rows.push_back({text(task["id"]), text(task["type"]), text(task["status"]), task["priority"].dump(),
                          std::to_string(static_cast<int>(task["progress"].get<double>() * 100)) + " %",
                          text(task["created_at"]), printable(text(task["error"]))});
  if (table.rows.empty()) terminal.print_line("No tasks.");
  else terminal.print(table.to_text(terminal));
  if (!list["next_cursor"].is_null()) terminal.print_line(terminal.dim("More: --cursor " + text(list["next_cursor"])));
}

/// A change of one task, as the store and as the server know it.
struct Action {
  const char* name;
  const char* help;
  Result<Task> (*local)(Catalog&, const Options&);
  Result<Json> (*remote)(RemoteServer&, const Options&);
};

constexpr Action actions[] = {
    {"cancel", "Cancel a queued or running task",
     [](Catalog& catalog, const Options& o) { return catalog.cancel_task(TaskId(o.id)); },
     [](RemoteServer& server, const Options& o) {
       return server.send("POST", "/v1/tasks/" + percent_encoded(o.id) + "/cancel");
     }},
    {"retry", "Queue a failed or cancelled task again",
     [](Catalog& catalog, const Options& o) { return catalog.retry_task(TaskId(o.id)); },
     [](RemoteServer& server, const Options& o) {
       return server.send("POST", "/v1/tasks/" + percent_encoded(o.id) + "/retry");
     }},
    {"priority", "Change a queued task's priority",
     [](Catalog& catalog, const Options& o) { return catalog.set_priority(TaskId(o.id), o.priority); },
     [](RemoteServer& server, const Options& o) {
       return server.send("PATCH", "/v1/tasks/" + percent_encoded(o.id), Json{{"priority", o.priority}});
     }}};

void add_action(CLI::App& command, Context& context, const std::shared_ptr<Options>& options, const Action& action) {
  CLI::App* sub = command.add_subcommand(action.name, action.help);
  sub->add_option("id", options->id, "The task")->required();
  if (std::string(action.name) == "priority")
    sub->add_option("value", options->priority, "0 (first) to 9 (last)")->required()->check(CLI::Range(0, 9));
  const auto local = [options, action](OpenStore& store) -> Result<Json> {
    CAIRN_TRY(const Task task, action.local(store.catalog(), *options));
    return to_json(task);
  };
  const auto show = [&context](const Json& task) {
    context.terminal.print_line(task["id"].get<std::string>() + " is " + task["status"].get<std::string>() + ".");
  };
  sub->callback([&context, options, action, local, show] {
    context.exit_code =
        print_object(context, {.access = Access::write,
                               .local = local,
                               .remote = [&](RemoteServer& server) { return action.remote(server, *options); },
                               .show = show});
  });
}

}  // namespace

void add_tasks(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("tasks", "List tasks; cancel, retry or reorder one");
  command->footer("Examples:\n  cairn tasks --status failed\n  cairn tasks retry ID\n  cairn tasks priority ID 0");
  command->require_subcommand(0, 1);
  const auto options = std::make_shared<Options>();
  command->add_option("--status", options->status, "Only these")
      ->check(CLI::IsMember({"queued", "running", "succeeded", "failed", "cancelled"}));
  command->add_option("--type", options->type, "Only these, such as ingest or compact");
  command->add_option("--priority", options->priority, "Only these")->check(CLI::Range(0, 9));
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1000));
  command->add_option("--cursor", options->cursor, "Go on from an earlier page");
  for (const Action& action : actions) add_action(*command, context, options, action);

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
