#pragma once

#include <string>

#include "api/json/shape.h"
#include "api/routes/services.h"
#include "domain/principal.h"
#include "domain/task.h"

namespace cairn::routes {

/// A task as the API shows it.
struct TaskView {
  Task task;
  std::string collection;      ///< Its name, where it still exists.
  std::string external_id;     ///< Of its document, likewise.
  std::string waiting_reason;  ///< See app/explain_task.h.
  std::string asked_by;        ///< The name of who asked for it.
  std::string question;        ///< Of an `answer`; only for who asked and who sees the whole tenant.
};

const Shape<TaskView>& task_view_shape();
Shape<TaskStatus> task_status_shape();

/// The id of a task or document as clients send it.
Shape<std::string> object_id_shape();

/// Looks up what people want to know besides. The result is left out unless `with_result`.
Result<TaskView> view_of(const Services& services, const Principal& principal, Task task, bool with_result);

}  // namespace cairn::routes
