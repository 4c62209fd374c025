#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/principal.h"
#include "domain/task.h"
#include "ports/catalog.h"

namespace cairn {

/// A task as somebody asks for it.
struct TaskOrder {
  std::string type;             ///< One of orderable_types().
  std::optional<int> priority;  ///< Empty: default_priority, and for `reindex` less urgent than what people wait for.
  std::string collection;       ///< Its name, of `reindex` and `compact`.
  DocumentId document;          ///< Of `delete`.
  nlohmann::json payload = nlohmann::json::object();  ///< Of `answer`: what its handler reads.
  std::optional<std::chrono::seconds> deadline;       ///< From now; empty: ten minutes for an `answer`, else none.
  std::optional<std::chrono::seconds> expiry;         ///< From now; empty: a day for an `answer`, else by its age.
};

/// What can be asked for. `ingest` is not among them: documents come by being uploaded.
const std::vector<std::string>& orderable_types();

/// Queues a task in the name of the principal: `answer` (scope query), `reindex` and `delete` (ingest), `compact` and
/// `collect` (admin). The same task that is queued already is returned instead. Errors: `forbidden` (scope), `invalid`,
/// `not_found` (collection or document, also those that the principal may not see).
Result<Task> submit_task(Catalog& catalog, const Clock& clock, const Principal& principal, const TaskOrder& order);

}  // namespace cairn
