#pragma once

#include <chrono>

#include "base/log.h"
#include "base/trace.h"

namespace cairn {

/// Logs the end of operations that were slow or failed, with the time of each of their stages: enough to see in one
/// line where it went. Texts of documents and questions are never attributes of a trace, so they are never here.
class TraceLog final : public TraceSink {
 public:
  struct Limits {
    std::chrono::milliseconds slow_request{1'000};
    std::chrono::milliseconds slow_task{60'000};  ///< Without the time that it waited in the queue.
  };

  /// `log` must outlive this.
  TraceLog(Log& log, Limits limits) : log_(log), limits_(limits) {}

  void ended(const std::shared_ptr<const EndedTrace>& trace) override;

 private:
  Log& log_;
  Limits limits_;
};

/// The time of each stage, added up over spans of the same name, in the order in which they began, in milliseconds.
std::vector<std::pair<std::string_view, double>> stage_times(const EndedTrace& trace);

}  // namespace cairn
