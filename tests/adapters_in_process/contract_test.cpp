#include "adapters/in_process/in_process_change_feed.h"
#include "adapters/in_process/in_process_node_registry.h"
#include "contract/change_feed_contract.h"
#include "contract/node_registry_contract.h"

namespace cairn::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(InProcess, ChangeFeedContract,
                         ::testing::Values([] { return std::make_unique<InProcessChangeFeed>(); }));
INSTANTIATE_TEST_SUITE_P(InProcess, NodeRegistryContract, ::testing::Values([](const Clock& clock) {
                           return std::make_unique<InProcessNodeRegistry>(clock);
                         }));

}  // namespace
}  // namespace cairn::testing
