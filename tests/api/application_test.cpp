#include "api/routes/application.h"

#include "api/api_client.h"
#include "base/trace.h"

namespace cairn {
namespace {

using testing::ApiClient;
using testing::ApiTest;
using testing::SeenReply;

/// Routes that say what they were given.
class ApplicationTest : public ::testing::Test {
 protected:
  ApplicationTest() {
    add("GET", "/things", routes::Access::query, [](routes::Call& call) {
      return routes::json_response(200, Json{{"limit", routes::page_limit(call)}, {"flag", call.query.flag("flag")}});
    });
    add("GET", "/things/{id}", routes::Access::query,
        [](routes::Call& call) { return routes::json_response(200, Json{{"id", call.parameter("id")}}); });
    add("DELETE", "/things/{id}", routes::Access::admin, [](routes::Call&) { return routes::no_content(); });
    add("GET", "/everything", routes::Access::operation,
        [](routes::Call&) { return routes::json_response(200, Json::object()); });
    add("GET", "/things/all", routes::Access::open,
        [](routes::Call&) { return routes::json_response(200, Json{{"all", true}}); });
    add("GET", "/bug", routes::Access::open,
        [](routes::Call&) -> http::Response { throw std::runtime_error("secret detail"); });
    application = std::make_unique<routes::Application>(
        table, gate, routes::ApplicationOptions{.allowed_origins = {"https://a.example"}});
    client = std::make_unique<ApiClient>(*application);
  }

  void add(const char* method, const char* path, routes::Access access,
           std::function<http::Response(routes::Call&)> handle) {
    routes::Route route{.method = method, .path = path, .access = access, .id = std::string(method) + path};
    if (route.path == "/things") {
      route.query = routes::page_parameters();
      route.query.push_back(routes::parameter("flag", shape::boolean(), ""));
    }
    route.handle = [handle](routes::Call& call) -> Result<http::Response> { return handle(call); };
    table.add(std::move(route));
  }

  testing::ScriptedGate gate;
  routes::RouteTable table;
  std::unique_ptr<routes::Application> application;
  std::unique_ptr<ApiClient> client;
};

void expect_problem(const SeenReply& reply, int status, const std::string& type) {
  ASSERT_EQ(reply.status, status) << reply.body;
  EXPECT_EQ(reply.content_type, "application/problem+json");
  const nlohmann::json problem = reply.json();
  EXPECT_EQ(problem["type"], type);
  EXPECT_EQ(problem["status"], status);
  EXPECT_EQ(problem["request_id"], "request-1");
  EXPECT_FALSE(problem["detail"].get<std::string>().empty());
}

TEST_F(ApplicationTest, replies_name_the_span_of_their_request) {
  EXPECT_FALSE(client->get("/things").headers.has("traceparent")) << "nobody traces";
  const SystemClock clock;
  TraceOptions from_caller;
  from_caller.caller = parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const routes::ApplicationOptions options{.on_begun = [&](http::Request& request) {
    request.trace = std::make_shared<Trace>("request", clock, from_caller);
  }};
  routes::Application traced(table, gate, options);
  const std::string given = ApiClient(traced).get("/things").header("traceparent");
  ASSERT_TRUE(parse_traceparent(given)) << given;
  EXPECT_EQ(given.substr(0, 36), "00-0af7651916cd43dd8448eb211c80319c-");
  EXPECT_NE(given.substr(36, 16), "b7ad6b7169203331");
  EXPECT_EQ(ApiClient(traced).get("/nowhere").header("traceparent").size(), given.size());
}

TEST_F(ApplicationTest, literal_paths_win_over_parameters) {
  EXPECT_EQ(client->get("/things/all").json(), (nlohmann::json{{"all", true}}));
  EXPECT_EQ(client->get("/things/some").json()["id"], "some");
}

TEST_F(ApplicationTest, parameters_are_decoded_one_by_one) {
  EXPECT_EQ(client->get("/things/a%2Fb%20c").json()["id"], "a/b c");
  EXPECT_EQ(client->get("/things/100%25?limit=5").status, 400);  // It takes no query.
  expect_problem(client->get("/things/"), 404, "not-found");
  expect_problem(client->get("/things/a/b"), 404, "not-found");
}

TEST_F(ApplicationTest, a_wrong_method_is_told_which_there_are) {
  const SeenReply reply = client->send("POST", "/things/x");
  expect_problem(reply, 405, "method-not-allowed");
  EXPECT_EQ(reply.header("Allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(client->send("OPTIONS", "/things/x").header("Allow"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(client->send("HEAD", "/things/x").status, 200);
}

TEST_F(ApplicationTest, query_parameters_are_typed_and_unknown_ones_refused) {
  EXPECT_EQ(client->get("/things?limit=7&flag=true").json(), (nlohmann::json{{"limit", 7}, {"flag", true}}));
  for (const char* bad : {"limit=0", "limit=1001", "limit=7.5", "limit=", "limit=abc", "flag=yes", "colour=red",
                          "limit=1&limit=2", "limit=99999999999999999999"})
    expect_problem(client->get(std::string("/things?") + bad), 400, "invalid");
  EXPECT_NE(client->get("/things?colour=red").detail().find("`colour`"), std::string::npos);
}

TEST_F(ApplicationTest, who_is_not_let_in_learns_why) {
  gate.refusal = Error{ErrorKind::unauthenticated, "send a key"};
  const SeenReply unknown = client->get("/things");
  expect_problem(unknown, 401, "unauthenticated");
  EXPECT_EQ(unknown.header("WWW-Authenticate"), "Bearer");
  gate.refusal = Error{ErrorKind::limited, "wait", std::chrono::milliseconds(1500)};
  const SeenReply limited = client->get("/things");
  expect_problem(limited, 429, "limited");
  EXPECT_EQ(limited.header("Retry-After"), "2");
  EXPECT_EQ(client->get("/things/all").status, 200);
  gate.open_refusal = Error{ErrorKind::limited, "wait"};
  expect_problem(client->get("/things/all"), 429, "limited");
}

TEST_F(ApplicationTest, a_missing_scope_is_forbidden) {
  gate.principal.scopes = {Scope::query};
  EXPECT_EQ(client->get("/things").status, 200);
  expect_problem(client->send("DELETE", "/things/x"), 403, "forbidden");
  gate.principal.scopes = {Scope::admin};
  EXPECT_EQ(client->get("/things").status, 200);
  EXPECT_EQ(client->send("DELETE", "/things/x").status, 204);
}

TEST_F(ApplicationTest, what_is_about_all_tenants_is_for_who_runs_the_server) {
  EXPECT_EQ(client->get("/everything").status, 200);
  gate.principal.scopes = {Scope::query};
  expect_problem(client->get("/everything"), 403, "forbidden");
  gate.principal = Principal{};
  gate.principal.tenant = TenantId("other");
  expect_problem(client->get("/everything"), 403, "forbidden");
}

TEST_F(ApplicationTest, bugs_stay_inside) {
  const SeenReply reply = client->get("/bug");
  expect_problem(reply, 500, "internal");
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
}

TEST_F(ApplicationTest, what_a_bug_says_is_told_to_the_log) {
  testing::ManualClock clock;
  std::shared_ptr<Trace> trace;
  routes::Application traced(table, gate, {.on_begun = [&](http::Request& request) {
                               trace = request.trace = std::make_shared<Trace>("a request", clock);
                             }});
  expect_problem(ApiClient(traced).get("/bug"), 500, "internal");
  const auto ended = trace->end();
  ASSERT_TRUE(ended->spans.front().error);
  EXPECT_EQ(ended->spans.front().error->message, "secret detail");
  EXPECT_TRUE(ended->failed());
}

TEST_F(ApplicationTest, every_reply_carries_the_security_headers) {
  for (const char* target : {"/things", "/nowhere", "/bug"}) {
    const SeenReply reply = client->get(target);
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.header("X-Frame-Options"), "DENY");
    EXPECT_EQ(reply.header("Referrer-Policy"), "no-referrer");
    EXPECT_NE(reply.header("Content-Security-Policy").find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
    EXPECT_FALSE(reply.headers.has("Access-Control-Allow-Origin"));
  }
}

TEST_F(ApplicationTest, only_pages_of_allowed_origins_may_read_replies) {
  const auto from = [&](const char* method, const char* origin) {
    return client->send(method, "/things", {}, {{"Origin", origin}, {"Access-Control-Request-Method", "GET"}});
  };
  EXPECT_EQ(from("GET", "https://a.example").header("Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_EQ(from("OPTIONS", "https://a.example").header("Access-Control-Allow-Methods"), "GET, HEAD");
  for (const char* origin : {"https://b.example", "null", "https://a.example.evil.example"}) {
    EXPECT_FALSE(from("GET", origin).headers.has("Access-Control-Allow-Origin")) << origin;
    EXPECT_FALSE(from("OPTIONS", origin).headers.has("Access-Control-Allow-Methods")) << origin;
  }
}

TEST_F(ApplicationTest, refuses_tables_that_cannot_be) {
  EXPECT_THROW(add("GET", "/things", routes::Access::query, [](routes::Call&) { return routes::no_content(); }),
               std::logic_error);
  EXPECT_THROW(table.add({.path = "/x", .id = "x"}), std::logic_error);
}

using BodiesTest = ApiTest;

TEST_F(BodiesTest, bodies_of_another_type_are_refused) {
  const SeenReply form =
      client->send("POST", "/v1/search", "query=x", {{"Content-Type", "application/x-www-form-urlencoded"}});
  expect_problem(form, 415, "unsupported-media-type");
  EXPECT_NE(form.detail().find("application/json"), std::string::npos);
  const SeenReply packed = client->send("POST", "/v1/search", "{}", {{"Content-Encoding", "gzip"}});
  expect_problem(packed, 415, "unsupported-media-type");
  EXPECT_EQ(packed.header("Accept-Encoding"), "identity");
  expect_problem(client->send("POST", "/v1/search", "{", {}), 400, "invalid");
  expect_problem(client->send("POST", "/v1/search", "", {}), 400, "invalid");
  expect_problem(client->send("POST", "/v1/search", std::string(2 << 20, ' '), {}), 413, "too-large");
}

TEST_F(BodiesTest, the_gate_hears_how_each_request_ended) {
  client->get("/v1/documents/nothing");
  EXPECT_EQ(gate.last_status, 404);
}

}  // namespace
}  // namespace cairn
