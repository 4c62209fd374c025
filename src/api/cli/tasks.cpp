#include <CLI/CLI.hpp>
#include <map>

#include "api/cli/commands.h"

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
};

void print_task(const Context& context, const Task& task) {
  if (context.json) context.terminal.print_line(dump(to_json(task)));
  else context.terminal.print_line(task.id.value() + " is " + to_string(task.status) + ".");
}

Result<int> list(const Context& context, OpenStore& store, const Options& options) {
  TaskFilter filter;
  filter.tenant = local_tenant;
  filter.type = options.type;
  filter.cursor = options.cursor;
  filter.limit = options.limit;
  if (!options.status.empty()) filter.status = statuses.at(options.status);
  if (options.priority >= 0) filter.priority = options.priority;
  CAIRN_TRY(const Page<Task> page, store.catalog().tasks(filter));
  if (context.json) {
    Json items = Json::array();
    for (const Task& task : page.items) items.push_back(to_json(task));
    context.terminal.print_line(
        dump(Json{{"items", std::move(items)},
                  {"next_cursor", page.next_cursor.empty() ? Json(nullptr) : Json(page.next_cursor)}}));
    return exit_done;
  }
  Table table{
      {"task", "type", "status", "priority", "progress", "created", "error"}, {}, {false, false, false, true, true}};
  for (const Task& task : page.items)
    table.rows.push_back({task.id.value(), task.type, to_string(task.status), std::to_string(task.priority),
                          std::to_string(static_cast<int>(task.progress * 100)) + " %", to_rfc3339(task.created_at),
                          printable(task.error)});
  if (table.rows.empty()) context.terminal.print_line("No tasks.");
  else context.terminal.print(table.to_text(context.terminal));
  if (!page.next_cursor.empty())
    context.terminal.print_line(context.terminal.dim("More: --cursor " + page.next_cursor));
  return exit_done;
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

  using Action = Result<Task> (*)(Catalog&, const Options&);
  const auto add_action = [&](const char* name, const char* help, Action action) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("id", options->id, "The task")->required();
    if (std::string(name) == "priority")
      sub->add_option("value", options->priority, "0 (first) to 9 (last)")->required()->check(CLI::Range(0, 9));
    sub->callback([&context, options, action] {
      context.exit_code = with_store(context, Access::write, [&](OpenStore& store) -> Result<int> {
        CAIRN_TRY(const Task task, action(store.catalog(), *options));
        print_task(context, task);
        return exit_done;
      });
    });
  };
  add_action("cancel", "Cancel a queued or running task",
             [](Catalog& catalog, const Options& o) { return catalog.cancel_task(TaskId(o.id)); });
  add_action("retry", "Queue a failed or cancelled task again",
             [](Catalog& catalog, const Options& o) { return catalog.retry_task(TaskId(o.id)); });
  add_action("priority", "Change a queued task's priority",
             [](Catalog& catalog, const Options& o) { return catalog.set_priority(TaskId(o.id), o.priority); });

  command->callback([&context, command, options] {
    if (!command->get_subcommands().empty()) return;
    context.exit_code =
        with_store(context, Access::read, [&](OpenStore& store) { return list(context, store, *options); });
  });
}

}  // namespace cairn::cli
