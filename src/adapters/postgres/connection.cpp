#include "adapters/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "adapters/postgres/sql_error.h"
#include "adapters/postgres/statement_text.h"
#include "adapters/postgres/values.h"

namespace cairn::postgres {
namespace {

/// Statements that are sent before somebody reads answers. Their answers fit into a socket's buffer, so that neither
/// side waits for the other.
constexpr std::size_t most_queued = 200;

std::string first_line(const char* message) {
  std::string line = message == nullptr ? "" : message;
  line.resize(std::min(line.find('\n'), line.size()));
  return line;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : text;
}

/// A server or network that is gone is noticed by the system within seconds, also while nothing is sent.
constexpr std::array watchful = {std::array{"keepalives_idle", "5"},    std::array{"keepalives_interval", "2"},
                                 std::array{"keepalives_count", "3"},   std::array{"connect_timeout", "5"},
                                 std::array{"client_encoding", "UTF8"}, std::array{"application_name", "cairn"}};

std::int64_t rows_changed(const PGresult* result) {
  const std::string_view text = PQcmdTuples(const_cast<PGresult*>(result));
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// Whether libpq understands it, and does not take part of a password for host or port: then it would print it.
bool is_connection_string(const std::string& url) {
  const bool is_address = url.starts_with("postgresql://") || url.starts_with("postgres://");
  if (!is_address && url.find('=') == std::string::npos) return true;  // The name of a database.
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(PQconninfoParse(url.c_str(), &problem));
  PQfreemem(problem);
  for (const PQconninfoOption* option = parsed.get(); option != nullptr && option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword, value = option->val == nullptr ? "" : option->val;
    if (keyword == "host" && value.find('@') != std::string_view::npos) return false;
    if (keyword == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos) return false;
  }
  return parsed != nullptr;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
  if (!is_connection_string(options.url))
    return fail(ErrorKind::invalid,
                "catalog.url is not a connection string as PostgreSQL's manual has it (section 34.1.1): in an address "
                "write special characters of the password as %40 for @, %25 for % and so on; elsewhere quote it");
  std::vector<const char*> names, values;
  // What stands in the connection string comes later and so counts more.
  for (const auto& [name, value] : watchful) names.push_back(name), values.push_back(value);
  const std::string timeout = std::to_string(options.patience.count());
  names.push_back("tcp_user_timeout"), values.push_back(timeout.c_str());
  names.push_back("dbname"), values.push_back(options.url.c_str());
  names.push_back(nullptr), values.push_back(nullptr);
  std::unique_ptr<Connection> connection(
      new Connection(PQconnectdbParams(names.data(), values.data(), 1), options.patience));
  PGconn* handle = connection->handle();
  if (PQstatus(handle) != CONNECTION_OK)
    return fail(ErrorKind::unavailable, "cannot reach PostgreSQL (" + first_line(PQerrorMessage(handle)) +
                                            "): check catalog.url and that the server runs");
  PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);
  if (PQenterPipelineMode(handle) != 1) return fail(ErrorKind::internal, "libpq refuses its pipeline mode");
  return connection;
}

Result<void> Connection::queue(const std::string& statement) {
  if (lost_) return lose("it was lost before");
  if (PQsendQueryParams(handle(), statement.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1) != 1)
    return lose(PQerrorMessage(handle()));
  ++queued_;
  return {};
}

Result<void> Connection::send(std::string_view sql, std::span<const sql::Value> values) {
  if (queued_ >= most_queued) CAIRN_CHECK(flush());
  if (lost_) return lose("it was lost before");
  auto statement = statements_.find(sql);
  if (statement == statements_.end()) statement = statements_.emplace(sql, number_values(sql)).first;
  const Values bound(values);
  if (PQsendQueryParams(handle(), statement->second.c_str(), bound.count(), bound.types(), bound.bytes(),
                        bound.lengths(), bound.formats(), 1) != 1)
    return lose(PQerrorMessage(handle()));
  ++queued_;
  return {};
}

Result<std::int64_t> Connection::query(std::string_view sql, std::span<const sql::Value> values, const Visit& visit) {
  CAIRN_CHECK(send(sql, values));
  CAIRN_TRY(const ResultPtr result, flush());
  for (int row = 0; row < PQntuples(result.get()); ++row) visit(sql::Row(ResultRow(result.get(), row)));
  return rows_changed(result.get());
}

Result<void> Connection::execute(const char* script) {
  CAIRN_CHECK(flush());
  if (PQexitPipelineMode(handle()) != 1) return lose(PQerrorMessage(handle()));
  const ResultPtr done(PQexec(handle(), script));
  const auto status = PQresultStatus(done.get());
  if (PQstatus(handle()) != CONNECTION_OK || PQenterPipelineMode(handle()) != 1) return lose(PQerrorMessage(handle()));
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
  state_ = field(done.get(), PG_DIAG_SQLSTATE);
  return fail(sql_error(state_, field(done.get(), PG_DIAG_MESSAGE_PRIMARY)));
}

Result<ResultPtr> Connection::flush() {
  read_unread();
  if (lost_) return lose("it was lost before");
  state_.clear();
  queued_ = 0;
  if (PQpipelineSync(handle()) != 1) return lose(PQerrorMessage(handle()));
  return read_to_sync();
}

void Connection::flush_without_waiting() {
  read_unread();
  queued_ = 0;
  if (lost_ || PQpipelineSync(handle()) != 1) lost_ = true;
  unread_ = !lost_;
}

/// Whatever became of the end of a transaction that only read.
void Connection::read_unread() {
  if (std::exchange(unread_, false)) (void)read_to_sync();
}

Result<ResultPtr> Connection::read_to_sync() {
  ResultPtr last;
  std::optional<Error> failure;
  for (;;) {
    CAIRN_TRY(ResultPtr result, next_result());
    if (!result) continue;  // The end of one statement's answer.
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      last = std::move(result);
    } else if (status != PGRES_PIPELINE_ABORTED && !failure) {
      state_ = field(result.get(), PG_DIAG_SQLSTATE);
      std::string said = field(result.get(), PG_DIAG_MESSAGE_PRIMARY);
      if (state_.empty() || ends_the_connection(state_)) return lose(said);
      failure = sql_error(state_, said);
    }
  }
  if (failure) return fail(*failure);
  return last;
}

/// A server that is stopped or cut off answers nothing and closes nothing: it is not waited for without end.
Result<ResultPtr> Connection::next_result() {
  using std::chrono::steady_clock;
  const auto give_up = steady_clock::now() + patience_;
  while (PQisBusy(handle()) == 1) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up - steady_clock::now()).count();
    if (left <= 0) return lose("no answer for " + std::to_string(patience_.count()) + " ms");
    pollfd waiting{.fd = socket(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, static_cast<int>(left));
    if (waiting.revents != 0 && PQconsumeInput(handle()) != 1) return lose(PQerrorMessage(handle()));
  }
  ResultPtr result(PQgetResult(handle()));
  if (!result && PQstatus(handle()) != CONNECTION_OK) return lose(PQerrorMessage(handle()));
  return result;
}

void Connection::forget_notifications() {
  while (PGnotify* notification = PQnotifies(handle())) PQfreemem(notification);
}

void Connection::roll_back() {
  if (lost_) return;
  const std::string state = state_;
  if (queued_ > 0) (void)flush();
  if (queue("ROLLBACK")) (void)flush();
  state_ = state;
}

bool Connection::is_worth_repeating() const { return postgres::is_worth_repeating(state_); }

std::unexpected<Error> Connection::lose(const std::string& why) {
  lost_ = true;
  if (!ends_the_connection(state_)) state_ = "08006";
  return fail(sql_error(state_, first_line(why.c_str())));
}

}  // namespace cairn::postgres
