#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"

namespace cairn::extract {

/// One running cairn-extract and the socket to it. Killed with its process group when this ends. One thread at a time.
class WorkerProcess {
 public:
  /// Starts the program with an empty environment and no descriptor but the socket. `unavailable` when it cannot run.
  static Result<WorkerProcess> start(const std::filesystem::path& program, std::uint64_t max_memory_mb);

  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();

  using Deadline = std::chrono::steady_clock::time_point;

  /// Why talking stopped.
  enum class Break { none, closed, timed_out, cancelled };

  /// Both move all bytes, and look at `cancel` several times a second.
  Break send(std::string_view bytes, Deadline deadline, const CancelToken& cancel);
  Break receive(char* target, std::size_t size, Deadline deadline, const CancelToken& cancel);

  /// After Break::closed: waits for the end and says how it came, as waitpid does.
  int wait_for_end();

  std::uint32_t documents = 0;  ///< Served so far.

 private:
  WorkerProcess(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  Break wait_until_ready(short events, Deadline deadline, const CancelToken& cancel) const;
  void end() noexcept;

  pid_t pid_ = -1;
  int socket_ = -1;
};

}  // namespace cairn::extract
