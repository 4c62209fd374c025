#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"

namespace cairn {

enum class TaskStatus { queued, running, succeeded, failed, cancelled };

constexpr const char* to_string(TaskStatus status) {
  switch (status) {
    case TaskStatus::queued: return "queued";
    case TaskStatus::running: return "running";
    case TaskStatus::succeeded: return "succeeded";
    case TaskStatus::failed: return "failed";
    case TaskStatus::cancelled: return "cancelled";
  }
  return "failed";
}

constexpr int default_priority = 5;        ///< 0 first … 9 last.
constexpr std::uint32_t max_attempts = 3;  ///< After so many a task is failed for good.

/// Durable work. While it runs, a node holds its lease; `epoch` grows with every claim, so that a node that lost its
/// lease cannot complete the task any more.
struct Task {
  TaskId id;
  TenantId tenant;
  std::string type;  ///< ingest | delete | compact | collect | reindex | answer …
  int priority = default_priority;
  TaskStatus status = TaskStatus::queued;
  CollectionId collection;  ///< May be empty.
  DocumentId document;      ///< May be empty.
  std::uint32_t document_version = 0;
  nlohmann::json payload = nlohmann::json::object();
  std::uint32_t attempts = 0;
  std::uint64_t epoch = 0;
  NodeId node;  ///< Who holds or held the lease.
  double progress = 0;
  std::string error;
  TimePoint created_at{};
  std::optional<TimePoint> started_at, finished_at, lease_until, not_before;
  std::optional<TimePoint> deadline;    ///< Not ended by then: failed.
  std::optional<TimePoint> expires_at;  ///< When it may be forgotten once it has ended; empty: by its age.
  TaskId parent;                        ///< The task that queued it; may be empty.
  nlohmann::json requested_by = nlohmann::json::object();  ///< The principal that asked; empty: Cairn itself.
  std::string stage;                                       ///< What it does just now, where its document does not tell.
  nlohmann::json result;                                   ///< What it found out (`answer`, `reindex`); null: nothing.
  std::uint64_t change = 0;                                ///< Number of its newest change, see Catalog::changes.
};

/// A lease held by a worker, as it must be shown to complete or renew the task.
struct Lease {
  TaskId task;
  std::uint64_t epoch = 0;
};

}  // namespace cairn
