#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "support.h"

namespace cairn::text {
namespace {

/// Published vocabularies are no part of the project; they are looked for where models are kept.
std::string find_published(const std::string& model) {
  const char* const kept = std::getenv("CAIRN_MODELS");
  for (const char* const folder : {kept, static_cast<const char*>(CAIRN_BUILD_DIR "/models")}) {
    if (folder == nullptr) continue;
    const auto path = std::filesystem::path(folder) / (model + "-tokenizer.json");
    if (std::filesystem::exists(path)) return path.string();
  }
  return {};
}

class PublishedTokenizer : public testing::TestWithParam<const char*> {};

TEST_P(PublishedTokenizer, GivesTheReferenceLibrarysIdsAndSpans) {
  const std::string model = GetParam();
  const std::string path = find_published(model);
  if (path.empty()) GTEST_SKIP() << "no " << model << "-tokenizer.json in $CAIRN_MODELS or the build folder's models";
  std::ifstream file(path, std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto tokenizer = Tokenizer::from_json(json);
  ASSERT_TRUE(tokenizer.has_value()) << tokenizer.error().message;

  const auto golden = nlohmann::json::parse(read_fixture("golden_ids.json"));
  for (const auto& example : golden.at(model)) {
    const auto text = example.at("text").get<std::string>();
    std::vector<std::int32_t> ids;
    tokenizer->encode(text, 100000, ids);
    EXPECT_EQ(ids, example.at("ids").get<std::vector<std::int32_t>>()) << text;
    std::vector<std::uint32_t> flat;
    for (const Span span : tokenizer->piece_spans(text)) flat.insert(flat.end(), {span.start, span.end});
    EXPECT_EQ(flat, example.at("spans").get<std::vector<std::uint32_t>>()) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Bge, PublishedTokenizer, testing::Values("bge-small-en-v1.5", "bge-small-zh-v1.5"),
                         [](const auto& model) { return std::string(model.param).substr(10, 2); });

}  // namespace
}  // namespace cairn::text
