#include "api/routes/access_gate.h"

#include "access/access_fixture.h"

namespace cairn::testing {
namespace {

class Gating : public AccessFixture {
 protected:
  static http::Request request(const std::string& method, const std::string& route, const std::string& token = "") {
    http::Request made;
    made.method = method;
    made.route = route;
    made.peer = "127.0.0.1";
    made.peer_is_loopback = true;
    made.headers.add("Host", "127.0.0.1:8080");
    if (!token.empty()) made.headers.add("Authorization", "Bearer " + token);
    return made;
  }
  static routes::Route route(const std::string& path) { return {.path = path}; }
  std::vector<AuditEntry> log() const {
    must(access->journal.flush());
    return must(store->audit({.tenant = local_tenant})).items;
  }

  routes::AccessGate gate{*access, 5};
};

TEST_F(Gating, HeadersTellWhoAsks) {
  EXPECT_TRUE(gate.enter(request("GET", "/v1/keys"), route("/v1/keys")).has_value());
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Origin", "https://attacker.example"},
                                                        {"Sec-Fetch-Site", "cross-site"},
                                                        {"X-Forwarded-For", "192.0.2.1"},
                                                        {"Forwarded", "for=192.0.2.1"},
                                                        {"Via", "1.1 proxy"}}) {
    http::Request from_elsewhere = request("GET", "/v1/keys");
    from_elsewhere.headers.add(name, value);
    EXPECT_TRUE(fails_with(ErrorKind::unauthenticated, gate.enter(from_elsewhere, route("/v1/keys")))) << name;
  }
  const MadeKey key = make_key({.name = "sync", .scopes = {Scope::query}});
  EXPECT_EQ(must(gate.enter(request("GET", "/v1/search", key.secret), route("/v1/search"))).name, "sync");
}

TEST_F(Gating, AKeyMayAskAsOftenAsItsLimitSays) {
  const MadeKey key = make_key({.scopes = {Scope::query}, .limits = {.requests_per_minute = 2}});
  const auto enter = [&] { return gate.enter(request("GET", "/v1/search", key.secret), route("/v1/search")); };
  EXPECT_TRUE(enter().has_value() && enter().has_value());
  const auto refused = enter();
  ASSERT_TRUE(fails_with(ErrorKind::limited, refused));
  EXPECT_TRUE(refused.error().retry_after.has_value());
}

TEST_F(Gating, LoginsOfOneAddressAreLimitedAndHealthIsNot) {
  int admitted = 0;
  for (int i = 0; i < 10; ++i)
    admitted += gate.enter_open(request("POST", "/v1/auth/login"), route("/v1/auth/login")).has_value();
  EXPECT_EQ(admitted, 5);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(gate.enter_open(request("GET", "/healthz"), route("/healthz")).has_value());
}

TEST_F(Gating, ChangesAreWrittenDownAndQuestionsAreNot) {
  const auto end = [&](const std::string& method, const std::string& pattern, int status) {
    http::Request made = request(method, pattern);
    made.parameters["id"] = "d1\r\nd2";
    made.tenant = "local";
    made.caller = "user:ada";
    gate.ended(made, status);
  };
  end("DELETE", "/v1/documents/{id}", 202);
  end("DELETE", "/v1/documents/{id}", 404);
  end("GET", "/v1/documents/{id}", 200);
  end("POST", "/v1/search", 200);
  end("POST", "/v1/answers", 200);
  for (const char* own : {"/v1/keys", "/v1/users", "/v1/auth/login", "/v1/tenants/{name}"}) end("PUT", own, 201);
  const auto entries = log();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].actor + "|" + entries[1].action + "|" + entries[1].object + "|" + entries[1].outcome,
            "user:ada|DELETE /v1/documents/{id}|d1??d2|ok");
  EXPECT_EQ(entries[0].object + "|" + entries[0].outcome, "|404");
}

}  // namespace
}  // namespace cairn::testing
