#include "api/http/connection.h"

#include <algorithm>

namespace cairn::http {
namespace {

using namespace std::chrono_literals;

/// A client that still sends while it was refused is listened to for so long, so that it finds the reply instead of a
/// reset connection.
constexpr std::chrono::milliseconds linger_time = 2s, linger_time_at_the_end = 200ms;
constexpr std::uint64_t linger_bytes = 64 << 20;

bool is_request_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

}  // namespace

std::string Service::new_request_id() {
  // A bijection (splitmix64's), so that the ids of one process differ, though they look like chance.
  std::uint64_t x = request_seed + 0x9e3779b97f4a7c15 * ++next_request;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  x ^= x >> 31;
  std::string id(16, '0');
  for (auto& digit : id) {
    digit = "0123456789abcdef"[x & 15];
    x >>= 4;
  }
  return id;
}

Connection::Connection(Service& service, Loop& loop, std::shared_ptr<Wire> wire, Peer peer, std::function<void()> ended)
    : service_(service),
      loop_(loop),
      wire_(std::move(wire)),
      peer_(std::move(peer)),
      ended_(std::move(ended)),
      inbox_(*wire_, *this) {}

Connection::~Connection() = default;

Detached Connection::run() {
  const auto self = shared_from_this();
  try {
    const bool open_now = co_await open();
    if (open_now) co_await serve();
  } catch (...) {
    lost_ = true;  // Out of memory, say: this connection ends, the others go on.
  }
  co_await close();
}

Detached Connection::turn_away() {
  const auto self = shared_from_this();
  try {
    const bool open_now = co_await open();
    if (open_now) {
      begin_exchange();
      refusal_ = {
          503,
          {ErrorKind::unavailable, "The server has as many connections as it may have; try again in a moment.", 1s}};
      co_await answer();
    }
  } catch (...) { lost_ = true; }
  co_await close();
}

Task<bool> Connection::open() {
  loop_.add(*this);
  if (service_.cutting) lost_ = true;
  if (lost_ || !wire_->secure()) co_return !lost_;
  set_deadline(service_.options.header_timeout);
  struct Handshake {
    Connection& connection;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      connection.writer_ = waiter;
      connection.wire_->handshake(connection);
    }
    void await_resume() const noexcept {}
  };
  co_await Handshake{*this};
  deadline_ = {};
  co_return !lost_;
}

Task<void> Connection::close() {
  if (!lost_) wire_->end_writing();
  if (linger_ && !lost_) {
    const auto end = loop_.now() + (service_.draining ? linger_time_at_the_end : linger_time);
    std::uint64_t left = linger_bytes;
    inbox_.set_wide(true);
    timed_out_ = false;
    while (left > 0 && !timed_out_ && !inbox_.ended() && !service_.cutting) {
      const auto size = inbox_.bytes().size();
      left -= std::min<std::uint64_t>(left, size);
      inbox_.take(size);
      deadline_ = end;
      co_await inbox_.more();
    }
  }
  wire_->close();
  co_await inbox_.settled();
  loop_.remove(*this);
  ended_();
}

Task<void> Connection::serve() {
  bool again = true;
  while (again && !lost_) {
    begin_exchange();
    again = co_await read_head();
    if (again) again = co_await answer();
  }
}

void Connection::begin_exchange() {
  request_ = std::make_shared<Request>();
  request_->peer = peer_.address;
  request_->peer_is_loopback = peer_.loopback;
  request_->secure = wire_->secure();
  parser_.emplace(service_.options.max_header_bytes);
  refusal_.reset();
  bytes_in_ = bytes_out_ = 0;
  status_ = 0;
  body_ok_ = true;
  timed_out_ = false;
}

/// False when there is nothing to answer: the client is gone, or sent nothing while it could.
Task<bool> Connection::read_head() {
  bool begun = false;
  set_deadline(service_.options.keep_alive);
  while (true) {
    const auto bytes = inbox_.bytes();
    if (!bytes.empty()) {
      if (!std::exchange(begun, true)) set_deadline(service_.options.header_timeout);
      auto step = parser_->head(bytes, *request_);
      const bool much = bytes.size() - step.eaten >= 1024;
      inbox_.take(step.eaten);
      bytes_in_ += step.eaten;
      refusal_ = std::move(step.refusal);
      if (refusal_ || parser_->head_done()) break;
      if (much) inbox_.set_wide(true);
    }
    if (inbox_.ended() || (!begun && service_.draining)) co_return false;
    co_await inbox_.more();
    if (!timed_out_) continue;
    if (!begun) co_return false;
    refusal_ = {408, {ErrorKind::invalid, "The request's head took too long to arrive; send it at once."}};
    break;
  }
  deadline_ = {};
  inbox_.set_wide(false);
  co_return true;
}

void Connection::name_request() {
  request_->received = accounted_ = loop_.now();
  const auto given = request_->headers.get("X-Request-Id");
  request_->id = is_request_id(given) ? std::string(given) : service_.new_request_id();
}

void Connection::passed(std::string_view stage) {
  const auto now = loop_.now();
  if (request_->trace) request_->trace->add(stage, accounted_, now);
  accounted_ = now;
}

/// Answers the request whose head was read; whether another one may follow.
Task<bool> Connection::answer() {
  name_request();
  ++service_.requests;
  std::optional<Response> response;
  if (!refusal_ && service_.draining)
    refusal_ = {503, {ErrorKind::unavailable, "The server is stopping; try again in a moment.", 1s}};
  if (refusal_) {
    body_ok_ = false;
    response = refused(*refusal_);
  } else {
    response.emplace(co_await decide());
  }
  while (auto* later = std::get_if<Later>(&response->body)) {
    auto decided = co_await wait_for(std::move(*later));
    response.emplace(std::move(decided));
  }
  co_await reply(std::move(*response));
  passed("http.send");
  finish_exchange();
  linger_ = websocket_ || !parser_->done();
  if (!keep_alive_ || lost_) co_return false;
  const bool skipped = co_await skip_body();
  co_return skipped;
}

void Connection::finish_exchange() {
  deadline_ = {};
  try {
    service_.application.ended(*request_, status_, bytes_in_, bytes_out_);
  } catch (...) {
    // The client has its reply; what the application makes of it is not the client's matter.
  }
  --service_.requests;
}

Task<bool> Connection::skip_body() {
  std::uint64_t left = max_skipped_bytes;
  std::vector<std::string_view> pieces;
  while (!parser_->done()) {
    const auto step = parser_->body(inbox_.bytes(), pieces);
    pieces.clear();
    inbox_.take(step.eaten);
    if (step.refusal || step.eaten > left) co_return false;
    left -= step.eaten;
    if (parser_->done()) break;
    if (timed_out_ || inbox_.ended()) co_return false;
    set_deadline(service_.options.body_timeout);
    co_await inbox_.more();
  }
  deadline_ = {};
  linger_ = false;
  co_return true;
}

void Connection::tick(std::chrono::nanoseconds now) {
  if (stream_ && now >= next_heartbeat_) {
    next_heartbeat_ = now + service_.options.stream_heartbeat;
    stream_->add(websocket_ ? std::string_view("\x89\x00", 2) : ":\n\n");
  }
  if (deadline_.count() == 0 || now < deadline_) return;
  deadline_ = {};
  timed_out_ = true;
  // Who waits for bytes can still say so to the client; who writes, or shakes hands, cannot.
  if (inbox_.waiting()) inbox_.interrupt();
  else wire_->close();
}

void Connection::drain() {
  if (stream_) stream_->end();
  else if (inbox_.waiting() && status_ == 0 && bytes_in_ == 0 && inbox_.empty()) inbox_.interrupt();
}

void Connection::cut() {
  lost_ = true;
  if (request_) request_->gone.cancel();
  if (stream_) stream_->vanish();
  if (later_) later_->abandon();
  wire_->close();
}

void Connection::unasked() {
  if (inbox_.ended()) {
    if (request_) request_->gone.cancel();
    if (stream_) stream_->vanish();
    return;
  }
  if (stream_ && websocket_) read_frames();
  inbox_.watch(max_ahead_bytes);
}

void Connection::wire_done(bool failed, std::size_t bytes) {
  written_ = bytes;
  if (failed) lost_ = true;
  std::exchange(writer_, nullptr).resume();
}

}  // namespace cairn::http
