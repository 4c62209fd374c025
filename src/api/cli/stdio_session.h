#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <istream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/mcp/protocol.h"
#include "api/mcp/running_calls.h"

namespace cairn::cli {

/// The Model Context Protocol over a pair of streams: one message a line. Tools run beside each other on threads of
/// their own, so that a client can ask for more, or cancel, while it waits.
class StdioSession {
 public:
  /// Makes what a thread calls tools with.
  using BackendMaker = std::function<std::unique_ptr<mcp::ToolBackend>()>;

  /// `write_line` is called by one thread at a time.
  StdioSession(const mcp::Protocol& protocol, BackendMaker make_backend, std::function<void(std::string)> write_line);
  ~StdioSession();
  StdioSession(const StdioSession&) = delete;
  StdioSession& operator=(const StdioSession&) = delete;

  /// Reads until the input ends, gives what is under way a few seconds to end, and returns.
  void run(std::istream& input);

 private:
  struct Call {
    mcp::Message message;
    CancelToken cancel;
    std::unique_ptr<mcp::RunningCalls::Entry> entry;
  };

  void take(const std::string& line);
  void take_request(mcp::Message message);
  void answer(const mcp::Message& message, mcp::ToolBackend& backend, const CancelToken& cancel);
  void work();
  void write(const Json& message);
  void wait_for_calls();
  void stop();

  const mcp::Protocol& protocol_;
  const BackendMaker make_backend_;
  const std::function<void(std::string)> write_line_;
  mcp::RunningCalls running_;
  std::mutex write_mutex_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Call> waiting_;  // Guarded by mutex_.
  std::size_t busy_ = 0;      // Guarded by mutex_: threads that run a tool.
  bool is_over_ = false;      // Guarded by mutex_.
  std::vector<std::jthread> threads_;
};

}  // namespace cairn::cli
