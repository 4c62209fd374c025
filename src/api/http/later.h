#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "api/http/loop.h"
#include "api/http/message.h"
#include "api/http/task.h"

namespace cairn::http {

/// Where a reply that is decided later is put (any thread) and waited for (the loop). Keeps the request alive for those
/// who decide, even when the server did not wait for them.
class LaterReply : public std::enable_shared_from_this<LaterReply> {
 public:
  LaterReply(Loop& loop, std::shared_ptr<Request> request) : loop_(&loop), request_(std::move(request)) {}

  /// What the application is given. When it lets go of it without an answer, take() gives none.
  std::function<void(Response)> slot();

  // The rest belongs to the loop.
  Signal& answered() { return answered_; }
  bool ready();
  std::optional<Response> take();

  /// Stops waiting; after it, nothing here uses the loop.
  void abandon();

 private:
  struct Slot;
  void put(std::optional<Response> response);

  Signal answered_;
  std::mutex mutex_;
  Loop* loop_;                        // Guarded by mutex_; null: nobody waits any more.
  std::optional<Response> response_;  // Guarded by mutex_.
  bool done_ = false;                 // Guarded by mutex_.
  const std::shared_ptr<Request> request_;
};

}  // namespace cairn::http
