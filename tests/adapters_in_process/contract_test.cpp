#include "adapters/in_process/in_process_change_feed.h"
#include "contract/change_feed_contract.h"

namespace cairn::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(InProcess, ChangeFeedContract,
                         ::testing::Values([] { return std::make_unique<InProcessChangeFeed>(); }));

}  // namespace
}  // namespace cairn::testing
