#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/sqlite/connection.h"

namespace cairn::sqlite {

/// Lends connections for reading, opened as they are needed, up to a limit; then callers wait for one.
class ReaderPool {
 public:
  using Open = std::function<Result<std::unique_ptr<Connection>>()>;

  /// A borrowed connection; goes back when it is dropped.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ReaderPool(Open open, std::size_t limit) : open_(std::move(open)), limit_(limit == 0 ? 1 : limit) {}

  Result<Lease> borrow();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  Open open_;
  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // Guarded by mutex_.
  std::size_t lent_ = 0;                           // Guarded by mutex_.
};

}  // namespace cairn::sqlite
