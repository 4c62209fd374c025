#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace cairn {

struct PostgresOptions {
  /// libpq's connection string or URI. With several hosts and target_session_attrs=read-write it follows a failover.
  std::string url;
  std::string schema = "cairn";                ///< Holds every table; made when it is missing.
  std::size_t connections = 8;                 ///< That are open at the same time; more threads wait for one.
  std::chrono::milliseconds patience{30'000};  ///< How long an answer is waited for before `unavailable`.
  /// A node that falls silent for so long within a transaction loses it. Others wait for a change twice as long.
  std::chrono::milliseconds longest_pause{5'000};
  const Clock* clock = nullptr;  ///< Empty: the database's own, so that all nodes have one. For tests.
};

class PostgresDatabase;

/// Connects, and makes or migrates the schema. Any number of processes may do so at once. Errors: `unavailable` (with
/// what to do), `unsupported` (the schema needs a newer cairn).
Result<std::shared_ptr<PostgresDatabase>> open_postgres(const PostgresOptions& options);

}  // namespace cairn
