#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "ports/http_client.h"
#include "ports/node_provider.h"
#include "ports/paced_orders.h"

namespace cairn {

struct KubernetesOptions {
  std::string url;                   ///< Of the API server, without a slash at the end.
  std::string space;                 ///< Namespace.
  std::string stateful_set;          ///< Its name.
  std::filesystem::path token_file;  ///< Read for each request: Kubernetes renews it.
};

/// PATCHes the `scale` of a StatefulSet (apps/v1) whenever the number changes, and once a minute, in case somebody else
/// has set another one. Nodes outside the set are not looked at: the number is that of its pods.
class KubernetesNodeProvider final : public NodeProvider {
 public:
  /// `client` trusts the API server's certificate. `clock` must outlive it.
  KubernetesNodeProvider(KubernetesOptions options, std::unique_ptr<HttpClient> client, const Clock& clock);

  std::string name() const override { return "kubernetes"; }
  Result<void> provide(const NodeOrder& order) override;
  std::vector<NodeId> running() override { return {}; }

 private:
  Result<void> send(std::size_t replicas);

  const KubernetesOptions options_;
  const std::unique_ptr<HttpClient> client_;
  const Clock& clock_;
  PacedOrders orders_;
};

}  // namespace cairn
