#include "adapters/postgres/postgres_access_store.h"

#include <mutex>

#include "adapters/postgres/database.h"
#include "base/shared_work.h"
#include "sql/sql_access_store.h"

namespace cairn {
namespace {

using sql::Connection;
using std::chrono::steady_clock;

constexpr std::string_view take_generation =
    "WITH held AS MATERIALIZED (SELECT value FROM facts WHERE name = 'generation' FOR UPDATE) "
    "SELECT value, " CAIRN_DATABASE_NOW " FROM held";

class AccessTransactions {
 public:
  AccessTransactions(std::shared_ptr<PostgresDatabase> database, std::chrono::milliseconds stale_after)
      : database_(std::move(database)), stale_after_(stale_after) {}

  template <class Work>
  std::invoke_result_t<Work, Connection&> read(const Work& work) const {
    return database_->read([&](Connection& db) { return work(db); });
  }

  template <class Work>
  std::invoke_result_t<Work, const sql::AccessWrite&> write(const Work& work) {
    auto result = database_->write_alone(take_generation, [&](Connection& db, const PostgresDatabase::Held& held) {
      return work(sql::AccessWrite{db, held.now});
    });
    const std::lock_guard lock(mutex_);
    seen_at_.reset();
    ++writes_;
    return result;
  }

  /// Each request asks. So one thread does for all who want to know meanwhile, and that there is no answer is
  /// remembered too: while the server is silent nobody waits for more than one question.
  Result<std::uint64_t> generation() const {
    std::uint64_t writes_before = 0;
    {
      const std::lock_guard lock(mutex_);
      if (seen_at_ && steady_clock::now() - *seen_at_ < stale_after_) return seen_;
      writes_before = writes_;
    }
    return asking_.run(writes_before, [&] { return ask(writes_before); });
  }

  Result<void> copy_to(const std::string&) const {
    return fail(ErrorKind::unsupported,
                "keys and users are in PostgreSQL: copy them with pg_dump, or by PostgreSQL's continuous archiving");
  }

 private:
  Result<std::uint64_t> ask(std::uint64_t writes_before) const {
    const auto asked_at = steady_clock::now();
    auto generation = read([](Connection& db) { return sql::read_generation(db); });
    const std::lock_guard lock(mutex_);
    if (writes_ == writes_before) seen_ = generation, seen_at_ = generation ? asked_at : steady_clock::now();
    return generation;
  }

  std::shared_ptr<PostgresDatabase> database_;
  std::chrono::milliseconds stale_after_;
  mutable std::mutex mutex_;  // Guards what follows.
  mutable Result<std::uint64_t> seen_ = 0;
  mutable std::optional<steady_clock::time_point> seen_at_;
  std::uint64_t writes_ = 0;  // By this process; one that came in between makes an answer old.
  mutable SharedWork<std::uint64_t, Result<std::uint64_t>> asking_;  // By how many writes there were before.
};

}  // namespace

std::unique_ptr<AccessStore> make_postgres_access_store(std::shared_ptr<PostgresDatabase> database,
                                                        std::chrono::milliseconds stale_after) {
  return std::make_unique<sql::SqlAccessStore<AccessTransactions>>(std::move(database), stale_after);
}

}  // namespace cairn
