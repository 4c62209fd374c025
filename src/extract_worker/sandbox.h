#pragma once

#include <cstdint>

#include "base/result.h"

namespace cairn::extraction {

struct SandboxOptions {
  std::uint64_t address_space_bytes = 1'000'000'000;
};

/// Closes this process in, for good: no new privileges, limits on memory, file size and processes, and a seccomp
/// allow-list that leaves memory, time, and reading and writing of descriptors that are already open. Opening files
/// fails with EACCES; programs, sockets and everything else end the process. Call once, before any foreign byte is
/// read.
Result<void> enter_sandbox(const SandboxOptions& options);

/// Processor time for the next document: beyond it the kernel ends the process. The parent's clock comes first; this
/// holds when the parent is gone.
void limit_cpu_from_now(std::uint32_t seconds);

}  // namespace cairn::extraction
