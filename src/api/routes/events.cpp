#include "api/routes/events.h"

#include <charconv>

#include "api/json/shapes.h"
#include "api/routes/collections.h"
#include "api/routes/task_view.h"

namespace cairn::routes {
namespace {

/// What comes after a number. A client that sends no number of ours cannot be told what it missed: it is told to read
/// everything again, as if it came from the future.
std::optional<std::uint64_t> last_seen(const Call& call) {
  std::string text(call.request.headers.get("Last-Event-ID"));
  if (text.empty()) text = call.query.text("last_event_id");
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? number : UINT64_MAX;
}

Result<EventFilter> filter_of(const Services& services, const Call& call) {
  EventFilter filter;
  const std::string about = call.query.text("about");
  filter.tasks = about != "documents";
  filter.documents = about != "tasks";
  if (const std::string name = call.query.text("collection"); !name.empty()) {
    CAIRN_TRY(const Collection collection, services.catalog.collection(call.principal.tenant, name));
    filter.collection = collection.id;
  }
  if (const std::string id = call.query.text("task_id"); !id.empty()) filter.task_ids.emplace_back(id);
  if (const std::string id = call.query.text("document_id"); !id.empty()) filter.document_ids.emplace_back(id);
  return filter;
}

/// Joins a stream to the hub until one of them ends.
void join(const Services& services, EventHub::Follow follow, const std::shared_ptr<http::EventStream>& stream) {
  follow.send = [stream](const HubEvent& event) {
    return stream->send({.id = std::to_string(event.id), .name = event.name, .data = event.data});
  };
  follow.still_allowed = [&services, then = follow.principal, stream] {
    const auto now = services.current ? services.current(then) : Result<Principal>(then);
    // Who has other rights by now comes back and is told by those. A store that does not answer is no reason.
    const bool same = now ? now->tenant == then.tenant && now->groups == then.groups && now->is_owner == then.is_owner
                          : now.error().kind == ErrorKind::unavailable;
    if (!same) stream->close();
    return same;
  };
  const auto number = services.events.follow(std::move(follow));
  if (!number) return stream->close();
  stream->on_gone([&services, number = *number] { services.events.unfollow(number); });
}

Result<http::Response> follow(const Services& services, Call& call) {
  EventHub::Follow follow;
  follow.principal = call.principal;
  CAIRN_TRY(follow.filter, filter_of(services, call));
  follow.after = last_seen(call);
  http::Response response;
  response.content_type = "text/event-stream";
  response.body =
      http::StreamStart([&services, follow = std::move(follow)](const std::shared_ptr<http::EventStream>& stream) {
        join(services, follow, stream);
      });
  return response;
}

std::vector<Parameter> parameters() {
  const auto about = shape::text().with([](Schema& schema) { schema.choices = {"tasks", "documents"}; });
  return {
      parameter("about", about, "Only of these; without it, of both."),
      parameter("collection", collection_name_shape(), "Only of this collection."),
      parameter("task_id", object_id_shape(), "Only of this task."),
      parameter("document_id", object_id_shape(), "Only of this document and the tasks about it."),
      parameter("last_event_id", shape::text(1, 100), "As the header Last-Event-ID, which browsers cannot set."),
  };
}

}  // namespace

HubEvent event_of(const Change& change) {
  switch (change.kind) {
    case ChangeKind::task: {
      TaskView view;
      view.task = *change.task;
      view.task.result = nullptr;  // Its asker reads it from the task.
      view.external_id = change.external_id;
      view.waiting_reason = view.task.stage;
      if (view.task.requested_by.is_object()) view.asked_by = view.task.requested_by.value("name", "");
      return {.id = change.number, .name = "task", .data = to_text(task_view_shape(), view)};
    }
    case ChangeKind::document:
      return {.id = change.number, .name = "document", .data = to_text(document_shape(), *change.document)};
    case ChangeKind::removed_document:
      return {.id = change.number, .name = "document_removed", .data = dump({{"id", change.document_id.value()}})};
    case ChangeKind::removed_collection:
      return {.id = change.number, .name = "collection_removed", .data = dump({{"id", change.collection.value()}})};
  }
  return {};
}

void add_events(RouteTable& table, const Services& services) {
  table.add(
      {.path = "/v1/events",
       .access = Access::query_or_ingest,
       .id = "follow_events",
       .tag = "Tasks",
       .summary = "Follow the changes of tasks and documents, as server-sent events or over a WebSocket",
       .query = parameters(),
       .replies = {{.status = 200,
                    .description = "`ready` first; then `task` and `document` with the newest state of what changed, "
                                   "`document_removed`, `collection_removed`; `reload` when too much was missed: read "
                                   "everything again. Resumes after Last-Event-ID, also after a restart.",
                    .media_type = "text/event-stream"}},
       .problems = {{404, "The collection does not exist."}},
       .handle = [&services](Call& call) { return follow(services, call); }});
}

}  // namespace cairn::routes
