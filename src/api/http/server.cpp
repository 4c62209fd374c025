#include "api/http/server.h"

#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "api/http/connection.h"
#include "api/http/listener.h"
#include "api/http/loop.h"
#include "api/http/workers.h"

namespace cairn::http {
namespace {

/// Clients over the limit of connections that are told so at the same time; more are hung up on.
constexpr std::size_t max_turned_away = 64;

/// What the rest of the process may need.
constexpr std::size_t spare_files = 256;

/// As many open files as the system lets us have, up to what is needed; gives how many connections that allows.
std::size_t make_room_for(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const auto wanted = static_cast<rlim_t>(connections + max_turned_away + spare_files);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(limit.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  const auto room = static_cast<std::size_t>(limit.rlim_cur);
  return room >= wanted
             ? connections
             : std::max<std::size_t>(room, max_turned_away + spare_files + 16) - max_turned_away - spare_files;
}

std::size_t worker_count(std::size_t wanted) {
  return wanted > 0 ? wanted : std::max<std::size_t>(4, 2 * std::thread::hardware_concurrency());
}

/// How exactly time-outs are kept: a part of the shortest, at most twice a second.
std::chrono::milliseconds tick_of(const ServerOptions& options) {
  const auto shortest =
      std::min({options.header_timeout, options.body_timeout, options.keep_alive, options.stream_heartbeat});
  return std::clamp<std::chrono::milliseconds>(shortest / 8, std::chrono::milliseconds(5),
                                               std::chrono::milliseconds(500));
}

class TcpServer final : public Server {
 public:
  TcpServer(const ServerOptions& options, Application& application, const Clock& clock)
      : options_(options),
        max_connections_(make_room_for(options.max_connections)),
        workers_(worker_count(options.worker_threads), std::max<std::size_t>(64, worker_count(options.worker_threads))),
        service_{.options = options_, .application = application, .workers = workers_} {
    service_.request_seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.io_threads); ++i)
      loops_.push_back(std::make_unique<Loop>(clock, tick_of(options), [this] { workers_.relieve(); }));
  }

  ~TcpServer() override { stop(std::chrono::milliseconds(0)); }

  Result<void> listen() {
    std::vector<Loop*> loops;
    for (const auto& loop : loops_) loops.push_back(loop.get());
    const Listener::Options where{options_.address, options_.port, options_.certificate.string(),
                                  options_.private_key.string(), options_.body_timeout};
    CAIRN_TRY(listener_, Listener::open(where, loops, [this](Loop& loop, std::shared_ptr<Wire> wire, Peer peer) {
                accepted(loop, std::move(wire), std::move(peer));
              }));
    listener_->start();
    return {};
  }

  std::uint16_t port() const override { return listener_->port(); }

  Load load() const override {
    Load load{.streams = service_.streams, .requests = service_.requests, .queued = workers_.queued()};
    std::lock_guard lock(mutex_);
    load.connections = open_;
    return load;
  }

  void stop(std::chrono::milliseconds patience) override {
    std::lock_guard once(stopping_);
    if (std::exchange(stopped_, true)) return;
    service_.draining = true;
    if (listener_) listener_->stop();
    tell_all([](Resident& resident) { resident.drain(); });
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_for(lock, patience, [this] { return open_ + turned_away_ == 0; })) {
        lock.unlock();
        service_.cutting = true;
        tell_all([](Resident& resident) { resident.cut(); });
        lock.lock();
        changed_.wait(lock, [this] { return open_ + turned_away_ == 0; });
      }
    }
    workers_.join();
    for (const auto& loop : loops_) loop->join();
  }

 private:
  void tell_all(void (*what)(Resident&)) {
    for (const auto& loop : loops_) loop->post([&loop = *loop, what] { loop.for_each(what); });
  }

  void accepted(Loop& loop, std::shared_ptr<Wire> wire, Peer peer) {
    bool serve = true;
    {
      std::lock_guard lock(mutex_);
      if (open_ < max_connections_) ++open_;
      else if (turned_away_ < max_turned_away) ++turned_away_, serve = false;
      else return;
    }
    auto ended = [this, serve] {
      std::lock_guard lock(mutex_);
      --(serve ? open_ : turned_away_);
      if (open_ + turned_away_ == 0) changed_.notify_all();
    };
    const auto connection =
        std::make_shared<Connection>(service_, loop, std::move(wire), std::move(peer), std::move(ended));
    if (serve) connection->run();
    else connection->turn_away();
  }

  const ServerOptions options_;
  const std::size_t max_connections_;
  Workers workers_;
  Service service_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Listener> listener_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;         // Guarded by mutex_.
  std::size_t turned_away_ = 0;  // Guarded by mutex_.
  std::mutex stopping_;
  bool stopped_ = false;  // Guarded by stopping_.
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Application& application,
                                              const Clock& clock) {
  auto server = std::make_unique<TcpServer>(options, application, clock);
  CAIRN_CHECK(server->listen());
  return server;
}

}  // namespace cairn::http
