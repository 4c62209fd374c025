#include "adapters/model_pool/circuit.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr CircuitOptions options{
    .failures = 2, .cool_down = milliseconds(1'000), .longest_cool_down = milliseconds(5'000)};

TEST(Circuit, OpensAfterFailuresInARowOnly) {
  Circuit circuit(options);
  circuit.failed(seconds(1));
  circuit.succeeded();
  circuit.failed(seconds(1));
  EXPECT_TRUE(circuit.enter(seconds(1)));
  circuit.failed(seconds(1));
  EXPECT_FALSE(circuit.enter(seconds(1)));
}

TEST(Circuit, LetsOneTryAfterTheCoolDown) {
  Circuit circuit(options);
  circuit.failed(seconds(1));
  circuit.failed(seconds(1));
  EXPECT_FALSE(circuit.enter(milliseconds(1'999)));
  EXPECT_TRUE(circuit.enter(seconds(2)));
  EXPECT_FALSE(circuit.enter(seconds(2)));
  circuit.succeeded();
  EXPECT_TRUE(circuit.enter(seconds(2)));
  EXPECT_TRUE(circuit.enter(seconds(2)));
}

TEST(Circuit, SomebodyWhoLearntNothingLeavesTheTryToTheNext) {
  Circuit circuit(options);
  circuit.rest(seconds(0), milliseconds(10));
  EXPECT_TRUE(circuit.enter(seconds(1)));
  circuit.left();
  EXPECT_TRUE(circuit.enter(seconds(1)));
}

TEST(Circuit, CoolsDownLongerEachTimeUpToALimit) {
  Circuit circuit(options);
  circuit.failed(seconds(0));
  circuit.failed(seconds(0));
  seconds now{0};
  for (const seconds expected : {seconds(1), seconds(2), seconds(4), seconds(5), seconds(5)}) {
    EXPECT_EQ(circuit.open_until() - now, expected);
    now = std::chrono::duration_cast<seconds>(circuit.open_until());
    ASSERT_TRUE(circuit.enter(now));
    circuit.failed(now);
  }
}

TEST(Circuit, RestsAsLongAsTheModelSaid) {
  Circuit circuit(options);
  circuit.rest(seconds(1), milliseconds(3'000));
  EXPECT_FALSE(circuit.enter(seconds(3)));
  EXPECT_TRUE(circuit.enter(seconds(4)));
}

}  // namespace
}  // namespace cairn
