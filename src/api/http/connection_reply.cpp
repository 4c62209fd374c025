// From a reply to its last byte.
#include <array>
#include <charconv>

#include "api/http/connection.h"
#include "api/http/event_text.h"

namespace cairn::http {
namespace {

constexpr std::size_t piece_bytes = 64 << 10;

std::string chunk_size(std::size_t size) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  return std::string(digits.data(), end) + "\r\n";
}

}  // namespace

/// What is left of the body must be understood and short, for the next request comes after it.
bool Connection::may_keep_alive() const {
  if (!body_ok_ || service_.draining || !parser_->head_done() || !parser_->keep_alive()) return false;
  if (inbox_.ended() && inbox_.empty()) return false;
  if (parser_->done()) return true;
  const auto left = parser_->bytes_left();
  return left && *left <= max_skipped_bytes && !request_->headers.has("Expect");
}

ReplyFacts Connection::facts() {
  keep_alive_ = may_keep_alive();
  return {
      .date = loop_.date(), .request_id = request_->id, .keep_alive = keep_alive_, .http_10 = parser_->is_http_10()};
}

void Connection::Written::await_suspend(std::coroutine_handle<> waiter) {
  connection.writer_ = waiter;
  connection.wire_->write_some(first, second, connection);
}

Task<bool> Connection::write(std::string_view first, std::string_view second) {
  while (!lost_ && !(first.empty() && second.empty())) {
    set_deadline(service_.options.body_timeout);
    const std::size_t count = co_await Written{*this, first, second};
    deadline_ = {};
    bytes_out_ += count;
    const auto of_first = std::min(count, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(count - of_first);
  }
  if (lost_) request_->gone.cancel();
  co_return !lost_;
}

Task<void> Connection::reply(Response response) {
  if (std::holds_alternative<StreamStart>(response.body)) {
    co_await reply_stream(std::move(response));
    co_return;
  }
  if (std::holds_alternative<FileBody>(response.body)) {
    co_await reply_file(std::move(response));
    co_return;
  }
  const auto& text = std::get<std::string>(response.body);
  auto known = facts();
  known.content_length = text.size();
  const auto head = reply_head(response, known);
  const bool whole = request_->method != "HEAD" && has_body(response.status);
  const bool written = co_await write(head, whole ? std::string_view(text) : std::string_view{});
  if (written || bytes_out_ > 0) status_ = response.status;
}

Task<void> Connection::reply_file(Response response) {
  auto file = std::get<FileBody>(std::move(response.body));
  auto known = facts();
  known.content_length = file.bytes;
  const auto head = reply_head(response, known);
  bool going = co_await write(head, {});
  if (going) status_ = response.status;
  auto left = request_->method == "HEAD" || !has_body(response.status) ? 0 : file.bytes;
  const auto buffer = std::make_unique_for_overwrite<char[]>(left > 0 ? piece_bytes : 1);
  while (going && left > 0) {
    auto read = [&]() -> std::size_t {
      try {
        return file.source->read({buffer.get(), std::min<std::uint64_t>(piece_bytes, left)}).value_or(0);
      } catch (...) { return 0; }
    };
    const std::size_t size = co_await OnWorker(service_.workers, loop_, read);
    // Too little, or an error: the client sees it by the missing bytes.
    if (size == 0 || size > left) lost_ = true;
    else going = co_await write({buffer.get(), size}, {});
    going = going && !lost_;
    left -= std::min<std::uint64_t>(left, size);
  }
  co_await OnWorker(service_.workers, loop_, [&file] { file.source.reset(); });
}

Task<void> Connection::reply_stream(Response response) {
  auto start = std::get<StreamStart>(std::move(response.body));
  auto known = facts();
  websocket_ = asks_for_websocket(*request_);
  const bool chunked = !websocket_ && !known.http_10;
  std::string accept;
  if (websocket_) accept = websocket_accept(request_->headers.get("Sec-WebSocket-Key"));
  if (websocket_ || !chunked) known.keep_alive = keep_alive_ = false;
  known.websocket_accept = accept;
  known.chunked = chunked;
  response.content_type = "text/event-stream";
  if (!response.headers.has("Cache-Control")) response.headers.add("Cache-Control", "no-cache");
  response.headers.add("X-Accel-Buffering", "no");
  const auto head = reply_head(response, known);
  const bool written = co_await write(head, {});
  if (written) status_ = websocket_ ? 101 : response.status;
  if (!written || request_->method == "HEAD") co_return;

  open_stream(std::move(start));
  const bool whole = co_await pump(chunked);
  --service_.streams;
  stream_.reset();
  if (!whole) lost_ = true;
}

void Connection::open_stream(StreamStart start) {
  stream_ = std::make_shared<Stream>(loop_, service_.workers, websocket_, service_.options.max_stream_buffer_bytes,
                                     [wire = wire_] { wire->close(); });
  stream_opened_ = false;
  next_heartbeat_ = loop_.now() + service_.options.stream_heartbeat;
  ++service_.streams;
  if (inbox_.ended()) stream_->vanish();
  else if (service_.draining) stream_->end();
  if (websocket_) read_frames();
  inbox_.watch(max_ahead_bytes);
  auto open = [start = std::move(start), stream = stream_, handle = stream_->handle(),
               self = shared_from_this()]() mutable {
    try {
      const Handling handling(*self);
      start(handle);
    } catch (...) {
      (void)self->broken(std::current_exception());  // Too late for a reply; the application is told why.
      stream->fail();
    }
    start = nullptr;
    handle.reset();
    auto& loop = self->loop_;
    loop.post([self = std::move(self), stream = std::move(stream)] {
      self->stream_opened_ = true;
      stream->changed().notify();
    });
  };
  service_.workers.submit(std::move(open));
}

/// Writes events until the stream is closed on either side; whether all were written. Waits for the function that
/// opened the stream, which may use the request.
Task<bool> Connection::pump(bool chunked) {
  bool whole = false;
  while (true) {
    auto batch = stream_->take();
    if (batch.gone || lost_) break;
    if (!batch.text.empty()) {
      const auto size = chunked ? chunk_size(batch.text.size()) : std::string();
      if (chunked) batch.text += "\r\n";
      co_await write(size, batch.text);
      next_heartbeat_ = loop_.now() + service_.options.stream_heartbeat;
    } else if (batch.closed) {
      whole = true;
      break;
    } else {
      co_await stream_->changed().raised();
    }
  }
  if (whole && chunked) whole = co_await write("0\r\n\r\n", {});
  if (whole && websocket_ && !client_closed_) whole = co_await write(std::string_view("\x88\x02\x03\xe8", 4), {});
  stream_->vanish();
  while (!stream_opened_) co_await stream_->changed().raised();
  co_return whole;
}

void Connection::read_frames() {
  const auto frames = read_client_frames(inbox_.bytes());
  inbox_.take(frames.eaten);
  if (!frames.answer.empty()) stream_->add(frames.answer);
  if (!frames.closed) return;
  client_closed_ = true;
  stream_->end();
}

}  // namespace cairn::http
