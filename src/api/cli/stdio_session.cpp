#include "api/cli/stdio_session.h"

#include <chrono>
#include <utility>

namespace cairn::cli {
namespace {

constexpr std::size_t thread_count = 4;
constexpr std::size_t longest_line = 16ULL << 20;
constexpr const char* session = "stdio";
constexpr std::chrono::seconds patience_at_the_end{10};

}  // namespace

StdioSession::StdioSession(const mcp::Protocol& protocol, BackendMaker make_backend,
                           std::function<void(std::string)> write_line)
    : protocol_(protocol), make_backend_(std::move(make_backend)), write_line_(std::move(write_line)) {
  for (std::size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { work(); });
}

StdioSession::~StdioSession() { stop(); }

void StdioSession::run(std::istream& input) {
  for (std::string line; std::getline(input, line);)
    if (line.find_first_not_of(" \t\r") != std::string::npos) take(line);
  wait_for_calls();
  stop();
}

void StdioSession::wait_for_calls() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience_at_the_end, [&] { return busy_ == 0 && waiting_.empty(); });
}

void StdioSession::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    waiting_.clear();
  }
  running_.end(session);
  changed_.notify_all();
  threads_.clear();
}

void StdioSession::take(const std::string& line) {
  const auto refuse = [&](mcp::RpcCode code, const std::string& why) { write(mcp::error_message({}, {code, why})); };
  if (line.size() > longest_line) return refuse(mcp::RpcCode::invalid_request, "the message is too long");
  const auto json = parse_json(line);
  if (!json) return refuse(mcp::RpcCode::parse_error, json.error().message);
  auto message = mcp::parse_message(*json);
  if (!message) return write(mcp::error_message({}, message.error()));
  if (message->is_response) return;
  if (!message->is_notification()) return take_request(std::move(*message));
  if (message->method == "notifications/cancelled" && message->params.contains("requestId"))
    running_.cancel(session, message->params["requestId"]);
}

void StdioSession::take_request(mcp::Message message) {
  if (message.method != "tools/call") {
    const auto backend = make_backend_();
    return answer(message, *backend, {});
  }
  Call call{std::move(message), {}, {}};
  call.entry = std::make_unique<mcp::RunningCalls::Entry>(running_, session, *call.message.id, call.cancel);
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(call));
  changed_.notify_all();
}

void StdioSession::work() {
  const auto backend = make_backend_();
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_over_ || !waiting_.empty(); });
    if (is_over_) return;
    const Call call = std::move(waiting_.front());
    waiting_.pop_front();
    ++busy_;
    lock.unlock();
    answer(call.message, *backend, call.cancel);
    lock.lock();
    --busy_;
    changed_.notify_all();
  }
}

void StdioSession::answer(const mcp::Message& message, mcp::ToolBackend& backend, const CancelToken& cancel) {
  const auto notify = [&](const Json& notification) {
    if (!cancel.cancelled()) write(notification);
  };
  const mcp::Handled handled = protocol_.handle(message, backend, {cancel, notify});
  if (handled.error != mcp::RpcCode::cancelled) write(handled.message);  // Who cancels expects no reply.
}

void StdioSession::write(const Json& message) {
  const std::lock_guard lock(write_mutex_);
  write_line_(dump(message));
}

}  // namespace cairn::cli
