#include "adapters/postgres/postgres_scaling_store.h"

#include <nlohmann/json.hpp>

#include "adapters/postgres/database.h"
#include "sql/rows.h"

namespace cairn {
namespace {

using nlohmann::json;
using sql::Connection;
using sql::Row;

constexpr std::array all_causes{ScalingCause::steady,   ScalingCause::queue, ScalingCause::cpu,
                                ScalingCause::searches, ScalingCause::calm,  ScalingCause::bounds,
                                ScalingCause::asked,    ScalingCause::lost,  ScalingCause::trouble};

/// By name, so that nodes of different versions understand each other.
std::string to_text(const ScalingDecision& decision) {
  json object{{"at", decision.at.time_since_epoch().count()},
              {"cause", to_string(decision.cause)},
              {"before", decision.before},
              {"wanted", decision.wanted},
              {"subject", decision.subject},
              {"reason", decision.reason}};
  if (decision.figure) object["figure"] = *decision.figure;
  if (decision.limit) object["limit"] = *decision.limit;
  return sql::to_text(object);
}

template <class T>
std::optional<T> number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_number() ? std::nullopt : std::optional(found->get<T>());
}

std::string word(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

ScalingDecision decision_from(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  ScalingDecision decision;
  if (!object.is_object()) return decision;
  decision.at = TimePoint(std::chrono::milliseconds(number<std::int64_t>(object, "at").value_or(0)));
  for (const ScalingCause cause : all_causes)
    if (word(object, "cause") == to_string(cause)) decision.cause = cause;
  decision.before = number<std::size_t>(object, "before").value_or(0);
  decision.wanted = number<std::size_t>(object, "wanted").value_or(0);
  decision.figure = number<double>(object, "figure");
  decision.limit = number<double>(object, "limit");
  decision.subject = word(object, "subject");
  decision.reason = word(object, "reason");
  return decision;
}

WantedNodes read_wanted(Row& row) {
  WantedNodes wanted;
  wanted.count = row.as<std::size_t>();
  wanted.raised_at = row.optional_time();
  wanted.lowered_at = row.optional_time();
  return wanted;
}

Result<void> add_decision(Connection& db, const ScalingDecision& decision) {
  CAIRN_CHECK(db.run("INSERT INTO scaling_decisions (decision) VALUES (?)", to_text(decision)));
  CAIRN_CHECK(db.run("DELETE FROM scaling_decisions WHERE key <= (SELECT max(key) FROM scaling_decisions) - ?",
                     kept_scaling_decisions));
  return {};
}

class PostgresScalingStore final : public ScalingStore {
 public:
  explicit PostgresScalingStore(std::shared_ptr<PostgresDatabase> database) : database_(std::move(database)) {}

  Result<std::optional<ScalingTerm>> lead(const ScalingClaim& claim) override {
    return database_->write([&](Connection& db) -> Result<std::optional<ScalingTerm>> {
      return db.first(
          "WITH clock AS (SELECT coalesce(?7, " CAIRN_DATABASE_NOW
          ") AS now) "
          "UPDATE scaling SET epoch = CASE WHEN leader = ?1 AND epoch = ?2 AND lease_until > now THEN epoch "
          "ELSE epoch + 1 END, leader = ?1, lease_until = now + ?3, minimum = ?4, maximum = ?5, provider = ?6 "
          "FROM clock WHERE leader = ?1 OR lease_until <= now "
          "RETURNING epoch, revision, wanted, raised_at, lowered_at",
          [](Row row) {
            ScalingTerm term;
            term.epoch = row.as<std::uint64_t>();
            term.revision = row.as<std::uint64_t>();
            term.wanted = read_wanted(row);
            return term;
          },
          claim.node.value(), claim.epoch, claim.lease.count(), claim.minimum, claim.maximum, claim.provider, clock());
    });
  }

  Result<void> resign(const NodeId& node, std::uint64_t epoch) override {
    return database_->write([&](Connection& db) -> Result<void> {
      CAIRN_CHECK(db.run("UPDATE scaling SET lease_until = 0 WHERE leader = ? AND epoch = ?", node.value(), epoch));
      return {};
    });
  }

  Result<QueueLoad> queue() const override {
    return database_->read([&](Connection& db) -> Result<QueueLoad> {
      const auto read = [](Row row) {
        QueueLoad load;
        load.now = row.time();
        load.queued = row.as<std::uint64_t>();
        const auto oldest = row.optional_time();
        if (oldest) load.longest_wait = std::max(std::chrono::milliseconds(0), load.now - *oldest);
        return load;
      };
      // A task that was tried before waits since its time came again. `change` is not a time, and one that a person
      // tries again keeps its age.
      CAIRN_TRY(const auto found,
                db.first("WITH clock AS (SELECT coalesce(?1, " CAIRN_DATABASE_NOW ") AS now) "
                         "SELECT (SELECT now FROM clock), count(*), min(greatest(created_at, coalesce(not_before, 0))) "
                         "FROM tasks WHERE status = 0 AND coalesce(not_before, 0) <= (SELECT now FROM clock)",
                         read, clock()));
      return found.value_or(QueueLoad{});
    });
  }

  Result<bool> record(const ScalingRecord& record) override {
    return database_->write([&](Connection& db) -> Result<bool> {
      CAIRN_TRY(
          const std::int64_t changed,
          db.run("UPDATE scaling SET wanted = ?4, raised_at = ?5, lowered_at = ?6, status = ?7 "
                 "WHERE leader = ?1 AND epoch = ?2 AND revision = ?3 AND lease_until > coalesce(?8, " CAIRN_DATABASE_NOW
                 ")",
                 record.node.value(), record.term.epoch, record.term.revision, record.wanted.count,
                 record.wanted.raised_at, record.wanted.lowered_at, to_text(record.now), clock()));
      if (changed == 0) return false;
      for (const ScalingDecision& decision : record.decisions) CAIRN_CHECK(add_decision(db, decision));
      return true;
    });
  }

  Result<ScalingView> view(std::size_t decisions) const override {
    return database_->read([&](Connection& db) -> Result<ScalingView> {
      const auto read = [](Row row) {
        ScalingView view;
        view.enabled = row.integer() != 0;
        view.leader = NodeId(row.text());
        view.provider = row.text();
        view.minimum = row.as<std::size_t>();
        view.maximum = row.as<std::size_t>();
        view.wanted = read_wanted(row);
        view.now = decision_from(row.text());
        return view;
      };
      CAIRN_TRY(auto found,
                db.first("SELECT CASE WHEN lease_until > coalesce(?1, " CAIRN_DATABASE_NOW
                         ") THEN 1 ELSE 0 END, leader, provider, minimum, maximum, wanted, raised_at, lowered_at, "
                         "status FROM scaling",
                         read, clock()));
      ScalingView view = std::move(found).value_or(ScalingView{});
      CAIRN_CHECK(db.each(
          "SELECT decision FROM scaling_decisions ORDER BY key DESC LIMIT ?",
          [&](Row row) { view.decisions.push_back(decision_from(row.text())); }, decisions));
      return view;
    });
  }

  Result<WantedNodes> ask(int change, const std::string& who) override {
    return database_->write([&](Connection& db) -> Result<WantedNodes> {
      ScalingView seen;
      TimePoint now{};
      const auto read = [&](Row row) {
        seen.enabled = row.integer() != 0;
        now = row.time();
        seen.minimum = row.as<std::size_t>();
        seen.maximum = row.as<std::size_t>();
        seen.wanted = read_wanted(row);
        return true;
      };
      CAIRN_CHECK(db.first("WITH clock AS (SELECT coalesce(?1, " CAIRN_DATABASE_NOW ") AS now) "
                           "SELECT CASE WHEN lease_until > now THEN 1 ELSE 0 END, now, minimum, maximum, wanted, "
                           "raised_at, lowered_at FROM scaling, clock FOR UPDATE OF scaling",
                           read, clock()));
      if (const auto refusal = ask_refusal(seen.enabled, seen.wanted.count, seen.minimum, seen.maximum, change))
        return fail(*refusal);
      const ScalingDecision decision = asked_decision(now, seen.wanted.count, change, who);
      seen.wanted.count = decision.wanted;
      (change > 0 ? seen.wanted.raised_at : seen.wanted.lowered_at) = now;
      CAIRN_CHECK(
          db.run("UPDATE scaling SET wanted = ?1, raised_at = ?2, lowered_at = ?3, status = ?4, "
                 "revision = revision + 1",
                 seen.wanted.count, seen.wanted.raised_at, seen.wanted.lowered_at, to_text(decision)));
      CAIRN_CHECK(add_decision(db, decision));
      return seen.wanted;
    });
  }

 private:
  std::optional<TimePoint> clock() const {
    const Clock* given = database_->options().clock;
    return given == nullptr ? std::nullopt : std::optional(given->now());
  }

  std::shared_ptr<PostgresDatabase> database_;
};

}  // namespace

std::unique_ptr<ScalingStore> make_postgres_scaling_store(std::shared_ptr<PostgresDatabase> database) {
  return std::make_unique<PostgresScalingStore>(std::move(database));
}

}  // namespace cairn
