#pragma once

#include <filesystem>
#include <string>

#include "adapters/postgres/postgres_options.h"
#include "contract/child_process.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {

/// As PostgresOptions::longest_pause: on a busy machine a test may be held up for longer than a node should be.
constexpr std::chrono::minutes patient_pause(2);

/// A PostgreSQL server of this program's own: its data and its socket lie in a temporary folder, so that no port is
/// needed and no other server is met. It ends with the program.
class PostgresServer {
 public:
  /// Initialised and started.
  PostgresServer();
  ~PostgresServer();

  /// The one that the tests of this program share; each works in a schema of its own.
  static PostgresServer& shared();

  std::string url() const { return "host=" + folder_.path().string() + " user=cairn dbname=postgres"; }

  /// A name that no other test has.
  static std::string new_schema();
  /// It in a statement.
  static std::string quoted(const std::string& schema);

  /// Ends it with all that is under way; what was committed is recovered at the next start().
  void crash();
  void start();
  /// It crashes and comes back as one that only reads.
  void become_standby();

  /// Runs statements as the administrator; returns the last one's first column, one row a line.
  std::string sql(const std::string& statements) const;

  /// A pooler in transaction mode in front of it, started at the first call; the connection string leads to it.
  std::string pooled_url();

  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  std::vector<std::string> as_server(std::vector<std::string> command) const;
  void wait_until_ready() const;

  TemporaryFolder folder_;
  ChildProcess server_, pooler_;
};

}  // namespace cairn::testing
