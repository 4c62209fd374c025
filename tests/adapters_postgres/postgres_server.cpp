#include "adapters_postgres/postgres_server.h"

#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;

/// PostgreSQL refuses to be started by root: then it runs as the user that its package made.
constexpr const char* server_user = "postgres";

/// Debian keeps the programs apart by version; the newest is taken.
std::string program(const std::string& name) {
  fs::path newest;
  std::error_code missing;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", missing))
    if (fs::exists(version.path() / "bin" / name) && version.path() > newest) newest = version.path();
  return newest.empty() ? name : (newest / "bin" / name).string();
}

std::string tail(const fs::path& log) {
  std::ifstream file(log);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool answers(const std::string& url) { return PQping((url + " connect_timeout=1").c_str()) == PQPING_OK; }

}  // namespace

PostgresServer::PostgresServer() {
  const passwd* user = ::getuid() == 0 ? ::getpwnam(server_user) : nullptr;
  if (user != nullptr && ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("cannot give a folder to PostgreSQL's user");
  const fs::path log = folder_.path() / "initdb.log";
  ChildProcess initdb(as_server({program("initdb"), "-D", (folder_.path() / "data").string(), "-U", "cairn", "-A",
                                 "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"}),
                      log);
  if (initdb.wait() != 0)
    throw std::runtime_error("initdb failed; is PostgreSQL installed (scripts/setup cluster)?\n" + tail(log));
  start();
}

PostgresServer::~PostgresServer() {
  pooler_.end(SIGKILL);
  crash();
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

std::string PostgresServer::new_schema() {
  static std::atomic<int> number{0};
  return "it's schema \"" + std::to_string(++number) + '"';
}

std::string PostgresServer::quoted(const std::string& schema) {
  std::string name = schema;
  for (std::size_t at = 0; (at = name.find('"', at)) != std::string::npos; at += 2) name.insert(at, "\"");
  return '"' + name + '"';
}

/// As the server's user, and dead as soon as this process is.
std::vector<std::string> PostgresServer::as_server(std::vector<std::string> command) const {
  std::vector<std::string> whole{"setpriv", "--pdeathsig", "QUIT"};
  if (::getuid() == 0) {
    const std::string user = server_user;
    whole.insert(whole.end(), {"--reuid=" + user, "--regid=" + user, "--clear-groups"});
  }
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

void PostgresServer::start() {
  const std::string folder = folder_.path().string();
  server_ = ChildProcess(
      as_server({program("postgres"), "-D", folder + "/data", "-k", folder, "-c", "listen_addresses=", "-c",
                 "fsync=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB", "-c", "autovacuum=off"}),
      folder_.path() / "server.log");
  wait_until_ready();
}

void PostgresServer::wait_until_ready() const {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!answers(url())) {
    if (std::chrono::steady_clock::now() > give_up)
      throw std::runtime_error("PostgreSQL does not start:\n" + tail(folder_.path() / "server.log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresServer::crash() { server_.end(SIGQUIT); }

void PostgresServer::become_standby() {
  crash();
  std::ofstream(folder_.path() / "data" / "standby.signal");
  start();
}

std::string PostgresServer::sql(const std::string& statements) const {
  PGconn* connection = PQconnectdb(url().c_str());
  PGresult* result = PQexec(connection, statements.c_str());
  const auto status = PQresultStatus(result);
  const std::string problem = PQerrorMessage(connection);
  std::string lines;
  for (int row = 0; row < PQntuples(result); ++row)
    lines += (row == 0 ? "" : "\n") + std::string(PQgetvalue(result, row, 0));
  PQclear(result);
  PQfinish(connection);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(problem);
  return lines;
}

std::string PostgresServer::pooled_url() {
  const std::string folder = folder_.path().string();
  const std::string pooled = "host=" + folder + " port=6432 user=cairn dbname=postgres";
  if (pooler_.is_started()) return pooled;
  std::ofstream(folder_.path() / "pooler.ini")
      << "[databases]\npostgres = host=" << folder << " user=cairn\n[pgbouncer]\n"
      << "listen_addr =\nlisten_port = 6432\nunix_socket_dir = " << folder
      << "\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 6\n"
      << "max_client_conn = 100\n";
  pooler_ = ChildProcess(as_server({"pgbouncer", "-q", folder + "/pooler.ini"}), folder_.path() / "pooler.log");
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!answers(pooled)) {
    if (std::chrono::steady_clock::now() > give_up)
      throw std::runtime_error("pgbouncer does not start (scripts/setup cluster):\n" +
                               tail(folder_.path() / "pooler.log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return pooled;
}

}  // namespace cairn::testing
