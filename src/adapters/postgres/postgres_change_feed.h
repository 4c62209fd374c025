#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "ports/change_feed.h"

namespace cairn {

struct PostgresChangeFeedOptions {
  /// As PostgresOptions::url. A pooler that gives each transaction another session passes no notifications on: then
  /// only looking is left.
  std::string url;
  std::string schema = "cairn";
  std::chrono::milliseconds look_every{1'000};  ///< Whether changes came that no notification told of.
};

/// Hints between all processes that use one schema: LISTEN and NOTIFY on a connection and a thread of its own, and a
/// look at the newest change number behind it. Listeners of the announcing process hear at once. While the database is
/// away there are no hints from others; when it is back everybody gets one.
std::unique_ptr<ChangeFeed> make_postgres_change_feed(const PostgresChangeFeedOptions& options);

}  // namespace cairn
