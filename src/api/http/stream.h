#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/http/message.h"
#include "api/http/task.h"
#include "api/http/workers.h"

namespace cairn::http {

/// The buffer between those who push events (any thread) and the connection that writes them (its loop).
class Stream final : public EventStream, public std::enable_shared_from_this<Stream> {
 public:
  /// `cut` is called on the loop when the stream failed, though a write may be under way that does not end.
  Stream(Loop& loop, Workers& workers, bool websocket, std::uint64_t max_bytes, std::function<void()> cut)
      : loop_(loop), workers_(workers), websocket_(websocket), max_bytes_(max_bytes), cut_(std::move(cut)) {}

  bool send(const Event& event) override;
  void close() override;
  void on_gone(std::function<void()> callback) override;

  /// What the application is given; when it has let go of all copies, the stream is closed.
  std::shared_ptr<EventStream> handle();

  /// Cuts the connection, so that the client sees that the stream is not whole. Any thread.
  void fail();

  // The rest belongs to the loop.
  struct Batch {
    std::string text;
    bool closed = false;  ///< Nothing comes after `text`.
    bool gone = false;    ///< Nothing can be written any more.
  };
  Batch take();

  /// Adds bytes that are no event, such as a heartbeat; not when so much waits that the client seems to be stuck.
  void add(std::string_view text);

  /// No more events; what waits is still written. Unlike close(), it is news for those who push.
  void end();

  /// The client cannot be reached any more. After it, nothing here uses the loop or the workers.
  void vanish();

  Signal& changed() { return changed_; }

 private:
  using Callbacks = std::vector<std::function<void()>>;
  void wake();
  void notify(Callbacks callbacks);

  Loop& loop_;
  Workers& workers_;
  const bool websocket_;
  const std::uint64_t max_bytes_;
  const std::function<void()> cut_;
  Signal changed_;

  std::mutex mutex_;
  std::string waiting_;     // Guarded by mutex_.
  Callbacks callbacks_;     // Guarded by mutex_.
  bool closed_ = false;     // Guarded by mutex_.
  bool ended_ = false;      // Guarded by mutex_: without close() from those who push.
  bool gone_ = false;       // Guarded by mutex_.
  bool failed_ = false;     // Guarded by mutex_: the connection is to be cut.
  bool wake_sent_ = false;  // Guarded by mutex_.
};

}  // namespace cairn::http
