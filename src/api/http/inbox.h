#pragma once

#include <array>
#include <coroutine>
#include <memory>
#include <string>
#include <string_view>

#include "api/http/wire.h"

namespace cairn::http {

/// What a client sent and nobody took yet. At most one read is under way at a time; while nobody waits for it, it
/// watches for the client's going away. Its resting size is one kilobyte.
class Inbox final : public WireListener {
 public:
  /// Told, while no coroutine waits, that bytes came or that the client has ended.
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void unasked() = 0;
  };

  Inbox(Wire& wire, Watcher& watcher) : wire_(wire), watcher_(watcher) {}

  /// Valid until the next call of anything but ended() and lost().
  std::string_view bytes();
  void take(std::size_t count);
  bool empty() const { return kept_.empty() && fresh_.empty(); }

  /// The client sends no more, in order or not.
  bool ended() const { return ended_; }
  bool lost() const { return lost_; }

  /// Keeps a read under way, so that the client's going away is noticed, unless more than `limit` bytes wait.
  void watch(std::size_t limit);

  /// `co_await inbox.more()`: until more bytes came, the client ended or somebody interrupted.
  struct More {
    Inbox& inbox;
    bool await_ready() const noexcept { return inbox.ended_; }
    void await_suspend(std::coroutine_handle<> waiter);
    void await_resume() const noexcept {}
  };
  More more() { return {*this}; }

  /// Wakes who waits for more, if anybody does; the read goes on.
  void interrupt();
  bool waiting() const { return waiter_ != nullptr; }

  /// `co_await inbox.settled()`: until no read is under way; after the wire was closed.
  struct Settled {
    Inbox& inbox;
    bool await_ready() const noexcept { return !inbox.reading_; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { inbox.settler_ = waiter; }
    void await_resume() const noexcept {}
  };
  Settled settled() { return {*this}; }

  /// Reads much at a time, for bodies, until it is turned off.
  void set_wide(bool wide);

 private:
  void wire_done(bool failed, std::size_t bytes) override;
  void read();

  static constexpr std::size_t wide_bytes = 64 << 10;

  Wire& wire_;
  Watcher& watcher_;
  std::array<char, 1024> narrow_;
  std::unique_ptr<char[]> wide_;
  bool use_wide_ = false;
  bool reading_wide_ = false;
  std::string kept_;
  std::string_view fresh_;  // Within one of the buffers, after kept_.
  std::coroutine_handle<> waiter_, settler_;
  bool reading_ = false, ended_ = false, lost_ = false;
};

}  // namespace cairn::http
