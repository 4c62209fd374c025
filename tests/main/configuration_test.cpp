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

TEST_F(ConfigurationTest, GeneratorsAreSectionsOfTheirOwn) {
  environment_["CAIRN_GENERATORS_MY_MODEL_MODEL"] = "gemma";
  const auto configuration = load(
      "[generators.my-model]\nkind = \"openai\"\nmodel = \"other\"\nprice_reply = 2.5\nprice_prompt = 1\n"
      "api_keys = [\"key-one\", \"key-two\"]\n[generators.small]\nkind = \"llama\"\nmax_concurrent = 2\n");
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_EQ(configuration->generators(), (std::vector<std::string>{"my-model", "small"}));
  EXPECT_EQ(configuration->text("generators.my-model.model"), "gemma");
  EXPECT_EQ(configuration->decimal("generators.my-model.price_reply"), 2.5);
  EXPECT_EQ(configuration->decimal("generators.my-model.price_prompt"), 1.0);
  EXPECT_EQ(configuration->decimal("generators.small.price_reply"), std::nullopt);
  EXPECT_EQ(configuration->list("generators.my-model.api_keys"), (std::vector<std::string>{"key-one", "key-two"}));
  EXPECT_EQ(configuration->integer("generators.small.max_concurrent"), 2);
  EXPECT_EQ(configuration->text("answers.generator"), "extractive");
  EXPECT_EQ(configuration->secrets(), (std::vector<std::string>{"key-one", "key-two"}));
  EXPECT_EQ(configuration->to_toml().find("key-two"), std::string::npos);
  const auto again = Configuration::load(write(configuration->to_toml()), [](const std::string&) { return nullptr; });
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->text("generators.my-model.model"), "gemma");
}

TEST_F(ConfigurationTest, TheEnvironmentAloneCanDescribeAGenerator) {
  environment_["CAIRN_ANSWERS_GENERATORS"] = "small large";
  environment_["CAIRN_GENERATORS_SMALL_KIND"] = "llama";
  environment_["CAIRN_GENERATORS_LARGE_PRICE_REPLY"] = "0.4";
  const auto configuration = load("[generators.large]\nkind = \"openai\"\n");
  ASSERT_TRUE(configuration) << configuration.error().message;
  EXPECT_EQ(configuration->generators(), (std::vector<std::string>{"large", "small"}));
  EXPECT_EQ(configuration->text("generators.small.kind"), "llama");
  EXPECT_EQ(configuration->decimal("generators.large.price_reply"), 0.4);
}

TEST_F(ConfigurationTest, BadGeneratorsAreRefused) {
  EXPECT_FALSE(load("[generators]\nkind = \"llama\"\n"));
  EXPECT_FALSE(load("[generators.extractive]\nkind = \"llama\"\n"));
  EXPECT_FALSE(load("[generators.\"a b\"]\nkind = \"llama\"\n"));
  EXPECT_FALSE(load("[generators.a-b]\n[generators.a_b]\n"));
  EXPECT_FALSE(load("[generators.a]\nprice_reply = \"dear\"\n"));
  EXPECT_FALSE(load("[generators.a]\nprice_reply = -1.5\n"));
  EXPECT_FALSE(load("[generators.a]\napi_keys = [1]\n"));
  const auto unknown = load("[generators.a]\nbaseurl = \"x\"\n");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("generators.a.base_url"), std::string::npos) << unknown.error().message;
}

TEST_F(ConfigurationTest, AMissingFileIsAClearError) {
  const auto configuration = Configuration::load("/nonexistent/cairn.toml", [](const std::string&) { return nullptr; });
  ASSERT_FALSE(configuration);
  EXPECT_NE(configuration.error().message.find("/nonexistent/cairn.toml"), std::string::npos);
}

}  // namespace
}  // namespace cairn
