#include "api/routes/task_view.h"

#include "api/json/shapes.h"
#include "app/explain_task.h"
#include "app/task_requester.h"
#include "app/visible_documents.h"

namespace cairn::routes {
namespace {

template <class Tag>
Shape<StrongId<Tag>> id_or_null() {
  return shape::id<Tag>(shape::text_or_null());
}

/// What a task found out, as it is.
Shape<nlohmann::json> result_shape() {
  Schema schema;
  schema.kind = Schema::Kind::object;
  schema.nullable = true;
  schema.values = std::make_shared<const Schema>();
  return {shape::schema_of(std::move(schema)), shape::write_plain<nlohmann::json>, {}};
}

/// Answers quote documents: whoever may no longer see one of them may not read the answer either (invariant 6).
Result<bool> may_read_result(const Services& services, const Principal& principal, const Task& task) {
  if (principal.is_owner) return true;
  if (!asked_for(principal, task)) return false;
  const auto citations = task.result.find("citations");
  if (citations == task.result.end() || !citations->is_array()) return true;
  for (const nlohmann::json& citation : *citations) {
    if (!citation.is_object()) return false;
    const auto seen =
        visible_document(services.catalog, principal, DocumentId(citation.value("document_id", std::string())));
    if (!seen && seen.error().kind != ErrorKind::not_found) return fail(seen.error());
    if (!seen) return false;
  }
  return true;
}

template <class T>
Result<std::optional<T>> if_found(Result<T> found) {
  if (found) return std::optional<T>(*std::move(found));
  if (found.error().kind == ErrorKind::not_found) return std::optional<T>();
  return fail(std::move(found).error());
}

}  // namespace

Shape<TaskStatus> task_status_shape() {
  return shape::choice<TaskStatus>(
      {TaskStatus::queued, TaskStatus::running, TaskStatus::succeeded, TaskStatus::failed, TaskStatus::cancelled},
      [](TaskStatus value) { return to_string(value); });
}

Shape<std::string> object_id_shape() {
  return shape::text(32, 32).with([](Schema& schema) {
    schema.pattern = "^[0-9a-f]{32}$";
    schema.matches = [](std::string_view id) { return id.find_first_not_of("0123456789abcdef") == id.npos; };
    schema.pattern_in_words = "32 lower-case hexadecimal digits";
  });
}

const Shape<TaskView>& task_view_shape() {
  using V = TaskView;
  const auto of = [](auto member) { return [member](const V& view) { return view.task.*member; }; };
  static const auto made =
      ObjectShape<V>("Task", "Durable work.")
          .written("id", shape::id<TaskTag>(shape::text()), of(&Task::id), "")
          .written("type", shape::text(), of(&Task::type), "ingest, delete, compact, collect, reindex or answer.")
          .written("status", task_status_shape(), of(&Task::status), "")
          .written("priority", shape::integer<int>(0, 9), of(&Task::priority), "0 first, 9 last.")
          .written("attempts", shape::count<std::uint32_t>(), of(&Task::attempts), "It fails for good after three.")
          .written("node", id_or_null<NodeTag>(), of(&Task::node), "Who works or worked on it.")
          .written("progress", shape::number(0, 1), of(&Task::progress), "")
          .written("error", shape::text_or_null(), of(&Task::error), "Of the last attempt.")
          .written(
              "waiting_reason", shape::text_or_null(), [](const V& view) { return view.waiting_reason; },
              "Why it does not move, or what it does just now.")
          .written("created_at", shape::time(), of(&Task::created_at), "")
          .written("started_at", shape::time_or_null(), of(&Task::started_at), "")
          .written("finished_at", shape::time_or_null(), of(&Task::finished_at), "")
          .written("not_before", shape::time_or_null(), of(&Task::not_before), "When the next attempt may begin.")
          .written("deadline", shape::time_or_null(), of(&Task::deadline), "It fails when it has not ended by then.")
          .written("expires_at", shape::time_or_null(), of(&Task::expires_at), "When it may be forgotten once ended.")
          .written(
              "collection", shape::text_or_null(), [](const V& view) { return view.collection; }, "Its name.")
          .written("document_id", id_or_null<DocumentTag>(), of(&Task::document), "")
          .written(
              "external_id", shape::text_or_null(), [](const V& view) { return view.external_id; }, "Of the document.")
          .written("parent", id_or_null<TaskTag>(), of(&Task::parent), "The task that queued it.")
          .written(
              "asked_by", shape::text_or_null(), [](const V& view) { return view.asked_by; },
              "Null: Cairn itself, or an upload.")
          .written(
              "question", shape::text_or_null(), [](const V& view) { return view.question; },
              "Of an `answer`, for who asked it.")
          .written("result", result_shape(), of(&Task::result),
                   "What it found out, for who asked: of an `answer`, the object of /v1/answers. Null in lists.")
          .done();
  return made;
}

Result<TaskView> view_of(const Services& services, const Principal& principal, Task task, bool with_result) {
  TaskView view;
  const TaskViewpoint from{.viewer = principal,
                           .now = services.clock.now(),
                           .worker_trouble = services.worker_trouble ? services.worker_trouble() : ""};
  CAIRN_TRY(view.waiting_reason, waiting_reason(services.catalog, task, from));
  if (!task.collection.empty()) {
    CAIRN_TRY(const auto collection, if_found(services.catalog.collection(task.collection)));
    if (collection) view.collection = collection->name;
  }
  if (!task.document.empty()) {
    CAIRN_TRY(const auto document, if_found(services.catalog.document(task.document)));
    if (document) view.external_id = document->external_id;
  }
  if (task.requested_by.is_object()) view.asked_by = task.requested_by.value("name", "");
  const bool own = principal.is_owner || asked_for(principal, task);
  if (own && task.payload.is_object()) view.question = task.payload.value("question", "");
  bool shown = with_result && !task.result.is_null();
  if (shown) { CAIRN_TRY(shown, may_read_result(services, principal, task)); }
  if (!shown) task.result = nullptr;
  view.task = std::move(task);
  return view;
}

}  // namespace cairn::routes
