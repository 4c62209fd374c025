#include "api/routes/open_api.h"

#include <set>

#include "api/api_client.h"

namespace cairn {
namespace {

using testing::ApiTest;

class OpenApiTest : public ApiTest {
 protected:
  nlohmann::json document = client->get("/openapi.json").json();

  /// Every reference that stands anywhere in the document.
  static void collect(const nlohmann::json& json, std::set<std::string>& references) {
    if (json.is_object() && json.contains("$ref")) references.insert(json["$ref"].get<std::string>());
    for (const auto& [key, value] : json.items())
      if (value.is_structured()) collect(value, references);
  }
};

TEST_F(OpenApiTest, every_route_is_described) {
  for (const routes::Route& route : table.all()) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    ASSERT_TRUE(document["paths"].contains(route.path)) << route.path;
    const auto& operation = document["paths"][route.path][method];
    EXPECT_EQ(operation["operationId"], route.id);
    EXPECT_EQ(operation["x-scope"], routes::to_string(route.access));
    EXPECT_FALSE(operation["summary"].get<std::string>().empty()) << route.id;
    EXPECT_FALSE(operation["tags"][0].get<std::string>().empty()) << route.id;
  }
}

TEST_F(OpenApiTest, every_described_route_answers) {
  for (const auto& [path, operations] : document["paths"].items())
    for (const auto& [method, operation] : operations.items()) {
      std::string target = path, verb = method;
      for (char& c : verb) c = static_cast<char>(std::toupper(c));
      while (target.find('{') != std::string::npos)
        target.replace(target.find('{'), target.find('}') - target.find('{') + 1, "none");
      const std::string body = operation.contains("requestBody") ? "{}" : "";
      const testing::SeenReply reply = client->send(verb, target, body);
      EXPECT_NE(reply.status, 405) << verb << ' ' << path;
      EXPECT_TRUE(operation["responses"].contains(std::to_string(reply.status)))
          << verb << ' ' << path << " answered " << reply.status;
    }
}

TEST_F(OpenApiTest, ids_are_unique_and_references_lead_somewhere) {
  std::set<std::string> ids, references;
  for (const auto& [path, operations] : document["paths"].items())
    for (const auto& [method, operation] : operations.items())
      EXPECT_TRUE(ids.insert(operation["operationId"]).second) << operation["operationId"];
  collect(document, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    const std::string start = "#/components/schemas/";
    ASSERT_TRUE(reference.starts_with(start));
    EXPECT_TRUE(document["components"]["schemas"].contains(reference.substr(start.size()))) << reference;
  }
}

TEST_F(OpenApiTest, refusals_are_problems_and_protected_routes_say_so) {
  for (const auto& [path, operations] : document["paths"].items())
    for (const auto& [method, operation] : operations.items()) {
      const bool is_open = operation["x-scope"] == "none";
      EXPECT_EQ(operation["security"].empty(), is_open) << path;
      EXPECT_EQ(operation["responses"].contains("401"), !is_open) << path;
      for (const auto& [status, reply] : operation["responses"].items()) {
        if (status < "400" || status == "416") continue;
        EXPECT_TRUE(reply["content"].contains("application/problem+json")) << path << ' ' << status;
      }
    }
}

TEST_F(OpenApiTest, carries_the_version_of_the_program) { EXPECT_EQ(document["info"]["version"], "1.2.3"); }

}  // namespace
}  // namespace cairn
