#include "api/routes/pages.h"

#include "api/api_client.h"

namespace cairn {
namespace {

using testing::ApiClient;
using testing::SeenReply;

/// A server with one route of its own, and the web interface behind it.
class PagesTest : public ::testing::Test {
 protected:
  void serve(std::vector<http::StaticFiles::File> files) {
    if (table.all().empty())
      table.add({.path = "/v1/things", .access = routes::Access::open, .id = "things", .handle = [](routes::Call&) {
                   return Result<http::Response>(routes::json_response(200, Json{{"things", 1}}));
                 }});
    routes::ApplicationOptions options;
    options.pages = routes::web_pages(std::make_shared<const http::StaticFiles>(std::move(files)));
    application = std::make_unique<routes::Application>(table, gate, std::move(options));
    client = std::make_unique<ApiClient>(*application);
  }
  void serve_interface() {
    serve({{"index.html", "<title>Cairn</title>"}, {"assets/main-0123456789ab.js", "run()"}, {"icon.svg", "<svg/>"}});
  }

  testing::ScriptedGate gate;
  routes::RouteTable table;
  std::unique_ptr<routes::Application> application;
  std::unique_ptr<ApiClient> client;
};

TEST_F(PagesTest, every_address_of_a_page_gets_the_interface) {
  serve_interface();
  for (const char* path : {"/", "/documents", "/documents/some/where", "/search?q=a.b"}) {
    const SeenReply reply = client->get(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.body, "<title>Cairn</title>") << path;
    EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(reply.header("Cache-Control"), "no-cache") << "a new version must show at once";
  }
}

TEST_F(PagesTest, files_with_a_hash_in_their_name_are_kept_for_ever) {
  serve_interface();
  const SeenReply reply = client->get("/assets/main-0123456789ab.js");
  EXPECT_EQ(reply.body, "run()");
  EXPECT_EQ(reply.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(client->get("/icon.svg").content_type, "image/svg+xml");
}

TEST_F(PagesTest, pages_may_run_no_code_but_their_own) {
  serve_interface();
  const std::string policy = client->get("/").header("Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), policy.npos);
  EXPECT_NE(policy.find("script-src 'self';"), policy.npos);
  EXPECT_NE(policy.find("style-src 'self';"), policy.npos);
  EXPECT_EQ(policy.find("unsafe"), policy.npos);
  EXPECT_EQ(client->get("/documents").header("X-Frame-Options"), "DENY");
}

TEST_F(PagesTest, the_api_answers_before_the_pages_and_its_unknown_addresses_are_problems) {
  serve_interface();
  EXPECT_EQ(client->get("/v1/things").json()["things"], 1);
  for (const char* path : {"/v1", "/v1/nothing", "/assets/gone.js", "/robots.txt"}) {
    const SeenReply reply = client->get(path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.content_type, "application/problem+json") << path;
  }
  EXPECT_EQ(client->send("POST", "/v1/things", "{}").status, 405);
  EXPECT_EQ(client->send("POST", "/documents", "{}").status, 404) << "pages are only read";
}

TEST_F(PagesTest, a_program_without_the_interface_says_so) {
  serve({});
  const SeenReply reply = client->get("/");
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("built without the web interface"), std::string::npos);
  EXPECT_EQ(client->get("/documents").status, 404);
}

}  // namespace
}  // namespace cairn
