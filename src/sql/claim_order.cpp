#include "sql/claim_order.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <tuple>

namespace cairn::sql {
namespace {

/// A task that has waited so long counts as one priority more urgent, twice so long as two …
constexpr std::chrono::milliseconds patience_per_priority = std::chrono::minutes(15);

/// Rows of a line that are read at once. A line of a hundred thousand tasks costs no more than what is taken of it.
constexpr std::size_t rows_at_once = 64;

struct Waiting {
  std::int64_t key = 0;
  TimePoint since{};
};

/// The queued tasks of one type, priority and tenant, oldest first, as far as they were read; or one
/// running task that nobody holds any more.
struct Line {
  std::string type, tenant;
  std::int64_t priority = 0;
  std::deque<Waiting> head;
  std::int64_t read_to = 0;  ///< The last key looked at.
  bool ended = false;
};

using Rank = std::tuple<std::int64_t, std::uint64_t, std::int64_t>;

/// A clock that was set back makes nobody less urgent.
Rank rank(const Line& line, const WriteContext& context) {
  const auto waited = std::max(context.now - line.head.front().since, std::chrono::milliseconds(0));
  const std::int64_t priority = std::max<std::int64_t>(line.priority - waited / patience_per_priority, 0);
  return {priority, context.turns.last(line.tenant), line.head.front().key};
}

Result<void> fill(const WriteContext& context, const ClaimRequest& request, Line& line) {
  if (!line.head.empty() || line.ended) return {};
  std::size_t rows = 0;
  const auto add = [&](Row row) {
    line.read_to = row.integer();
    line.head.push_back({.key = line.read_to, .since = row.time()});
    ++rows;
  };
  const auto most = line.type == "ingest" ? request.max_document_bytes : std::nullopt;
  CAIRN_CHECK(context.db.each(
      "SELECT key, created_at FROM tasks WHERE status = 0 AND type = ? AND priority = ? AND tenant = ? AND key > ? AND "
      "(not_before IS NULL OR not_before <= ?) AND "
      "(? = 1 OR coalesce((SELECT byte_size FROM documents WHERE id = tasks.document), 0) <= ?) ORDER BY key LIMIT ?",
      add, line.type, line.priority, line.tenant, line.read_to, context.now, most ? 0 : 1, most.value_or(0),
      rows_at_once));
  line.ended = rows < rows_at_once;
  return {};
}

Result<std::vector<std::string>> active_types(const WriteContext& context) {
  std::vector<std::string> types;
  CAIRN_CHECK(context.db.each("SELECT DISTINCT type FROM tasks WHERE status < 2",
                              [&](Row row) { types.push_back(row.text()); }));
  return types;
}

/// The first line of a type after (`priority`, `tenant`), by the index over them: the tasks between cost nothing.
Result<std::optional<Line>> next_line(const WriteContext& context, const std::string& type, std::int64_t priority,
                                      const std::string& tenant) {
  const auto read = [&](Row row) {
    Line line;
    line.type = type;
    line.priority = row.integer();
    line.tenant = row.text();
    return line;
  };
  CAIRN_TRY(auto same, context.db.first("SELECT priority, tenant FROM tasks WHERE status = 0 AND type = ? AND priority "
                                        "= ? AND tenant > ? ORDER BY tenant LIMIT 1",
                                        read, type, priority, tenant));
  if (same) return same;
  return context.db.first(
      "SELECT priority, tenant FROM tasks WHERE status = 0 AND type = ? AND priority > ? ORDER BY priority, tenant "
      "LIMIT 1",
      read, type, priority);
}

Result<void> add_queued_lines(const WriteContext& context, const std::string& type, std::vector<Line>& lines) {
  CAIRN_TRY(std::optional<Line> line, next_line(context, type, -1, ""));
  while (line) {
    lines.push_back(*std::move(line));
    CAIRN_TRY(line, next_line(context, type, lines.back().priority, lines.back().tenant));
  }
  return {};
}

Result<void> add_abandoned(const WriteContext& context, const std::string& type, std::vector<Line>& lines) {
  const auto add = [&](Row row) {
    Line line;
    line.type = type;
    line.ended = true;
    line.priority = row.integer();
    line.tenant = row.text();
    const std::int64_t key = row.integer();
    line.head.push_back({.key = key, .since = row.time()});
    lines.push_back(std::move(line));
  };
  return context.db.each(
      "SELECT priority, tenant, key, created_at FROM tasks WHERE status = 1 AND lease_until <= ? AND type = ?", add,
      context.now, type);
}

Result<std::vector<Line>> find_lines(const WriteContext& context, const ClaimRequest& request) {
  std::vector<std::string> types = request.types;
  if (types.empty()) { CAIRN_TRY(types, active_types(context)); }
  std::vector<Line> lines;
  for (const std::string& type : std::set<std::string>(types.begin(), types.end())) {
    CAIRN_CHECK(add_queued_lines(context, type, lines));
    CAIRN_CHECK(add_abandoned(context, type, lines));
  }
  for (Line& line : lines) CAIRN_CHECK(fill(context, request, line));
  std::erase_if(lines, [](const Line& line) { return line.head.empty(); });
  return lines;
}

}  // namespace

Result<std::vector<std::int64_t>> find_claimable(const WriteContext& context, const ClaimRequest& request) {
  CAIRN_TRY(std::vector<Line> lines, find_lines(context, request));
  std::vector<std::int64_t> keys;
  while (keys.size() < request.limit && !lines.empty()) {
    const auto next = std::ranges::min_element(lines, {}, [&](const Line& line) { return rank(line, context); });
    keys.push_back(next->head.front().key);
    context.turns.serve(next->tenant);
    next->head.pop_front();
    CAIRN_CHECK(fill(context, request, *next));
    if (next->head.empty()) lines.erase(next);
  }
  return keys;
}

}  // namespace cairn::sql
