#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cairn::testing {

/// A program that a test starts, and ends by its process id.
class ChildProcess {
 public:
  ChildProcess() = default;

  /// What it says goes to the file `log`.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& log) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot start " + command.front());
    if (pid_ > 0) return;
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&& other) noexcept {
    if (this != &other) end(SIGKILL), pid_ = std::exchange(other.pid_, -1);
    return *this;
  }
  ~ChildProcess() { end(SIGKILL); }

  bool is_started() const { return pid_ > 0; }

  /// Whether it has not ended yet.
  bool is_running() const {
    siginfo_t ended{};
    return pid_ > 0 && ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
  }
  void send(int signal) const { ::kill(pid_, signal); }

  /// Its exit status; 0 for one that was never started.
  int wait() {
    int status = 0;
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }

  void end(int signal) {
    if (pid_ > 0) send(signal);
    wait();
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace cairn::testing
