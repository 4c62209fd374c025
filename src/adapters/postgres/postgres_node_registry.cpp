#include "adapters/postgres/postgres_node_registry.h"

#include <nlohmann/json.hpp>

#include "adapters/postgres/database.h"
#include "sql/rows.h"

namespace cairn {
namespace {

using nlohmann::json;
using sql::Connection;

template <class T>
void set(json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

template <class T>
std::optional<T> get(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<T>();
}

/// By name, so that nodes of different versions understand each other.
std::string to_text(const NodeLoad& load) {
  json object{{"cpu_cores", load.cpu_cores},
              {"memory_bytes", load.memory_bytes},
              {"requests", load.requests},
              {"segments", load.segments},
              {"segment_bytes", load.segment_bytes}};
  set(object, "cpu_percent", load.cpu_percent);
  set(object, "memory_total_bytes", load.memory_total_bytes);
  set(object, "disk_free_bytes", load.disk_free_bytes);
  set(object, "disk_total_bytes", load.disk_total_bytes);
  set(object, "search_ms", load.search_ms);
  return sql::to_text(object);
}

NodeLoad load_from(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  NodeLoad load;
  if (!object.is_object()) return load;
  load.cpu_cores = get<double>(object, "cpu_cores").value_or(0);
  load.cpu_percent = get<double>(object, "cpu_percent");
  load.memory_bytes = get<std::uint64_t>(object, "memory_bytes").value_or(0);
  load.memory_total_bytes = get<std::uint64_t>(object, "memory_total_bytes");
  load.disk_free_bytes = get<std::uint64_t>(object, "disk_free_bytes");
  load.disk_total_bytes = get<std::uint64_t>(object, "disk_total_bytes");
  load.requests = get<std::uint64_t>(object, "requests").value_or(0);
  load.search_ms = get<double>(object, "search_ms");
  load.segments = get<std::uint64_t>(object, "segments").value_or(0);
  load.segment_bytes = get<std::uint64_t>(object, "segment_bytes").value_or(0);
  return load;
}

Node read_node(sql::Row row, std::optional<TimePoint> clock) {
  Node node;
  node.report.id = NodeId(row.text());
  node.report.address = row.text();
  node.report.version = row.text();
  node.report.roles = sql::parse_list(row.text());
  node.report.state = row.as<NodeState>();
  node.report.started_at = row.time();
  node.seen_at = row.time();
  node.report.load = load_from(row.text());
  const TimePoint now = row.time();
  node.state = state_of(node.report.state, clock.value_or(now) - node.seen_at);
  return node;
}

/// Heartbeats do not take turns with what is committed: a node is heard of while others write.
class PostgresNodeRegistry final : public NodeRegistry {
 public:
  explicit PostgresNodeRegistry(std::shared_ptr<PostgresDatabase> database) : database_(std::move(database)) {}

  Result<void> report(const NodeReport& report) override {
    return database_->write([&](Connection& db) -> Result<void> {
      CAIRN_CHECK(db.run("WITH clock AS (SELECT coalesce(?8, " CAIRN_DATABASE_NOW ") AS now) "
                         "INSERT INTO nodes (id, address, version, roles, state, started_at, load, seen_at) "
                         "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, now FROM clock "
                         "ON CONFLICT (id) DO UPDATE SET address = excluded.address, version = excluded.version, "
                         "roles = excluded.roles, state = excluded.state, started_at = excluded.started_at, "
                         "load = excluded.load, seen_at = excluded.seen_at",
                         report.id.value(), report.address, report.version, sql::to_text(json(report.roles)),
                         report.state, report.started_at, to_text(report.load), clock()));
      CAIRN_CHECK(db.run("DELETE FROM nodes WHERE seen_at <= coalesce(?1, " CAIRN_DATABASE_NOW ") - ?2", clock(),
                         std::chrono::milliseconds(forget_node_after).count()));
      return {};
    });
  }

  Result<std::vector<Node>> nodes() const override {
    return database_->read([&](Connection& db) -> Result<std::vector<Node>> {
      std::vector<Node> nodes;
      CAIRN_CHECK(db.each(
          "SELECT id, address, version, roles, state, started_at, seen_at, load, " CAIRN_DATABASE_NOW
          " FROM nodes WHERE seen_at > coalesce(?1, " CAIRN_DATABASE_NOW ") - ?2 ORDER BY id",
          [&](sql::Row row) { nodes.push_back(read_node(row, clock())); }, clock(),
          std::chrono::milliseconds(forget_node_after).count()));
      return nodes;
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

std::unique_ptr<NodeRegistry> make_postgres_node_registry(std::shared_ptr<PostgresDatabase> database) {
  return std::make_unique<PostgresNodeRegistry>(std::move(database));
}

}  // namespace cairn
