#include "main/open_generators.h"

#include <gtest/gtest.h>

#include <fstream>

#include "adapters/llama/llama_language_model.h"
#include "contract/temporary_folder.h"

namespace cairn {
namespace {

class OpenGeneratorsTest : public ::testing::Test {
 protected:
  /// The names, the default first; or what is wrong.
  std::string open(const std::string& toml) {
    std::ofstream(folder.path() / "cairn.toml") << toml;
    const auto configuration =
        Configuration::load(folder.path() / "cairn.toml", [](const std::string&) { return nullptr; });
    if (!configuration) return configuration.error().message;
    const auto generators = Generators::open(*configuration, clock, nullptr);
    if (!generators) return generators.error().message;
    std::string names;
    for (const Generator* generator : (*generators)->all()) names += (names.empty() ? "" : " ") + generator->name();
    return names;
  }
  bool says(const std::string& toml, const std::string& words) {
    const std::string said = open(toml);
    if (said.find(words) != std::string::npos) return true;
    ADD_FAILURE() << said;
    return false;
  }

  const std::string a = "[generators.a]\nkind = \"openai\"\nbase_url = \"http://127.0.0.1:1/v1\"\nmodel = \"m\"\n";
  const std::string b = "[generators.b]\nkind = \"openai\"\nbase_url = \"https://localhost/v1\"\nmodel = \"m\"\n";
  testing::TemporaryFolder folder;
  SystemClock clock;
};

TEST_F(OpenGeneratorsTest, WithoutAnyItIsTheExtractiveOne) { EXPECT_EQ(open(""), "extractive"); }

TEST_F(OpenGeneratorsTest, TheDefaultComesFirst) {
  EXPECT_EQ(open(a + b), "extractive a b");
  EXPECT_EQ(open("[answers]\ngenerator = \"b\"\n" + a + b), "b extractive a");
  EXPECT_TRUE(says("[answers]\ngenerator = \"c\"\n" + a, "[generators.c]"));
}

TEST_F(OpenGeneratorsTest, QuotedSentencesMayHaveAnotherNameToo) {
  EXPECT_EQ(open("[generators.gpt-4o-mini]\nkind = \"extractive\"\n" + a), "extractive a gpt-4o-mini");
}

TEST_F(OpenGeneratorsTest, APoolAsksOthersThatAreConfigured) {
  const std::string pool = "[generators.P]\nkind = \"pool\"\nmembers = [\"a\"]\nfall_back = [\"b\"]\n";
  EXPECT_EQ(open(pool + a + b), "extractive a b P");
  EXPECT_TRUE(says(pool + a, "generators.P.fall_back names 'b'"));
  EXPECT_TRUE(says("[generators.P]\nkind = \"pool\"\n", "generators.P.members"));
  EXPECT_TRUE(says("[generators.P]\nkind = \"pool\"\nmembers = [\"P\"]\n", "generators.P.members names 'P'"));
}

TEST_F(OpenGeneratorsTest, WhatCannotWorkNamesItsSetting) {
  EXPECT_TRUE(says("[generators.x]\n", "generators.x.kind"));
  EXPECT_TRUE(says("[generators.x]\nkind = \"gpt\"\n", "openai, llama, pool or extractive"));
  EXPECT_TRUE(says("[generators.x]\nkind = \"openai\"\n", "generators.x.base_url"));
  EXPECT_TRUE(says(a + "api_key_file = \"/nowhere/keys\"\n", "generators.a.api_key_file"));
}

TEST_F(OpenGeneratorsTest, AModelOfItsOwnNeedsABuildWithLlamaCpp) {
  const std::string local = "[generators.local]\nkind = \"llama\"\npath = \"m.gguf\"\n";
  EXPECT_TRUE(says(local, has_llama() ? "extractive local" : "no llama.cpp"));
}

}  // namespace
}  // namespace cairn
