#include "app/explain_task.h"

namespace cairn {
namespace {

/// Counting further would tell nobody more.
constexpr std::uint64_t counted_at_most = 100;

/// What waits for a time says so; a clock that was set back makes that late, not wrong.
std::string retry_reason(const Task& task) {
  return "waits until " + to_rfc3339(*task.not_before) + " for attempt " + std::to_string(task.attempts + 1) + " of " +
         std::to_string(max_attempts) + (task.error.empty() ? "" : "; the last error was: " + task.error);
}

std::string queue_reason(std::uint64_t ahead, const Principal& viewer) {
  if (ahead == 0) return "waits for a free worker";
  // How much others have to do is told only to those who see all of it.
  if (!viewer.is_owner) return "waits behind other tasks";
  if (ahead >= counted_at_most) return "waits behind more than " + std::to_string(counted_at_most - 1) + " tasks";
  return "waits behind " + std::to_string(ahead) + (ahead == 1 ? " task" : " tasks");
}

}  // namespace

Result<std::string> waiting_reason(const Catalog& catalog, const Task& task, const TaskViewpoint& from) {
  if (task.status == TaskStatus::running) {
    if (!task.lease_until || *task.lease_until > from.now) return task.stage;
    return "its worker (" + task.node.value() + ") has not been heard of since before " +
           to_rfc3339(*task.lease_until) + ": another one takes over";
  }
  if (task.status != TaskStatus::queued) return std::string();
  if (!from.worker_trouble.empty()) return "no worker is running, which is tried again: " + from.worker_trouble;
  if (task.not_before && *task.not_before > from.now) return retry_reason(task);
  const auto ahead = catalog.tasks_ahead(task.id, counted_at_most);
  if (!ahead && ahead.error().kind == ErrorKind::not_found) return std::string();  // It is gone by now.
  if (!ahead) return fail(ahead.error());
  return queue_reason(*ahead, from.viewer);
}

}  // namespace cairn
