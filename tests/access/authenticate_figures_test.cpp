#include <fmt/format.h>

#include "access/access_fixture.h"

namespace cairn::testing {
namespace {

/// Not a check but a measurement: run with --gtest_also_run_disabled_tests.
class Figures : public AccessFixture {
 protected:
  void measure(const char* what, const std::string& token, int rounds) const {
    const SystemClock wall;
    const auto started = wall.monotonic();
    for (int i = 0; i < rounds; ++i) must(authenticate(token));
    const auto spent = std::chrono::duration<double, std::micro>(wall.monotonic() - started).count();
    fmt::print("{}: {:.2f} µs\n", what, spent / rounds);
  }
};

TEST_F(Figures, DISABLED_OfRecognisingACaller) {
  for (int i = 0; i < 1'000; ++i) make_key({});
  const MadeKey key = make_key({.groups = {"finance", "board"}});
  make_user("ada");
  const Tokens tokens = must(log_in("ada", password));
  must(authenticate(key.secret));
  measure("an API key among 1,000", key.secret, 100'000);
  measure("an access token", tokens.access_token, 100'000);
  const SystemClock wall;
  const auto started = wall.monotonic();
  for (int i = 0; i < 100; ++i) {
    must(store->set_quota(local_tenant, {}));
    must(authenticate(key.secret));
  }
  fmt::print("a change of the store, and reading it again: {:.2f} ms\n",
             std::chrono::duration<double, std::milli>(wall.monotonic() - started).count() / 100);
}

}  // namespace
}  // namespace cairn::testing
