#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crash/crash_store.h"

namespace cairn::testing {

/// What a document holds: the number of its content, or nothing when it is deleted.
using Content = std::optional<std::uint64_t>;

/// Follows the child's log and says what may be found in the store. Log lines:
///   try OPERATION DOCUMENT CONTENT|-   is about to be registered (or its deletion requested)
///   ok OPERATION TASK                  that was acknowledged; its task
///   done TASK                          the task's result was acknowledged: indexed, or deleted
class CrashOracle {
 public:
  /// Reads what was logged since the last call. The last line may be cut off.
  void read(const std::filesystem::path& log);

  /// Compares a store that was just killed: whatever was acknowledged as done is there, or something newer. Empty: all
  /// is well.
  std::string check_after_kill(const std::map<std::string, std::uint64_t>& live) const;

  /// Compares a store without open tasks: whatever was acknowledged as registered is there, or something newer, and
  /// becomes the new starting point. `given_up`: documents whose task was killed too often; they may be older, but not
  /// older than what was done.
  std::string check_when_idle(const std::map<std::string, std::uint64_t>& live,
                              const std::vector<std::string>& given_up);

  std::uint64_t next_operation() const { return next_operation_; }
  std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  struct Operation {
    std::string document;
    Content content;
    std::string task;
    bool acknowledged = false, done = false;
  };

  std::string compare(const std::map<std::string, std::uint64_t>& live, const std::string& document,
                      bool Operation::* since) const;

  std::map<std::uint64_t, Operation> operations_;  ///< Since the store was last idle.
  std::map<std::string, Content> settled_;         ///< As of then.
  std::uintmax_t read_bytes_ = 0;
  std::uint64_t next_operation_ = 1, acknowledged_ = 0;
};

/// The number of each live document's content. Throws when one is live twice or cannot be read.
std::map<std::string, std::uint64_t> live_contents(const CrashStore& store);

}  // namespace cairn::testing
