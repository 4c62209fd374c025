#include "extract_worker/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace cairn::extraction {
namespace {

/// Runs `attempt` in a child inside the sandbox; its result is the exit code.
int status_inside(int (*attempt)()) {
  const pid_t child = fork();
  if (child == 0) {
    if (!enter_sandbox({.address_space_bytes = 1'000'000'000})) _exit(99);
    _exit(attempt());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

void expect_exit(int (*attempt)(), int code) {
  const int status = status_inside(attempt);
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), code);
}

void expect_killed(int (*attempt)()) {
  const int status = status_inside(attempt);
  EXPECT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGSYS);
}

TEST(Sandbox, ComputingIsAllowed) {
  expect_exit(
      [] {
        const std::string large(50'000'000, 'x');
        return static_cast<int>(large[12345] == 'x') + 6;
      },
      7);
}

TEST(Sandbox, FilesCanNeitherBeReadNorMade) {
  expect_exit([] { return open("/etc/hostname", O_RDONLY) < 0 && errno == EACCES ? 7 : 1; }, 7);
  expect_exit([] { return open("/tmp/cairn-sandbox-test", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES ? 7 : 1; },
              7);
}

TEST(Sandbox, SocketsProgramsAndSignalsToOthersEndTheProcess) {
  expect_killed([] { return socket(AF_INET, SOCK_STREAM, 0); });
  expect_killed([] { return execl("/bin/true", "true", nullptr); });
  expect_killed([] { return static_cast<int>(fork()); });
  expect_killed([] { return kill(getppid(), SIGCONT); });
  expect_killed([] { return unlink("/tmp/cairn-sandbox-test"); });
}

TEST(Sandbox, MemoryCannotBeMadeExecutable) {
  expect_killed([] {
    return mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? 1
               : 0;
  });
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Sandbox, MemoryIsLimited) {
  expect_exit(
      [] {
        return mmap(nullptr, 2'000'000'000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
                   ? 7
                   : 1;
      },
      7);
}
#endif

TEST(Sandbox, ProcessorTimeOfADocumentIsLimitedAndRenewed) {
  const int status = status_inside([] {
    limit_cpu_from_now(0);
    volatile std::uint64_t spin = 0;
    for (;;) spin = spin + 1;
    return 0;
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGXCPU);
}

}  // namespace
}  // namespace cairn::extraction
