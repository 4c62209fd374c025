#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/plan_scaling.h"
#include "base/clock.h"
#include "main/configuration.h"
#include "ports/crypto.h"
#include "ports/node_provider.h"

namespace cairn {

/// What a provider of nodes has to know of the node that it works for.
struct ScalingContext {
  NodeId node;
  std::filesystem::path folder;                 ///< Of its data.
  std::string host;                             ///< That it listens on, as in --listen.
  std::optional<std::filesystem::path> config;  ///< The file that it was started with.
  bool is_shared = false;                       ///< Whether other nodes may work on its store.
};

/// As the section [scaling] says. Errors: `invalid` for what cannot be.
Result<ScalingSettings> scaling_settings(const Configuration& configuration);

/// Null: nodes are started and stopped by whoever runs them. The references must outlive it. Errors: `invalid` for
/// settings that do not go together.
Result<std::unique_ptr<NodeProvider>> open_node_provider(const Configuration& configuration,
                                                         const ScalingContext& context, const Crypto& crypto,
                                                         const Clock& clock);

}  // namespace cairn
