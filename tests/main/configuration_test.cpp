#include "main/configuration.h"

#include <gtest/gtest.h>

#include <fstream>

namespace cairn {
namespace {

class ConfigurationTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) {
    const auto path = std::filesystem::path(testing::TempDir()) / (std::string(test_name()) + ".toml");
    std::ofstream(path) << text;
    return path;
  }
  static const char* test_name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }
  Result<Configuration> load(const std::string& text) {
    return Configuration::load(write(text), [this](const std::string& name) -> const char* {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    });
  }
  std::map<std::string, std::string> environment_;
};

TEST_F(ConfigurationTest, TheEnvironmentOverridesTheFileWhichOverridesTheDefaults) {
  environment_["CAIRN_EXTRACT_TIMEOUT_SECONDS"] = "7";
  const auto configuration = load("[extract]\ntimeout_seconds = 30\nmax_text_mb = 5\n");
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_EQ(configuration->integer("extract.timeout_seconds"), 7);
  EXPECT_EQ(configuration->integer("extract.max_text_mb"), 5);
  EXPECT_EQ(configuration->integer("extract.max_content_mb"), 100);
}

TEST_F(ConfigurationTest, AnUnknownKeyIsRefusedByNameWithTheNearestOne) {
  const auto configuration = load("[extract]\ntimeout_second = 30\n");
  ASSERT_FALSE(configuration);
  EXPECT_NE(configuration.error().message.find("extract.timeout_second"), std::string::npos);
  EXPECT_NE(configuration.error().message.find("extract.timeout_seconds"), std::string::npos);
}

TEST_F(ConfigurationTest, WrongTypesAndBrokenTomlAreRefused) {
  EXPECT_FALSE(load("[extract]\ntimeout_seconds = \"30\"\n"));
  EXPECT_FALSE(load("[extract]\ntimeout_seconds = -1\n"));
  EXPECT_FALSE(load("[extract\n"));
  EXPECT_FALSE(load("store = 3\n"));
  environment_["CAIRN_INGEST_THREADS"] = "many";
  EXPECT_FALSE(load(""));
}

TEST_F(ConfigurationTest, SecretsAreNeverPrinted) {
  environment_["CAIRN_EMBEDDINGS_API_KEY"] = "sk-secret";
  const auto configuration = load("");
  ASSERT_TRUE(configuration);
  EXPECT_EQ(configuration->text("embeddings.api_key"), "sk-secret");
  EXPECT_EQ(configuration->to_toml().find("sk-secret"), std::string::npos);
}

TEST_F(ConfigurationTest, WhatItPrintsCanBeReadBack) {
  const auto configuration = load("[store]\ndata = '/srv/with \"quotes\" and \\'\n");
  ASSERT_TRUE(configuration) << configuration.error().message;
  const auto again = Configuration::load(write(configuration->to_toml()), [](const std::string&) { return nullptr; });
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->text("store.data"), "/srv/with \"quotes\" and \\");
}

TEST_F(ConfigurationTest, AMissingFileIsAClearError) {
  const auto configuration = Configuration::load("/nonexistent/cairn.toml", [](const std::string&) { return nullptr; });
  ASSERT_FALSE(configuration);
  EXPECT_NE(configuration.error().message.find("/nonexistent/cairn.toml"), std::string::npos);
}

}  // namespace
}  // namespace cairn
