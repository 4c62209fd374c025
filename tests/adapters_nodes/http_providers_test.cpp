#include <gmock/gmock.h>

#include <fstream>

#include "adapters/kubernetes/kubernetes_node_provider.h"
#include "adapters/sodium/sodium_crypto.h"
#include "adapters/webhook/webhook_node_provider.h"
#include "adapters_nodes/fake_fleet.h"
#include "base/bytes.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

using namespace std::chrono_literals;

class Webhook : public ::testing::Test {
 protected:
  Webhook() { fleet.read = nodes_of; }

  WebhookNodeProvider make(const std::string& secret) {
    return {{.url = "http://fleet/scale", .secret = secret}, std::make_unique<FleetClient>(fleet), *crypto, clock};
  }

  ManualClock clock;
  Fleet fleet;
  std::unique_ptr<Crypto> crypto = must(open_sodium_crypto({}));
  const NodeOrder order{.count = 3, .live = {NodeId("b"), NodeId("a")}, .lost = {NodeId("c")}};
};

TEST_F(Webhook, TellsTheNumberAndTheNodesWithASignature) {
  auto provider = make("secret");
  must(provider.provide(order));
  ASSERT_EQ(fleet.calls.size(), 1u);
  const HttpCall& call = fleet.calls[0];
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "http://fleet/scale");
  EXPECT_EQ(header(call, "Content-Type"), "application/json");
  const auto body = nlohmann::json::parse(call.body);
  EXPECT_EQ(body, nlohmann::json::parse(R"({"nodes": 3, "live": ["b", "a"], "lost": ["c"]})"));
  const std::string time = header(call, "Cairn-Time");
  EXPECT_EQ(std::stoll(time), clock.now().time_since_epoch() / 1s);
  EXPECT_EQ(header(call, "Cairn-Signature"),
            "sha256=" + to_hex(as_bytes(crypto->hmac_sha256("secret", time + "." + call.body))));
  EXPECT_EQ(call.body.find("secret"), std::string::npos);
}

TEST_F(Webhook, SignsNothingWithoutASecret) {
  auto provider = make("");
  must(provider.provide(order));
  EXPECT_EQ(header(fleet.calls[0], "Cairn-Signature"), "");
}

TEST_F(Webhook, SaysTheSameAgainOnlyAfterAWhile) {
  auto provider = make("");
  for (int second = 0; second < 60; ++second, clock.advance(1s)) must(provider.provide(order));
  EXPECT_EQ(fleet.calls.size(), 1u);
  must(provider.provide(order));
  EXPECT_EQ(fleet.calls.size(), 2u);
  must(provider.provide({.count = 4, .live = order.live, .lost = order.lost}));
  EXPECT_EQ(fleet.calls.size(), 3u);
}

TEST_F(Webhook, TriesAgainLaterAndLaterAndSaysWhyMeanwhile) {
  auto provider = make("");
  fleet.status = 500;
  for (int second = 0; second < 120; ++second, clock.advance(1s)) {
    const auto refused = provider.provide(order);
    ASSERT_TRUE(fails_with(ErrorKind::unavailable, refused));
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("500"));
  }
  EXPECT_EQ(fleet.calls.size(), 8u);  // After 0, 1, 3, 7, 15, 31, 61 and 91 seconds.
  fleet.status = 204;
  clock.advance(30s);
  must(provider.provide(order));
  EXPECT_EQ(fleet.count, 3u);
}

TEST_F(Webhook, PassesOnThatNobodyAnswers) {
  auto provider = make("");
  fleet.is_away = true;
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, provider.provide(order)));
  fleet.is_away = false;
  clock.advance(1s);
  must(provider.provide(order));
}

class Kubernetes : public ::testing::Test {
 protected:
  Kubernetes() { fleet.read = replicas_of; }

  void set_token(const std::string& token) const { std::ofstream(folder.path() / "token") << token; }

  ManualClock clock;
  Fleet fleet;
  TemporaryFolder folder;
  KubernetesNodeProvider provider{
      {.url = "https://10.0.0.1:443", .space = "ours", .stateful_set = "cairn", .token_file = folder.path() / "token"},
      std::make_unique<FleetClient>(fleet),
      clock};
};

TEST_F(Kubernetes, PatchesTheScaleOfTheStatefulSetAsItsServiceAccount) {
  set_token("token-1\n");
  must(provider.provide({.count = 2}));
  ASSERT_EQ(fleet.calls.size(), 1u);
  EXPECT_EQ(fleet.calls[0].method, "PATCH");
  EXPECT_EQ(fleet.calls[0].url, "https://10.0.0.1:443/apis/apps/v1/namespaces/ours/statefulsets/cairn/scale");
  EXPECT_EQ(header(fleet.calls[0], "Content-Type"), "application/merge-patch+json");
  EXPECT_EQ(header(fleet.calls[0], "Authorization"), "Bearer token-1");
  EXPECT_EQ(fleet.calls[0].body, R"({"spec":{"replicas":2}})");
  set_token("token-2");  // Kubernetes renews it.
  must(provider.provide({.count = 3}));
  EXPECT_EQ(header(fleet.calls[1], "Authorization"), "Bearer token-2");
}

TEST_F(Kubernetes, SaysWhatTheApiServerSaidAndWhatToDo) {
  set_token("token");
  fleet.status = 403;
  fleet.reply = R"({"kind": "Status", "message": "statefulsets.apps \"cairn\" is forbidden"})";
  const auto refused = provider.provide({.count = 2});
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, refused));
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("is forbidden; let the service account patch"));
  for (const char* reply : {"", "[]", "{", R"({"message": 7})"}) {
    fleet.reply = reply;
    clock.advance(60s);
    EXPECT_TRUE(fails_with(ErrorKind::unavailable, provider.provide({.count = 2})));
  }
}

TEST_F(Kubernetes, SaysThatThereIsNoToken) {
  EXPECT_THAT(provider.provide({.count = 2}).error().message, ::testing::HasSubstr("service account's token"));
  EXPECT_TRUE(fleet.calls.empty());
}

}  // namespace
}  // namespace cairn::testing
