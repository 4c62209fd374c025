#pragma once

#include <string>
#include <vector>

#include "api/json/shape.h"
#include "api/routes/services.h"
#include "app/run_tasks.h"
#include "app/submit_task.h"

namespace cairn::routes {

/// What the types of tasks need, of all of them together; check_payload() knows which needs what.
struct TaskPayload {
  std::string question;
  std::vector<std::string> collections;
  std::optional<std::size_t> limit;
  nlohmann::json filter;
  std::string generator;
  std::string collection;
  std::string document_id;
};

Shape<TaskPayload> task_payload_shape(const std::vector<std::string>& generators);

/// Whether a request to queue a task (the whole body) has what its type needs, and nothing of other types. Errors:
/// `invalid`, with the member.
Result<void> check_payload(const nlohmann::json& body, const std::string& path);

/// The same as JSON schema: one alternative for each type.
Json payload_alternatives();

/// Puts a payload that was checked where `order.type` wants it.
void fill_order(const Services& services, TaskPayload payload, TaskOrder& order);

/// Answers questions that were submitted as tasks, as the principal that asked: with the groups and scopes that it has
/// when the task runs, and none that it did not have when it asked. The services must outlive the result.
TaskHandlers answer_handlers(const Services& services);

}  // namespace cairn::routes
