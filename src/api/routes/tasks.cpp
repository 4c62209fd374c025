#include "api/routes/tasks.h"

#include <algorithm>
#include <optional>

#include "api/json/shapes.h"
#include "api/routes/answer_tasks.h"
#include "api/routes/collections.h"
#include "api/routes/task_view.h"
#include "app/submit_task.h"
#include "app/task_requester.h"

namespace cairn::routes {
namespace {

constexpr std::size_t running_at_most = 100;  // In the summary; the list has the rest.
constexpr double longest_seconds = 30 * 24 * 3'600;

struct TaskBody {
  std::string type;
  std::optional<int> priority;
  TaskPayload payload;
  std::optional<std::int64_t> deadline_seconds, expires_seconds;
};

struct PriorityBody {
  int priority = default_priority;
};

struct Summary {
  std::vector<std::uint64_t> counts;  ///< In the order of TaskStatus.
  std::vector<TaskView> running;
};

Shape<TaskBody> task_body_shape(const std::vector<std::string>& generators) {
  using B = TaskBody;
  const auto type = shape::text().with([](Schema& schema) { schema.choices = orderable_types(); });
  const auto seconds = shape::maybe(shape::integer<std::int64_t>(1, longest_seconds));
  return ObjectShape<B>("TaskRequest",
                        "Work to queue. Documents are ingested by uploading them, which queues their tasks.")
      .required("type", &B::type, type,
                "`answer` (scope query), `reindex` and `delete` (ingest), `compact` and `collect` (admin).")
      .optional("priority", &B::priority, shape::maybe(shape::integer<int>(0, 9)), "0 first, 9 last.")
      .optional("payload", &B::payload, task_payload_shape(generators), "What the type needs.")
      .optional("deadline_seconds", &B::deadline_seconds, seconds, "From now; an answer has ten minutes.")
      .optional("expires_seconds", &B::expires_seconds, seconds, "From now; an answer is kept for a day.")
      .example({{"type", "answer"}, {"payload", {{"question", "How is the filter cleaned?"}}}})
      .check(check_payload)
      .done()
      .with([](Schema& schema) { schema.literal = payload_alternatives(); });
}

const Shape<PriorityBody>& priority_shape() {
  static const auto made = ObjectShape<PriorityBody>("TaskChangeRequest", "What is to change of a task.")
                               .required("priority", &PriorityBody::priority, shape::integer<int>(0, 9),
                                         "0 first, 9 last; holds at once for what is queued.")
                               .example({{"priority", 0}})
                               .done();
  return made;
}

const Shape<Summary>& summary_shape() {
  const auto count_of = [](TaskStatus status) {
    return [status](const Summary& summary) { return summary.counts[static_cast<std::size_t>(status)]; };
  };
  const auto count = shape::count<std::uint64_t>();
  static const auto made =
      ObjectShape<Summary>("TaskSummary", "How many tasks there are, and what is running.")
          .written("queued", count, count_of(TaskStatus::queued), "")
          .written("running", count, count_of(TaskStatus::running), "")
          .written("succeeded", count, count_of(TaskStatus::succeeded), "")
          .written("failed", count, count_of(TaskStatus::failed), "")
          .written("cancelled", count, count_of(TaskStatus::cancelled), "")
          .written(
              "running_tasks", shape::list(task_view_shape()), [](const Summary& summary) { return summary.running; },
              "At most a hundred, newest first.")
          .done();
  return made;
}

const Shape<Listing<TaskView>>& tasks_shape() {
  static const auto made = listing_shape("TaskList", task_view_shape());
  return made;
}

Result<std::vector<TaskView>> views_of(const Services& services, const Principal& principal, std::vector<Task> tasks) {
  std::vector<TaskView> views;
  views.reserve(tasks.size());
  for (Task& task : tasks) { CAIRN_TRY(views.emplace_back(), view_of(services, principal, std::move(task), false)); }
  return views;
}

Result<http::Response> show(const Services& services, const Call& call, int status, Task task) {
  CAIRN_TRY(const TaskView view, view_of(services, call.principal, std::move(task), true));
  return json_response(status, task_view_shape(), view);
}

Result<http::Response> submit(const Services& services, Call& call, TaskBody body) {
  TaskOrder order;
  order.type = std::move(body.type);
  order.priority = body.priority;
  fill_order(services, std::move(body.payload), order);
  if (body.deadline_seconds) order.deadline = std::chrono::seconds(*body.deadline_seconds);
  if (body.expires_seconds) order.expiry = std::chrono::seconds(*body.expires_seconds);
  CAIRN_TRY(Task task, submit_task(services.catalog, services.clock, call.principal, order));
  return show(services, call, 202, std::move(task));
}

Result<http::Response> list(const Services& services, Call& call) {
  TaskFilter filter{.tenant = call.principal.tenant,
                    .status = {},
                    .priority = {},
                    .type = call.query.text("type"),
                    .cursor = call.query.text("cursor"),
                    .limit = page_limit(call),
                    .viewer = viewer_of(call.principal),
                    .parent = TaskId(call.query.text("parent"))};
  if (call.query.has("status")) {
    nlohmann::json name = call.query.text("status");
    task_status_shape().read(name, filter.status.emplace());
  }
  if (const auto priority = call.query.integer("priority")) filter.priority = static_cast<int>(*priority);
  CAIRN_TRY(Page<Task> page, services.catalog.tasks(filter));
  CAIRN_TRY(std::vector<TaskView> views, views_of(services, call.principal, std::move(page.items)));
  return json_response(200, tasks_shape(), {std::move(views), std::move(page.next_cursor)});
}

Result<http::Response> summarise(const Services& services, Call& call) {
  const auto viewer = viewer_of(call.principal);
  Summary summary;
  CAIRN_TRY(summary.counts, viewer ? services.catalog.task_counts(call.principal.tenant, *viewer)
                                   : services.catalog.task_counts(call.principal.tenant));
  CAIRN_TRY(Page<Task> running, services.catalog.tasks({.tenant = call.principal.tenant,
                                                        .status = TaskStatus::running,
                                                        .limit = running_at_most,
                                                        .viewer = viewer}));
  CAIRN_TRY(summary.running, views_of(services, call.principal, std::move(running.items)));
  return json_response(200, summary_shape(), summary);
}

Result<Task> wanted_task(const Services& services, const Call& call) {
  return visible_task(services.catalog, call.principal, TaskId(call.parameter("id")));
}

Result<http::Response> get(const Services& services, Call& call) {
  CAIRN_TRY(Task task, wanted_task(services, call));
  return show(services, call, 200, std::move(task));
}

/// Whoever asked for a task may do with it what it likes; what others asked for needs the scope to ingest.
Result<Task> own_task(const Services& services, const Call& call) {
  CAIRN_TRY(Task task, wanted_task(services, call));
  if (asked_for(call.principal, task) || call.principal.scopes.may(Scope::ingest)) return task;
  return fail(ErrorKind::forbidden, "this task is not yours: changing it needs the scope 'ingest'");
}

Result<http::Response> cancel(const Services& services, Call& call) {
  CAIRN_TRY(Task task, own_task(services, call));
  CAIRN_TRY(task, services.catalog.cancel_task(task.id));
  return show(services, call, 200, std::move(task));
}

Result<http::Response> retry(const Services& services, Call& call) {
  CAIRN_TRY(Task task, own_task(services, call));
  CAIRN_TRY(task, services.catalog.retry_task(task.id));
  return show(services, call, 200, std::move(task));
}

Result<http::Response> prioritise(const Services& services, Call& call, const PriorityBody& body) {
  CAIRN_TRY(Task task, own_task(services, call));
  CAIRN_TRY(task, services.catalog.set_priority(task.id, body.priority));
  return show(services, call, 200, std::move(task));
}

Handler bind(const Services& services, Result<http::Response> (*handle)(const Services&, Call&)) {
  return [&services, handle](Call& call) { return handle(services, call); };
}

std::vector<Parameter> list_parameters() {
  std::vector<Parameter> parameters{
      parameter("status", task_status_shape(), "Only these."),
      parameter("type", shape::text(1, 100), "Only these."),
      parameter("priority", shape::integer<std::int64_t>(0, 9), "Only these."),
      parameter("parent", object_id_shape(), "Only those that this task has queued."),
  };
  for (Parameter& parameter : page_parameters()) parameters.push_back(std::move(parameter));
  return parameters;
}

Route about_one(const char* method, const char* below, const char* id, const char* summary, Handler handle) {
  return {.method = method,
          .path = std::string("/v1/tasks/{id}") + below,
          .access = Access::query_or_ingest,
          .id = id,
          .tag = "Tasks",
          .summary = summary,
          .path_parameters = {parameter("id", object_id_shape(), "Of the task.")},
          .replies = {answers(200, task_view_shape(), "The task as it is now.")},
          .problems = {{404, "There is no such task, or the caller may not see it."}},
          .handle = std::move(handle)};
}

void add_changes(RouteTable& table, const Services& services) {
  Route cancelling = about_one("POST", "/cancel", "cancel_task",
                               "Cancel a task: at once when it is queued, within two seconds when it is running",
                               bind(services, cancel));
  cancelling.problems.emplace_back(409, "It has ended already.");
  table.add(std::move(cancelling));
  Route retrying =
      about_one("POST", "/retry", "retry_task", "Queue a failed or cancelled task again", bind(services, retry));
  retrying.problems.emplace_back(409, "It has not failed, or its document was replaced or deleted since.");
  table.add(std::move(retrying));
  Route changing = about_one("PATCH", "", "change_task", "Change a task's priority",
                             with_body(priority_shape(), [&services](Call& call, const PriorityBody& body) {
                               return prioritise(services, call, body);
                             }));
  changing.bodies = {json_body(priority_shape())};
  changing.problems.emplace_back(409, "It has ended already.");
  table.add(std::move(changing));
}

}  // namespace

void add_tasks(RouteTable& table, const Services& services) {
  const auto body = task_body_shape(services.generators);
  table.add({.method = "POST",
             .path = "/v1/tasks",
             .access = Access::query_or_ingest,  // Each type of task has a scope of its own.
             .id = "submit_task",
             .tag = "Tasks",
             .summary = "Queue a question or upkeep",
             .bodies = {json_body(body)},
             .replies = {answers(202, task_view_shape(), "The queued task; the same one when it was queued already.")},
             .problems = {{404, "The collection or document does not exist."}},
             .handle = with_body(body, [&services](Call& call, TaskBody wanted) {
               return submit(services, call, std::move(wanted));
             })});
  table.add({.path = "/v1/tasks",
             .access = Access::query_or_ingest,
             .id = "list_tasks",
             .tag = "Tasks",
             .summary = "List tasks, newest first",
             .query = list_parameters(),
             .replies = {answers(200, tasks_shape(), "")},
             .handle = bind(services, list)});
  table.add({.path = "/v1/tasks/summary",
             .access = Access::query_or_ingest,
             .id = "summarise_tasks",
             .tag = "Tasks",
             .summary = "Count tasks by status, and show what is running",
             .replies = {answers(200, summary_shape(), "")},
             .handle = bind(services, summarise)});
  table.add(about_one("GET", "", "get_task", "A task, with its result for who asked for it", bind(services, get)));
  add_changes(table, services);
}

}  // namespace cairn::routes
