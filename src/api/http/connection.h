#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/inbox.h"
#include "api/http/later.h"
#include "api/http/loop.h"
#include "api/http/message.h"
#include "api/http/reply_head.h"
#include "api/http/request_parser.h"
#include "api/http/server.h"
#include "api/http/stream.h"
#include "api/http/task.h"
#include "api/http/wire.h"
#include "api/http/workers.h"
#include "base/trace.h"

namespace cairn::http {

/// What all connections of a server share.
struct Service {
  const ServerOptions& options;
  Application& application;
  Workers& workers;
  std::atomic<std::size_t> streams = 0, requests = 0;
  std::atomic<bool> draining = false;  ///< Connections close as soon as they can.
  std::atomic<bool> cutting = false;   ///< … and now.

  std::string new_request_id();
  std::atomic<std::uint64_t> next_request = 0;
  std::uint64_t request_seed = 0;
};

/// One client, from the handshake to the last byte: a coroutine on one loop that reads a request, has it answered and
/// writes the reply, again and again. Only handlers, sinks and sources run elsewhere, on the workers.
class Connection final : public Resident,
                         private Inbox::Watcher,
                         private WireListener,
                         public std::enable_shared_from_this<Connection> {
 public:
  /// `ended` is called last.
  Connection(Service& service, Loop& loop, std::shared_ptr<Wire> wire, Peer peer, std::function<void()> ended);
  ~Connection() override;

  /// Serves until the connection ends; keeps itself alive. On the loop.
  Detached run();

  /// Says that there are too many connections, and ends.
  Detached turn_away();

 private:
  // connection.cpp: from one request to the next.
  void tick(std::chrono::nanoseconds now) override;
  void drain() override;
  void cut() override;
  void unasked() override;
  void wire_done(bool failed, std::size_t bytes) override;
  Task<bool> open();
  Task<void> close();
  Task<void> serve();
  void begin_exchange();
  void finish_exchange();
  Task<bool> read_head();
  Task<bool> answer();
  Task<bool> skip_body();
  void set_deadline(std::chrono::milliseconds from_now) { deadline_ = loop_.now() + from_now; }
  void name_request();

  /// Of the request's trace: what went by since the stage before.
  void passed(std::string_view stage);

  /// A handler at work, on its thread: what went by before was a wait for one.
  class Handling {
   public:
    explicit Handling(Connection& connection) : connection_(connection), span_(waited(connection), "http.handle") {}
    ~Handling() {
      span_.end();
      connection_.accounted_ = connection_.loop_.now();
    }

   private:
    static Trace* waited(Connection& connection) {
      connection.passed("http.wait");
      return connection.request_->trace.get();
    }

    Connection& connection_;
    ScopedSpan span_;
  };

  // connection_request.cpp: from a head to its reply.
  Task<Response> decide();
  Task<Response> take_body(Plan& plan);
  Task<std::optional<Response>> read_body(Plan& plan);
  Task<Response> wait_for(Later later);
  Task<Response> encoded(Response response);
  std::optional<Response> refuse_expectation();
  bool waits_for_permission() const;
  Plan begin();
  Response refused(int status, const Error& error);
  Response refused(const Refusal& refusal) { return refused(refusal.status, refusal.error); }
  Response broken(std::exception_ptr failure);

  // connection_reply.cpp: from a reply to its last byte.
  Task<void> reply(Response response);
  Task<void> reply_file(Response response);
  Task<void> reply_stream(Response response);
  Task<bool> pump(bool chunked);
  void open_stream(StreamStart start);
  void read_frames();
  Task<bool> write(std::string_view first, std::string_view second);
  bool may_keep_alive() const;
  ReplyFacts facts();

  struct Written {
    Connection& connection;
    std::string_view first, second;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    std::size_t await_resume() const noexcept { return connection.written_; }
  };

  /// What a client may send ahead of its next request's turn.
  static constexpr std::size_t max_ahead_bytes = 16 << 10;

  /// A body that nobody wants is read to its end when it is short; else the connection is closed.
  static constexpr std::uint64_t max_skipped_bytes = 256 << 10;

  Service& service_;
  Loop& loop_;
  const std::shared_ptr<Wire> wire_;
  const Peer peer_;
  const std::function<void()> ended_;
  Inbox inbox_;
  std::coroutine_handle<> writer_;
  std::size_t written_ = 0;
  std::chrono::nanoseconds deadline_{};  // Of what is being waited for; 0: none.
  bool timed_out_ = false;               // The wait for bytes was too long.
  bool lost_ = false;                    // Nothing can be written any more.
  bool linger_ = false;                  // The client may still be sending.

  // The request that is being served.
  std::shared_ptr<Request> request_;
  std::optional<RequestParser> parser_;
  std::optional<Refusal> refusal_;
  std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
  int status_ = 0;                        // Of the reply, once its head is written.
  std::chrono::nanoseconds accounted_{};  // Until when stages of its trace say where its time went.
  bool keep_alive_ = false;
  bool body_ok_ = true;  // The rest of the body can be understood.
  std::shared_ptr<LaterReply> later_;
  std::shared_ptr<Stream> stream_;
  bool websocket_ = false;
  bool client_closed_ = false;  // By a frame.
  bool stream_opened_ = false;
  std::chrono::nanoseconds next_heartbeat_{};
};

}  // namespace cairn::http
