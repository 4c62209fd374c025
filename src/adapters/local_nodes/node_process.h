#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace cairn::local_nodes {

/// How to start one.
struct ProcessPlan {
  std::filesystem::path program;
  std::vector<std::string> arguments;    ///< Without the program's name. No secrets: anybody can read them.
  std::vector<std::string> environment;  ///< "NAME=value"; all that it gets.
  std::filesystem::path folder;          ///< Its own: `lock` and `node.log` in it are used here.
};

/// A child in a session of its own. It is told to end (SIGTERM) when the thread that started it ends, whatever ends it;
/// as long as it runs it holds the lock of its folder, also then.
class NodeProcess {
 public:
  /// Errors: `conflict` (a process that somebody else started still uses the folder), `unavailable` (with what the
  /// system says).
  static Result<NodeProcess> start(const ProcessPlan& plan);

  /// Kills what still runs, and waits for it.
  ~NodeProcess();
  NodeProcess(NodeProcess&& other) noexcept;
  NodeProcess& operator=(NodeProcess&& other) noexcept;

  pid_t pid() const { return pid_; }

  /// Tells it to end in order: once, because the second time it would end at once.
  void tell_to_end();
  bool was_told_to_end() const { return told_to_end_; }

  void kill();

  /// Whether it has ended; then it has been waited for. Never waits.
  bool has_ended();

  /// "with status 1", "by signal 9"; empty while it runs.
  const std::string& how_it_ended() const { return how_it_ended_; }

 private:
  explicit NodeProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_ = -1;  // -1: it has ended.
  bool told_to_end_ = false;
  std::string how_it_ended_;
};

}  // namespace cairn::local_nodes
