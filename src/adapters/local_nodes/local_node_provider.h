#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/local_nodes/node_process.h"
#include "base/clock.h"
#include "ports/node_provider.h"

namespace cairn {

struct LocalNodeOptions {
  std::filesystem::path program;
  std::filesystem::path folder;  ///< Its nodes have folders of their own in it, named 1, 2 …
  std::string name;              ///< The nodes' names begin with it: of the node that starts them.

  /// What a node is started with; the environment is all that it gets.
  std::function<std::vector<std::string>(const std::filesystem::path& folder)> arguments;
  std::function<std::vector<std::string>(const NodeId& node)> environment;

  std::chrono::milliseconds stop_patience{60'000};  ///< Whoever has not ended by then is killed.
  std::chrono::milliseconds first_retry{1'000};     ///< After a node that ended by itself; twice as long each time,
  std::chrono::milliseconds last_retry{60'000};     ///< up to this.
};

/// Nodes as processes on this machine. Those that it started end when the thread that called provide() ends, or at its
/// own end: then it waits until they have, and kills who takes too long.
class LocalNodeProvider final : public NodeProvider {
 public:
  /// `clock` must outlive it.
  LocalNodeProvider(LocalNodeOptions options, const Clock& clock);
  ~LocalNodeProvider() override;

  std::string name() const override { return "process"; }
  Result<void> provide(const NodeOrder& order) override;
  std::vector<NodeId> running() override;

  /// Tells all its nodes to end and waits for it. Call it from the thread that called provide().
  void end_all();

 private:
  struct Child {
    NodeId node;
    std::size_t slot = 0;  // Names its folder.
    local_nodes::NodeProcess process;
    std::optional<std::chrono::nanoseconds> end_by = {};  // It was told to end.
  };

  void look_after_children();
  void note_end(const Child& child);
  void end(Child& child);
  void end_too_many(const NodeOrder& order, std::size_t count);
  Result<void> start_missing(std::size_t count);
  Result<void> start_one();
  Child* find(const NodeId& node);
  std::size_t working() const;

  const LocalNodeOptions options_;
  const Clock& clock_;
  std::vector<Child> children_;  // The oldest first.
  std::vector<NodeId> ended_;    // Of them, while others still take them for live.
  std::string trouble_;          // How the last one ended that was not told to; empty: none did.
  std::chrono::milliseconds retry_{0};
  std::chrono::nanoseconds not_before_{0};
};

}  // namespace cairn
