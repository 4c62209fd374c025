#include "extract_worker/sandbox.h"

#include <fmt/format.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace cairn::extraction {
namespace {

/// What computing over memory and talking on open descriptors needs, and ending: abort() signals its own thread.
constexpr int kAllowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(getrusage),
    SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
};

/// What libraries try on the way and do without.
constexpr int kDenied[] = {
    SCMP_SYS(open),       SCMP_SYS(openat),     SCMP_SYS(openat2),    SCMP_SYS(stat),
    SCMP_SYS(lstat),      SCMP_SYS(newfstatat), SCMP_SYS(access),     SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
    SCMP_SYS(ioctl),      SCMP_SYS(sysinfo),    SCMP_SYS(uname),      SCMP_SYS(sched_getaffinity),
    SCMP_SYS(statx),
};

Result<void> limit(int resource, rlim_t value, const char* name) {
  const rlimit both{value, value};
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &both) != 0)
    return fail(ErrorKind::internal, fmt::format("cannot limit {}: {}", name, std::strerror(errno)));
  return {};
}

Result<void> set_limits(const SandboxOptions& options) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CAIRN_CHECK(limit(RLIMIT_AS, options.address_space_bytes, "memory"));
#else
  static_cast<void>(options);  // A sanitizer reserves terabytes of address space for its shadow.
#endif
  CAIRN_CHECK(limit(RLIMIT_FSIZE, 0, "file size"));
  CAIRN_CHECK(limit(RLIMIT_CORE, 0, "core dumps"));
  return limit(RLIMIT_NPROC, 0, "processes");
}

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

/// Mappings may not be executable, so that written bytes can never be run.
int allow_data_mappings(scmp_filter_ctx filter) {
  const auto no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  int status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec);
  if (status == 0) status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
  return status;
}

/// Its own processor limit only: process 0, RLIMIT_CPU.
int allow_own_cpu_limit(scmp_filter_ctx filter) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                          SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU));
}

int fill_filter(scmp_filter_ctx filter) {
  int status = 0;
  for (const int call : kAllowed)
    if (status == 0) status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  for (const int call : kDenied)
    if (status == 0) status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0);
  if (status == 0) status = allow_data_mappings(filter);
  if (status == 0) status = allow_own_cpu_limit(filter);
  return status;
}

}  // namespace

Result<void> enter_sandbox(const SandboxOptions& options) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(ErrorKind::internal, "cannot give up privileges");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return fail(ErrorKind::internal, "cannot hide memory from other processes");
  CAIRN_CHECK(set_limits(options));
  Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS), &seccomp_release);
  if (!filter) return fail(ErrorKind::internal, "cannot create the system call filter");
  int status = fill_filter(filter.get());
  if (status == 0) status = seccomp_load(filter.get());
  if (status != 0)
    return fail(ErrorKind::internal, fmt::format("cannot filter system calls: {}", std::strerror(-status)));
  return {};
}

void limit_cpu_from_now(std::uint32_t seconds) {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto so_far = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
  const rlimit soft{so_far + seconds + 1, RLIM_INFINITY};
  setrlimit(RLIMIT_CPU, &soft);
}

}  // namespace cairn::extraction
