#include "adapters/local_nodes/node_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

namespace cairn::local_nodes {
namespace {

constexpr int child_lock = 3;  // The descriptor that carries the folder's lock in the child.
constexpr int exit_not_started = 127;

std::unexpected<Error> cannot(const std::string& what, int error) {
  return fail(ErrorKind::unavailable, fmt::format("cannot {}: {}", what, std::strerror(error)));
}

/// Closed at the end, unless it is -1.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

/// What the child needs, made before the fork: after it nothing may allocate.
struct Prepared {
  explicit Prepared(const ProcessPlan& plan) : program(plan.program.string()) {
    arguments.push_back(program.data());
    for (const std::string& argument : plan.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    for (const std::string& variable : plan.environment) environment.push_back(const_cast<char*>(variable.c_str()));
    environment.push_back(nullptr);
  }

  std::string program;
  std::vector<char*> arguments, environment;
};

/// Runs in the child, between fork and exec: nothing but system calls.
[[noreturn]] void become(const Prepared& prepared, pid_t parent, int log, int lock) {
  setsid();  // Ctrl-C in the terminal is for whoever started it.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(exit_not_started);  // It was gone before that was said.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // First out of the way of 0 to 3, then there.
  const int log_there = fcntl(log, F_DUPFD, 10), lock_there = fcntl(lock, F_DUPFD, 10);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (log_there < 0 || lock_there < 0 || nothing < 0) _exit(exit_not_started);
  dup2(nothing, STDIN_FILENO);
  dup2(log_there, STDOUT_FILENO);
  dup2(log_there, STDERR_FILENO);
  dup2(lock_there, child_lock);
  close_range(child_lock + 1, ~0u, 0);
  execve(prepared.program.c_str(), prepared.arguments.data(), prepared.environment.data());
  _exit(exit_not_started);
}

std::string in_words(int status) {
  if (WIFSIGNALED(status)) return fmt::format("by signal {}", WTERMSIG(status));
  return fmt::format("with status {}", WEXITSTATUS(status));
}

}  // namespace

Result<NodeProcess> NodeProcess::start(const ProcessPlan& plan) {
  std::error_code error;
  std::filesystem::create_directories(plan.folder, error);
  if (error) return cannot("make the folder " + plan.folder.string(), error.value());
  const File lock(::open((plan.folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) return cannot("write in " + plan.folder.string(), errno);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorKind::conflict, "a node still runs in " + plan.folder.string());
  const File log(::open((plan.folder / "node.log").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (log.get() < 0) return cannot("write in " + plan.folder.string(), errno);
  const Prepared prepared(plan);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return cannot("start another process", errno);
  if (pid == 0) become(prepared, parent, log.get(), lock.get());
  return NodeProcess(pid);
}

NodeProcess::NodeProcess(NodeProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      told_to_end_(other.told_to_end_),
      how_it_ended_(std::move(other.how_it_ended_)) {}

NodeProcess& NodeProcess::operator=(NodeProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(told_to_end_, other.told_to_end_);
  std::swap(how_it_ended_, other.how_it_ended_);
  return *this;
}

NodeProcess::~NodeProcess() {
  if (pid_ <= 0) return;
  kill();
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
}

void NodeProcess::tell_to_end() {
  // Until it has been waited for, its number is nobody else's.
  if (pid_ > 0 && !std::exchange(told_to_end_, true)) ::kill(pid_, SIGTERM);
}

void NodeProcess::kill() {
  told_to_end_ = true;
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

bool NodeProcess::has_ended() {
  if (pid_ <= 0) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  pid_ = -1;
  how_it_ended_ = in_words(status);
  return true;
}

}  // namespace cairn::local_nodes
