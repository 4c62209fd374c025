#include "adapters/postgres/postgres_change_feed.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/statement_text.h"
#include "adapters/postgres/values.h"
#include "ports/change_listeners.h"

namespace cairn {
namespace {

using postgres::Connection;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds first_retry(100), last_retry(5'000);

class PostgresChangeFeed final : public ChangeFeed {
 public:
  explicit PostgresChangeFeed(const PostgresChangeFeedOptions& options)
      : options_(options),
        channel_(postgres::quoted("cairn changes in " + options.schema)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  ~PostgresChangeFeed() override {
    thread_.request_stop();
    wake();
    if (thread_.joinable()) thread_.join();
    ::close(wake_);
  }

  void announce() override {
    to_announce_ = true;
    wake();
    start();
    listeners_.call();
  }

  [[nodiscard]] std::unique_ptr<Subscription> subscribe(std::function<void()> on_hint) override {
    auto subscription = listeners_.add(std::move(on_hint));
    start();
    return subscription;
  }

 private:
  /// Not before there is a listener or something to announce: the first one hears of the connection, too.
  void start() {
    std::call_once(started_, [this] { thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); }); });
  }

  void wake() const {
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
  }

  /// Waits for the connection's input, an announcement or the end.
  void wait(int socket, milliseconds time) const {
    pollfd waiting[] = {{.fd = wake_, .events = POLLIN, .revents = 0}, {.fd = socket, .events = POLLIN, .revents = 0}};
    ::poll(waiting, socket < 0 ? 1 : 2, static_cast<int>(time.count()));
    std::uint64_t ignored = 0;
    (void)!::read(wake_, &ignored, sizeof ignored);
  }

  void run(const std::stop_token& stop) {
    milliseconds retry = first_retry;
    while (!stop.stop_requested()) {
      auto connection = Connection::open({.url = options_.url, .patience = last_retry});
      if (connection && listen(**connection, stop)) retry = first_retry;
      for (const auto until = steady_clock::now() + retry; !stop.stop_requested() && steady_clock::now() < until;)
        wait(-1, std::chrono::ceil<milliseconds>(until - steady_clock::now()));
      retry = std::min(2 * retry, last_retry);
    }
  }

  /// Passes hints on until the connection is lost. Returns whether it ever worked.
  bool listen(Connection& connection, const std::stop_token& stop) {
    if (!connection.queue("LISTEN " + channel_) || !connection.flush()) return false;
    std::optional<std::int64_t> newest;
    auto look_at = steady_clock::now();
    while (!stop.stop_requested()) {
      if (to_announce_.exchange(false) && (!connection.queue("NOTIFY " + channel_) || !connection.flush())) {
        to_announce_ = true;
        return true;
      }
      bool hint = take_notifications(connection);
      if (steady_clock::now() >= look_at) {
        const auto found = newest_change(connection);
        if (!found) return true;
        hint |= std::exchange(newest, *found) != *found;
        look_at = steady_clock::now() + options_.look_every;
      }
      if (hint) listeners_.call();
      wait(connection.socket(),
           std::max(milliseconds(0), std::chrono::ceil<milliseconds>(look_at - steady_clock::now())));
      if (PQconsumeInput(connection.handle()) != 1) return true;
    }
    return true;
  }

  /// Whether somebody else announced something.
  static bool take_notifications(Connection& connection) {
    bool others = false;
    while (PGnotify* notification = PQnotifies(connection.handle())) {
      others |= notification->be_pid != PQbackendPID(connection.handle());
      PQfreemem(notification);
    }
    return others;
  }

  Result<std::int64_t> newest_change(Connection& connection) const {
    const std::string look =
        "SELECT value FROM " + postgres::quoted(options_.schema) + ".counters WHERE name = 'change'";
    CAIRN_CHECK(connection.queue(look));
    CAIRN_TRY(const postgres::ResultPtr found, connection.flush());
    return postgres::first_integer(*found).value_or(0);
  }

  PostgresChangeFeedOptions options_;
  std::string channel_;
  int wake_;
  std::atomic<bool> to_announce_{false};
  ChangeListeners listeners_;
  std::once_flag started_;
  std::jthread thread_;  // Last: it uses the others.
};

}  // namespace

std::unique_ptr<ChangeFeed> make_postgres_change_feed(const PostgresChangeFeedOptions& options) {
  return std::make_unique<PostgresChangeFeed>(options);
}

}  // namespace cairn
