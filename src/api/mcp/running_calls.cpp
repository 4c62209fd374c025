#include "api/mcp/running_calls.h"

namespace cairn::mcp {
namespace {

constexpr std::size_t most_ended = 10'000;

}  // namespace

RunningCalls::Entry::Entry(RunningCalls& calls, const std::string& session, const nlohmann::json& id,
                           const CancelToken& cancel)
    : calls_(calls), key_(session, id.dump()) {
  const std::lock_guard lock(calls_.mutex_);
  calls_.running_.insert_or_assign(key_, cancel);
}

RunningCalls::Entry::~Entry() {
  const std::lock_guard lock(calls_.mutex_);
  calls_.running_.erase(key_);
}

void RunningCalls::cancel(const std::string& session, const nlohmann::json& id) {
  const std::lock_guard lock(mutex_);
  if (const auto found = running_.find({session, id.dump()}); found != running_.end()) found->second.cancel();
}

bool RunningCalls::end(const std::string& session) {
  const std::lock_guard lock(mutex_);
  if (!ended_.insert(session).second) return false;
  oldest_ended_.push_back(session);
  if (oldest_ended_.size() > most_ended) {
    ended_.erase(oldest_ended_.front());
    oldest_ended_.pop_front();
  }
  for (auto call = running_.lower_bound({session, ""}); call != running_.end() && call->first.first == session; ++call)
    call->second.cancel();
  return true;
}

bool RunningCalls::has_ended(const std::string& session) const {
  const std::lock_guard lock(mutex_);
  return ended_.contains(session);
}

}  // namespace cairn::mcp
