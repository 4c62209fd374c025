#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/catalog.h"

namespace cairn::testing {

/// One collection of a catalog as it should be: maps and rules, no store. Written from the comments in ports/catalog.h.
class CatalogModel {
 public:
  struct ModelDocument {
    std::string text;
    std::uint32_t version = 1, indexed_version = 0;
    DocumentStatus status = DocumentStatus::queued;
  };
  struct ModelTask {
    std::string type, document;
    std::uint32_t version = 0, attempts = 0;
    int priority = default_priority;
    std::uint64_t epoch = 0;
    TaskStatus status = TaskStatus::queued;
    TimePoint lease_until{}, not_before{};
  };
  /// A segment in these tests holds one version of one document.
  using Segment = std::pair<std::string, std::uint32_t>;

  std::map<std::string, ModelDocument> documents;
  std::map<TaskId, ModelTask> tasks;
  std::vector<TaskId> order;  ///< Tasks by age.
  std::uint64_t manifest = 0;
  std::vector<Segment> segments;
  std::set<Segment> dead;

  /// What registering must answer: the task that is queued already or was ended before, or none when a new task must
  /// come.
  struct Registration {
    bool unchanged = false;
    std::uint32_t version = 1;
    std::optional<TaskId> task;  ///< Empty id: none.
  };
  Registration add(const std::string& document, const std::string& text);
  /// Takes over the id that the catalog gave to a new task.
  void add_task(const TaskId& id, ModelTask task);

  /// The task that request_deletion() must return, if there is one already.
  std::optional<TaskId> remove(const std::string& document);

  std::vector<TaskId> claim(std::size_t limit, TimePoint now, std::chrono::milliseconds lease);
  bool holds(const Lease& lease) const;
  bool commit_ingest(const Lease& lease, std::uint64_t base);
  bool commit_deletion(const Lease& lease, std::uint64_t base);
  void fail(const Lease& lease, std::optional<TimePoint> retry_at);
  void release(const Lease& lease);
  bool cancel(const TaskId& id);
  bool retry(const TaskId& id);

  std::vector<TaskId> active(const std::string& document) const;

 private:
  void cancel_active(const std::string& document);
  void bury(const std::string& document);
  ModelDocument* moved_by(const ModelTask& task);
};

}  // namespace cairn::testing
