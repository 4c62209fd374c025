#include "api/http/stream.h"

#include <utility>

#include "api/http/event_text.h"

namespace cairn::http {

bool Stream::send(const Event& event) {
  std::string text;
  if (websocket_) append_frame(text, Opcode::text, event_json(event));
  else append_sse(text, event);

  std::lock_guard lock(mutex_);
  if (closed_ || gone_) return false;
  // A client for whom nothing waits is not slow, however large an event is.
  if (!waiting_.empty() && waiting_.size() + text.size() > max_bytes_) {
    closed_ = failed_ = true;
    wake();
    return false;
  }
  if (waiting_.empty()) waiting_ = std::move(text);
  else waiting_ += text;
  wake();
  return true;
}

void Stream::close() {
  std::lock_guard lock(mutex_);
  if (closed_ || gone_) return;
  closed_ = true;
  callbacks_.clear();
  wake();
}

void Stream::on_gone(std::function<void()> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!ended_ && !gone_) {
      if (!closed_ || failed_) callbacks_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

std::shared_ptr<EventStream> Stream::handle() {
  return {this, [self = shared_from_this()](EventStream*) { self->close(); }};
}

void Stream::fail() {
  std::lock_guard lock(mutex_);
  if (gone_) return;
  closed_ = failed_ = true;
  wake();
}

Stream::Batch Stream::take() {
  std::lock_guard lock(mutex_);
  return {std::exchange(waiting_, {}), closed_, gone_ || failed_};
}

void Stream::add(std::string_view text) {
  std::lock_guard lock(mutex_);
  if (closed_ || gone_ || waiting_.size() + text.size() > max_bytes_) return;
  waiting_ += text;
  wake();
}

void Stream::end() {
  Callbacks callbacks;
  {
    std::lock_guard lock(mutex_);
    if (closed_ || gone_) return;
    closed_ = ended_ = true;
    callbacks.swap(callbacks_);
    wake();
  }
  notify(std::move(callbacks));
}

void Stream::vanish() {
  Callbacks callbacks;
  {
    std::lock_guard lock(mutex_);
    if (gone_) return;
    gone_ = true;
    callbacks.swap(callbacks_);
    std::string().swap(waiting_);
  }
  notify(std::move(callbacks));
  changed_.notify();
}

void Stream::wake() {
  if (std::exchange(wake_sent_, true)) return;
  loop_.post([self = shared_from_this()] {
    bool failed = false;
    {
      std::lock_guard lock(self->mutex_);
      self->wake_sent_ = false;
      failed = self->failed_ && !self->gone_;
    }
    if (failed) self->cut_();
    self->changed_.notify();
  });
}

void Stream::notify(Callbacks callbacks) {
  if (callbacks.empty()) return;
  // On a worker: what they do may take locks and time, and the loop has other connections to serve.
  workers_.submit([callbacks = std::move(callbacks)] {
    for (const auto& callback : callbacks) {
      try {
        callback();
      } catch (...) {
        // The others are to be told all the same.
      }
    }
  });
}

}  // namespace cairn::http
