#pragma once

#include <cstdint>
#include <filesystem>

namespace cairn::testing {

/// Where the child and the parent meet.
struct CrashFolders {
  std::filesystem::path root;
  std::filesystem::path store() const { return root / "store"; }
  std::filesystem::path backup() const { return root / "backup"; }
  std::filesystem::path log() const { return root / "log"; }
};

inline constexpr int crash_documents = 40;  ///< Named "d0" … "d39".

/// Ingests, replaces, deletes, merges, collects and backs up, at random from `seed`, until it is killed. Before each
/// operation it writes what it tries to the log, and after it what was acknowledged (see crash_oracle.h). Operations
/// follow one another; the worker runs beside.
[[noreturn]] void run_crash_child(const CrashFolders& folders, std::uint64_t seed, std::uint64_t first_operation);

}  // namespace cairn::testing
