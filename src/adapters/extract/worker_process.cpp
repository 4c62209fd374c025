#include "adapters/extract/worker_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace cairn::extract {
namespace {

/// The descriptor on which the child expects its socket.
constexpr int kChildSocket = 3;
/// How long a cancelled call may go on: one look at the token.
constexpr std::chrono::milliseconds kCancelPeriod{50};

std::unexpected<Error> cannot_start(const std::filesystem::path& program, int error) {
  return fail(ErrorKind::unavailable, fmt::format("cannot start {}: {}; it belongs beside the program cairn",
                                                  program.string(), std::strerror(error)));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
/// The child keeps standard error and the options of its sanitizers, so that their reports are seen.
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// The child's environment: nothing of ours.
std::vector<std::string> child_environment() {
  std::vector<std::string> kept;
  if (!kSanitized) return kept;
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) kept.push_back(std::string(name) + "=" + value);
  return kept;
}

/// What posix_spawn needs, with its two structures released at the end.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;

  /// /dev/null three times, then the socket, and nothing else; a process group of its own; default signals.
  void prepare(int socket) {
    for (int standard = 0; standard < (kSanitized ? 2 : 3); ++standard)
      posix_spawn_file_actions_addopen(&actions_, standard, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions_, socket, kChildSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kChildSocket + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  int spawn(pid_t& pid, const std::string& program, const std::string& argument) {
    char* const arguments[] = {const_cast<char*>("cairn-extract"), const_cast<char*>(argument.c_str()), nullptr};
    std::vector<std::string> kept = child_environment();
    std::vector<char*> environment;
    for (std::string& variable : kept) environment.push_back(variable.data());
    environment.push_back(nullptr);
    return posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments, environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<WorkerProcess> WorkerProcess::start(const std::filesystem::path& program, std::uint64_t max_memory_mb) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return cannot_start(program, errno);
  // dup2 onto itself would keep close-on-exec, so the child's end must not be the target already.
  if (pair[1] == kChildSocket) {
    const int moved = fcntl(pair[1], F_DUPFD_CLOEXEC, kChildSocket + 1);
    ::close(pair[1]);
    pair[1] = moved;
  }
  SpawnPlan plan;
  plan.prepare(pair[1]);
  pid_t pid = -1;
  const int status = plan.spawn(pid, program.string(), std::to_string(max_memory_mb));
  ::close(pair[1]);
  if (status != 0) {
    ::close(pair[0]);
    return cannot_start(program, status);
  }
  return WorkerProcess(pid, pair[0]);
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : documents(other.documents), pid_(std::exchange(other.pid_, -1)), socket_(std::exchange(other.socket_, -1)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  if (this == &other) return *this;
  end();
  documents = other.documents;
  pid_ = std::exchange(other.pid_, -1);
  socket_ = std::exchange(other.socket_, -1);
  return *this;
}

WorkerProcess::~WorkerProcess() { end(); }

void WorkerProcess::end() noexcept {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (pid_ <= 0) return;
  // The group exists as long as its leader has not been waited for, so this cannot reach a stranger.
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
}

int WorkerProcess::wait_for_end() {
  // A socket that closed without the process ending is a trick; do not wait for it.
  ::shutdown(socket_, SHUT_RDWR);
  int status = 0;
  for (int i = 0; i < 100; ++i) {
    const pid_t done = waitpid(pid_, &status, WNOHANG);
    if (done == pid_) {
      pid_ = -1;
      return status;
    }
    ::poll(nullptr, 0, 10);
  }
  end();
  return SIGKILL;
}

WorkerProcess::Break WorkerProcess::wait_until_ready(short events, Deadline deadline, const CancelToken& cancel) const {
  for (;;) {
    if (cancel.cancelled()) return Break::cancelled;
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0)) return Break::timed_out;
    const auto period = std::min<std::chrono::nanoseconds>(left, kCancelPeriod);
    pollfd ready{.fd = socket_, .events = events, .revents = 0};
    const auto wait_ms = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(period).count());
    if (::poll(&ready, 1, wait_ms) > 0) return Break::none;
  }
}

WorkerProcess::Break WorkerProcess::send(std::string_view bytes, Deadline deadline, const CancelToken& cancel) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EINTR) {
      if (const Break stop = wait_until_ready(POLLOUT, deadline, cancel); stop != Break::none) return stop;
    } else {
      return Break::closed;
    }
  }
  return Break::none;
}

WorkerProcess::Break WorkerProcess::receive(char* target, std::size_t size, Deadline deadline,
                                            const CancelToken& cancel) {
  while (size > 0) {
    const ssize_t got = ::recv(socket_, target, size, MSG_DONTWAIT);
    if (got > 0) {
      target += got;
      size -= static_cast<std::size_t>(got);
    } else if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
      if (const Break stop = wait_until_ready(POLLIN, deadline, cancel); stop != Break::none) return stop;
    } else {
      return Break::closed;
    }
  }
  return Break::none;
}

}  // namespace cairn::extract
