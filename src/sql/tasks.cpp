#include "sql/tasks.h"

#include "ports/page_cursor.h"
#include "sql/documents.h"
#include "sql/each_of.h"
#include "sql/rows.h"
#include "sql/task_rules.h"

namespace cairn::sql {
namespace {

constexpr std::size_t task_statuses = static_cast<std::size_t>(TaskStatus::cancelled) + 1;
constexpr int kept_ended_tasks = 1'000;

// Whether the viewer with the groups ?7 (a JSON list) and the subject ?8 may see a task; no groups: it sees all.
#define CAIRN_TASK_IS_VISIBLE                                                                                        \
  " (?7 IS NULL OR (t.requested_by <> '{}' AND json_extract(t.requested_by, '$.subject') = ?8) OR EXISTS (SELECT 1 " \
  "FROM documents v WHERE v.id = t.document AND (v.acl = '[]' OR EXISTS (SELECT 1 FROM json_each(v.acl) e WHERE "    \
  "e.value IN (SELECT value FROM json_each(?7)))))) "

/// The values for ?7 and ?8.
struct ViewerValues {
  explicit ViewerValues(const std::optional<TaskViewer>& viewer) {
    if (!viewer) return;
    groups = to_text(nlohmann::json(viewer->groups));
    subject = viewer->subject;
  }
  std::optional<std::string> groups, subject;
};

bool has_ended(const Task& task) { return task.status != TaskStatus::queued && task.status != TaskStatus::running; }

std::unexpected<Error> ended_conflict(const Task& task) {
  return fail(ErrorKind::conflict, "task " + task.id.value() + " has ended already: it " + to_string(task.status));
}

/// A queued task that asks for the same is as good as a new one.
Result<std::optional<Task>> find_queued_twin(Connection& db, const Task& wanted, std::int64_t collection) {
  return db.first("SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
                  " WHERE t.status < 2 AND t.status = 0 AND t.document IS NOT DISTINCT FROM ? AND t.type = ? AND "
                  "t.collection IS NOT DISTINCT FROM ? "
                  "AND t.tenant = ? AND t.payload = ? AND t.document_version = ? AND t.requested_by = ?",
                  read_task, id_or_null(wanted.document), wanted.type, key_or_null(collection), wanted.tenant.value(),
                  to_text(wanted.payload), wanted.document_version, to_text(wanted.requested_by));
}

/// Whether queueing the task again would touch what has moved on since it ended.
Result<void> check_still_wanted(Connection& db, const Task& task) {
  if (task.document.empty()) return {};
  const auto document = find_document(db, task.document);
  if (!document && document.error().kind != ErrorKind::not_found) return fail(document.error());
  if (!document || (task.document_version != 0 && document->version != task.document_version))
    return fail(ErrorKind::conflict,
                "the document of task " + task.id.value() + " was replaced or deleted since: ingest it again");
  CAIRN_TRY(const auto active, active_tasks(db, task.document));
  if (active.empty()) return {};
  return fail(ErrorKind::conflict,
              "task " + active.front().id.value() + " is working on the same document: wait for it");
}

Result<std::vector<TaskId>> active_children(Connection& db, const TaskId& parent) {
  std::vector<TaskId> children;
  CAIRN_CHECK(db.each(
      "SELECT id FROM tasks WHERE parent = ? AND status < 2",
      [&](Row row) { children.push_back(to_task_id(row.binary())); }, stored(parent)));
  return children;
}

}  // namespace

Result<Task> enqueue(const WriteContext& context, const Task& wanted) {
  CAIRN_CHECK(check_priority(wanted.priority));
  if (wanted.type.empty()) return fail(ErrorKind::invalid, "a task needs a type");
  std::int64_t key = 0;
  if (!wanted.collection.empty()) { CAIRN_TRY(key, collection_key(context.db, wanted.collection)); }
  CAIRN_TRY(auto twin, find_queued_twin(context.db, wanted, key));
  if (twin && twin->priority <= wanted.priority) return *std::move(twin);
  if (twin) return set_priority(context, twin->id, wanted.priority);
  Task fresh;
  fresh.tenant = wanted.tenant;
  fresh.type = wanted.type;
  fresh.priority = wanted.priority;
  fresh.collection = wanted.collection;
  fresh.document = wanted.document;
  fresh.document_version = wanted.document_version;
  fresh.payload = wanted.payload;
  fresh.not_before = wanted.not_before;
  fresh.deadline = wanted.deadline;
  fresh.expires_at = wanted.expires_at;
  fresh.parent = wanted.parent;
  fresh.requested_by = wanted.requested_by;
  return insert_task(context, std::move(fresh), key);
}

Result<std::optional<Task>> find_leased_task(Connection& db, const Lease& lease) {
  return db.first("SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
                  " WHERE t.id = ? AND t.status = 1 AND t.epoch = ?",
                  read_task, stored(lease.task), lease.epoch);
}

Result<std::unordered_map<TaskId, Task>> running_tasks(Connection& db, const std::vector<TaskId>& ids) {
  std::unordered_map<TaskId, Task> running;
  const auto add = [&](Row row) {
    Task task = read_task(row);
    TaskId id = task.id;
    running.emplace(std::move(id), std::move(task));
  };
  CAIRN_CHECK(each_of<TaskId>(
      db, "SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES " WHERE t.status = 1 AND t.id IN " CAIRN_SOME_IDS,
      ids, add));
  return running;
}

Result<Task> find_task(Connection& db, const TaskId& id) {
  CAIRN_TRY(auto found,
            db.first("SELECT " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES " WHERE t.id = ?", read_task, stored(id)));
  if (!found) return fail(ErrorKind::not_found, "there is no task '" + id.value() + "': see the list of tasks");
  return *std::move(found);
}

Result<Page<Task>> list_tasks(Connection& db, const TaskFilter& filter) {
  if (filter.limit == 0) return fail(ErrorKind::invalid, "a page has at least one task: ask for a limit of 1 or more");
  CAIRN_TRY(const std::int64_t below, page_position(PagedList::tasks, filter.cursor, INT64_MAX));
  Page<Task> page;
  std::int64_t last_key = 0;
  const auto add = [&](Row row) {
    const std::int64_t key = row.integer();
    if (page.items.size() < filter.limit) {
      page.items.push_back(read_task(row));
      last_key = key;
    } else {
      page.next_cursor = page_cursor(PagedList::tasks, last_key);
    }
  };
  const ViewerValues viewer(filter.viewer);
  const auto type = filter.type.empty() ? std::optional<std::string>() : filter.type;
  // With a status the index by status leads; without, the keys themselves.
  constexpr std::string_view by_status = "SELECT t.key, " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
                                         " WHERE t.tenant = ?1 AND t.status = ?2 AND t.key < ?3 AND (?4 IS NULL OR "
                                         "t.priority = ?4) AND (?5 IS NULL OR t.type = ?5) AND (?9 IS NULL OR "
                                         "t.parent = ?9) AND" CAIRN_TASK_IS_VISIBLE "ORDER BY t.key DESC LIMIT ?6";
  constexpr std::string_view any_status = "SELECT t.key, " CAIRN_TASK_COLUMNS " FROM " CAIRN_TASK_TABLES
                                          " WHERE t.tenant = ?1 AND ?2 IS NULL AND t.key < ?3 AND (?4 IS NULL OR "
                                          "t.priority = ?4) AND (?5 IS NULL OR t.type = ?5) AND (?9 IS NULL OR "
                                          "t.parent = ?9) AND" CAIRN_TASK_IS_VISIBLE "ORDER BY t.key DESC LIMIT ?6";
  CAIRN_CHECK(db.each(filter.status ? by_status : any_status, add, filter.tenant.value(), filter.status, below,
                      filter.priority, type, filter.limit + 1, viewer.groups, viewer.subject,
                      id_or_null(filter.parent)));
  return page;
}

Result<std::vector<std::uint64_t>> count_tasks(Connection& db, const TenantId& tenant) {
  std::vector<std::uint64_t> counts(task_statuses);
  const auto read = [&](Row row) {
    const auto status = row.as<std::size_t>();
    if (status < counts.size()) counts[status] = row.as<std::uint64_t>();
  };
  CAIRN_CHECK(db.each("SELECT status, count(*) FROM tasks WHERE tenant = ? GROUP BY status", read, tenant.value()));
  return counts;
}

Result<std::vector<std::uint64_t>> count_tasks(Connection& db, const TenantId& tenant, const TaskViewer& viewer) {
  std::vector<std::uint64_t> counts(task_statuses);
  const auto read = [&](Row row) {
    const auto status = row.as<std::size_t>();
    if (status < counts.size()) counts[status] = row.as<std::uint64_t>();
  };
  const ViewerValues values(viewer);
  CAIRN_CHECK(db.each(
      "SELECT t.status, count(*) FROM tasks t WHERE t.tenant = ?1 AND" CAIRN_TASK_IS_VISIBLE "GROUP BY t.status", read,
      tenant.value(), nullptr, nullptr, nullptr, nullptr, nullptr, values.groups, values.subject));
  return counts;
}

Result<std::uint64_t> tasks_ahead(Connection& db, const TaskId& id, std::uint64_t most) {
  const auto read = [](Row row) { return row.integer(); };
  CAIRN_TRY(const auto key, db.first("SELECT key FROM tasks WHERE id = ?", read, stored(id)));
  if (!key) return fail(ErrorKind::not_found, "there is no task '" + id.value() + "': see the list of tasks");
  CAIRN_TRY(const auto ahead,
            db.first(
                "SELECT count(*) FROM (SELECT 1 FROM tasks me JOIN tasks t ON t.status = 0 AND t.type = me.type AND "
                "t.tenant = me.tenant AND (t.priority, t.key) < (me.priority, me.key) WHERE me.key = ? AND me.status = "
                "0 LIMIT ?) ahead",
                [](Row row) { return row.as<std::uint64_t>(); }, *key, most));
  return ahead.value_or(0);
}

Result<Task> cancel_task(const WriteContext& context, const TaskId& id) {
  CAIRN_TRY(const Task task, find_task(context.db, id));
  if (has_ended(task)) return ended_conflict(task);
  CAIRN_CHECK(context.db.post(
      "UPDATE tasks SET status = ?, error = 'cancelled', finished_at = ?, lease_until = NULL, change = next_change() "
      "WHERE id = ?",
      TaskStatus::cancelled, context.now, stored(id)));
  CAIRN_CHECK(cancel_document(context, task));
  CAIRN_TRY(const auto children, active_children(context.db, id));
  for (const TaskId& child : children) CAIRN_CHECK(cancel_task(context, child));
  return find_task(context.db, id);
}

Result<Task> retry_task(const WriteContext& context, const TaskId& id) {
  CAIRN_TRY(const Task task, find_task(context.db, id));
  if (task.status != TaskStatus::failed && task.status != TaskStatus::cancelled)
    return fail(ErrorKind::conflict, "only a failed or cancelled task can be tried again; task " + id.value() + " is " +
                                         to_string(task.status));
  CAIRN_CHECK(check_still_wanted(context.db, task));
  CAIRN_CHECK(context.db.post(
      "UPDATE tasks SET status = ?, attempts = 0, progress = 0, error = '', started_at = NULL, finished_at = NULL, "
      "not_before = NULL, deadline = NULL, stage = '', result = '', change = next_change() WHERE id = ?",
      TaskStatus::queued, stored(id)));
  CAIRN_CHECK(queue_document_again(context, task));
  return find_task(context.db, id);
}

Result<Task> set_priority(const WriteContext& context, const TaskId& id, int priority) {
  CAIRN_CHECK(check_priority(priority));
  CAIRN_TRY(const Task task, find_task(context.db, id));
  if (has_ended(task)) return ended_conflict(task);
  CAIRN_CHECK(
      context.db.post("UPDATE tasks SET priority = ?, change = next_change() WHERE id = ?", priority, stored(id)));
  return find_task(context.db, id);
}

Result<std::uint64_t> prune_tasks(const WriteContext& context, std::chrono::milliseconds age) {
  CAIRN_TRY(std::int64_t removed,
            context.db.run("DELETE FROM tasks WHERE expires_at IS NOT NULL AND status >= 2 AND expires_at <= ?",
                           context.now));
  CAIRN_TRY(const auto oldest_kept, context.db.first(
                                        "SELECT key FROM tasks WHERE status >= 2 ORDER BY key DESC LIMIT 1 OFFSET ?",
                                        [](Row row) { return row.integer(); }, kept_ended_tasks - 1));
  if (oldest_kept) {
    CAIRN_TRY(const std::int64_t old, context.db.run("DELETE FROM tasks WHERE status >= 2 AND key < ? AND finished_at "
                                                     "< ? AND expires_at IS NULL",
                                                     *oldest_kept, context.now - age));
    removed += old;
  }
  return static_cast<std::uint64_t>(removed);
}

}  // namespace cairn::sql
