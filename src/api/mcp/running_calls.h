#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "api/mcp/json_rpc.h"
#include "base/cancel.h"

namespace cairn::mcp {

/// Calls under way, by session and id, so that their client can stop them; and the sessions that were ended. Bounded
/// by what runs at one time and by a number of ended sessions that are remembered. Any thread.
class RunningCalls {
 public:
  /// A call from its beginning to its end.
  class Entry {
   public:
    Entry(RunningCalls& calls, const std::string& session, const nlohmann::json& id, const CancelToken& cancel);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    RunningCalls& calls_;
    std::pair<std::string, std::string> key_;
  };

  /// Nothing happens when there is no such call, or it has ended.
  void cancel(const std::string& session, const nlohmann::json& id);

  /// Stops all calls of a session, and remembers that it has ended. False: that was known.
  bool end(const std::string& session);
  bool has_ended(const std::string& session) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, CancelToken> running_;  // Guarded by mutex_.
  std::set<std::string> ended_;                                         // Guarded by mutex_.
  std::deque<std::string> oldest_ended_;                                // Guarded by mutex_; of ended_.
};

}  // namespace cairn::mcp
