#include <fstream>

#include "adapters/kubernetes/kubernetes_node_provider.h"
#include "adapters/sodium/sodium_crypto.h"
#include "adapters/webhook/webhook_node_provider.h"
#include "adapters_nodes/fake_fleet.h"
#include "adapters_nodes/shell_nodes.h"
#include "contract/manual_clock.h"
#include "contract/node_provider_contract.h"

namespace cairn::testing {
namespace {

class LocalHarness final : public ProviderUnderTest {
 public:
  NodeProvider& provider() override { return provider_; }
  std::vector<NodeId> working() override { return provider_.running(); }  // They end at once.
  bool knows_nodes() const override { return true; }

 private:
  TemporaryFolder folder_;
  SystemClock clock_;
  LocalNodeProvider provider_{shell_nodes(folder_.path(), well_behaved), clock_};
};

/// Nodes that somebody else runs.
class FleetHarness : public ProviderUnderTest {
 public:
  std::vector<NodeId> working() override {
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < fleet_.count; ++i) nodes.emplace_back("node " + std::to_string(i));
    return nodes;
  }
  bool knows_nodes() const override { return false; }

 protected:
  ManualClock clock_;
  Fleet fleet_;
};

class WebhookHarness final : public FleetHarness {
 public:
  WebhookHarness() { fleet_.read = nodes_of; }
  NodeProvider& provider() override { return provider_; }

 private:
  std::unique_ptr<Crypto> crypto_ = must(open_sodium_crypto({}));
  WebhookNodeProvider provider_{
      {.url = "http://fleet", .secret = "s"}, std::make_unique<FleetClient>(fleet_), *crypto_, clock_};
};

class KubernetesHarness final : public FleetHarness {
 public:
  KubernetesHarness() {
    fleet_.read = replicas_of;
    std::ofstream(folder_.path() / "token") << "t\n";
  }
  NodeProvider& provider() override { return provider_; }

 private:
  TemporaryFolder folder_;
  KubernetesNodeProvider provider_{
      {.url = "https://k8s", .space = "ours", .stateful_set = "cairn", .token_file = folder_.path() / "token"},
      std::make_unique<FleetClient>(fleet_),
      clock_};
};

INSTANTIATE_TEST_SUITE_P(Process, NodeProviderContract,
                         ::testing::Values([] { return std::make_unique<LocalHarness>(); }));
INSTANTIATE_TEST_SUITE_P(Webhook, NodeProviderContract,
                         ::testing::Values([] { return std::make_unique<WebhookHarness>(); }));
INSTANTIATE_TEST_SUITE_P(Kubernetes, NodeProviderContract,
                         ::testing::Values([] { return std::make_unique<KubernetesHarness>(); }));

}  // namespace
}  // namespace cairn::testing
