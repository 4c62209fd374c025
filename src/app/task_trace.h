#pragma once

#include <memory>
#include <optional>

#include "app/run_tasks.h"
#include "app/task_leases.h"
#include "base/clock.h"
#include "base/trace.h"

namespace cairn {

/// The trace of a task that was just claimed. It begins when the task could first run, so that waiting in the queue is
/// its first stage.
std::unique_ptr<Trace> begin_task_trace(const Task& task, const Clock& clock);

/// Ends the trace of a task, if it has one, and passes it on.
void end_task_trace(RunningTask& task, TaskStatus status, const std::optional<Error>& error, TraceSink* sink);

/// The same for a task of a batch that was committed.
void end_task_trace(RunningTask& task, const TaskOutcome& outcome, TraceSink* sink);

}  // namespace cairn
