#include "model/catalog_model.h"

#include <algorithm>

namespace cairn::testing {

std::vector<TaskId> CatalogModel::active(const std::string& document) const {
  std::vector<TaskId> found;
  for (const TaskId& id : order) {
    const ModelTask& task = tasks.at(id);
    if (task.document == document && (task.status == TaskStatus::queued || task.status == TaskStatus::running))
      found.push_back(id);
  }
  return found;
}

void CatalogModel::cancel_active(const std::string& document) {
  for (const TaskId& id : active(document)) tasks.at(id).status = TaskStatus::cancelled;
}

CatalogModel::Registration CatalogModel::add(const std::string& name, const std::string& text) {
  const auto found = documents.find(name);
  if (found == documents.end()) {
    documents[name] = {.text = text};
    return {};
  }
  ModelDocument& document = found->second;
  bool dying = false;
  std::optional<TaskId> ingest;
  for (const TaskId& id : active(name)) (tasks.at(id).type == "delete" ? dying = true : (ingest = id, false));
  const bool same = document.text == text && !dying;
  if (same && ingest) return {.unchanged = true, .version = document.version, .task = ingest};
  if (same && document.indexed_version == document.version && document.status != DocumentStatus::failed)
    return {.unchanged = true, .version = document.version, .task = TaskId()};
  cancel_active(name);
  document.text = text;
  document.version += same ? 0 : 1;
  document.status = DocumentStatus::queued;
  return {.unchanged = false, .version = document.version, .task = std::nullopt};
}

void CatalogModel::add_task(const TaskId& id, ModelTask task) {
  tasks[id] = std::move(task);
  order.push_back(id);
}

std::optional<TaskId> CatalogModel::remove(const std::string& name) {
  const auto running = active(name);
  for (const TaskId& id : running)
    if (tasks.at(id).type == "delete") return id;
  if (running.empty()) return std::nullopt;
  cancel_active(name);
  ModelDocument& document = documents.at(name);
  document.status = document.indexed_version > 0 ? DocumentStatus::indexed : DocumentStatus::failed;
  return std::nullopt;
}

std::vector<TaskId> CatalogModel::claim(std::size_t limit, TimePoint now, std::chrono::milliseconds lease) {
  std::vector<TaskId> ready;
  for (const TaskId& id : order) {
    ModelTask& task = tasks.at(id);
    const bool expired = task.status == TaskStatus::running && task.lease_until <= now;
    if (expired && task.attempts >= max_attempts) {
      task.status = TaskStatus::failed;
      if (ModelDocument* document = moved_by(task)) document->status = DocumentStatus::failed;
    } else if (expired || (task.status == TaskStatus::queued && task.not_before <= now)) {
      ready.push_back(id);
    }
  }
  std::ranges::stable_sort(ready, {}, [&](const TaskId& id) { return tasks.at(id).priority; });
  ready.resize(std::min(limit, ready.size()));
  for (const TaskId& id : ready) {
    ModelTask& task = tasks.at(id);
    task.status = TaskStatus::running;
    ++task.attempts;
    ++task.epoch;
    task.lease_until = now + lease;
    task.not_before = {};
  }
  return ready;
}

bool CatalogModel::holds(const Lease& lease) const {
  const auto task = tasks.find(lease.task);
  return task != tasks.end() && task->second.status == TaskStatus::running && task->second.epoch == lease.epoch;
}

void CatalogModel::bury(const std::string& name) {
  for (const Segment& segment : segments)
    if (segment.first == name) dead.insert(segment);
}

bool CatalogModel::commit_ingest(const Lease& lease, std::uint64_t base) {
  if (!holds(lease) || base != manifest) return false;
  ModelTask& task = tasks.at(lease.task);
  ModelDocument& document = documents.at(task.document);
  bury(task.document);
  segments.emplace_back(task.document, static_cast<std::uint32_t>(manifest));
  ++manifest;
  document.indexed_version = task.version;
  document.status = DocumentStatus::indexed;
  task.status = TaskStatus::succeeded;
  return true;
}

bool CatalogModel::commit_deletion(const Lease& lease, std::uint64_t base) {
  if (!holds(lease) || base != manifest) return false;
  ModelTask& task = tasks.at(lease.task);
  bury(task.document);
  ++manifest;
  documents.erase(task.document);
  task.status = TaskStatus::succeeded;
  return true;
}

CatalogModel::ModelDocument* CatalogModel::moved_by(const ModelTask& task) {
  const auto document = documents.find(task.document);
  if (task.type == "delete" || document == documents.end() || document->second.version != task.version) return nullptr;
  return &document->second;
}

void CatalogModel::fail(const Lease& lease, std::optional<TimePoint> retry_at) {
  if (!holds(lease)) return;
  ModelTask& task = tasks.at(lease.task);
  const bool again = retry_at && task.attempts < max_attempts;
  task.status = again ? TaskStatus::queued : TaskStatus::failed;
  if (again) task.not_before = *retry_at;
  if (ModelDocument* document = moved_by(task))
    document->status = again ? DocumentStatus::queued : DocumentStatus::failed;
}

void CatalogModel::release(const Lease& lease) {
  if (!holds(lease)) return;
  ModelTask& task = tasks.at(lease.task);
  task.status = TaskStatus::queued;
  --task.attempts;
  if (ModelDocument* document = moved_by(task)) document->status = DocumentStatus::queued;
}

bool CatalogModel::cancel(const TaskId& id) {
  ModelTask& task = tasks.at(id);
  if (task.status != TaskStatus::queued && task.status != TaskStatus::running) return false;
  task.status = TaskStatus::cancelled;
  if (ModelDocument* document = moved_by(task))
    document->status = document->indexed_version > 0 ? DocumentStatus::indexed : DocumentStatus::failed;
  return true;
}

bool CatalogModel::retry(const TaskId& id) {
  ModelTask& task = tasks.at(id);
  const auto document = documents.find(task.document);
  if (task.status != TaskStatus::failed && task.status != TaskStatus::cancelled) return false;
  if (document == documents.end() || document->second.version != task.version || !active(task.document).empty())
    return false;
  task.status = TaskStatus::queued;
  task.attempts = 0;
  task.not_before = {};
  if (ModelDocument* moved = moved_by(task)) moved->status = DocumentStatus::queued;
  return true;
}

}  // namespace cairn::testing
