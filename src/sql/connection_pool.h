#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"

namespace cairn::sql {

/// Lends connections, opened as they are needed, up to a limit; then callers wait for one, as long as `patience` says.
template <class Connection>
class ConnectionPool {
 public:
  using Open = std::function<Result<std::unique_ptr<Connection>>()>;

  /// A borrowed connection; goes back when it is dropped.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    bool is_held() const { return connection_ != nullptr; }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionPool(Open open, std::size_t limit, std::chrono::milliseconds patience)
      : open_(std::move(open)), limit_(limit == 0 ? 1 : limit), patience_(patience) {}

  /// Errors: those of opening one; `unavailable` when all were in use all the time.
  Result<Lease> borrow() {
    {
      std::unique_lock lock(mutex_);
      if (!returned_.wait_for(lock, patience_, [&] { return lent_ < limit_; }))
        return fail(ErrorKind::unavailable, "the database is slow: all connections are in use; try again");
      ++lent_;
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(connection));
      }
    }
    auto opened = open_();
    if (opened) return Lease(*this, std::move(*opened));
    give_back(nullptr);
    return fail(std::move(opened).error());
  }

  /// Closes those that nobody uses: one of them has turned out to lead nowhere.
  void close_idle() {
    std::vector<std::unique_ptr<Connection>> closing;
    const std::lock_guard lock(mutex_);
    closing.swap(idle_);
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) {
    if (connection && !connection->is_usable()) connection.reset();
    {
      const std::lock_guard lock(mutex_);
      --lent_;
      if (connection) idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

  Open open_;
  std::size_t limit_;
  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // Guarded by mutex_.
  std::size_t lent_ = 0;                           // Guarded by mutex_.
};

}  // namespace cairn::sql
