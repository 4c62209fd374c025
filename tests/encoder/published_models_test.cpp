// The published models against vectors that ONNX Runtime computed from the f32 weights (tests/fixtures/encoder). The
// models are not in the tree: CAIRN_MODELS names the folder with the packed files, else <build>/models is looked into.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "encoder/tiny_bert.h"

namespace cairn::encoder {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path models_folder() {
  const char* folder = std::getenv("CAIRN_MODELS");
  return folder ? std::filesystem::path(folder) : std::filesystem::path(CAIRN_BUILD_DIR) / "models";
}

class PublishedModelTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PublishedModelTest, GivesTheVectorsOfTheF32Weights) {
  const std::string id = GetParam();
  const auto path = models_folder() / (id + ".cairnmodel");
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << path << " is not there: set CAIRN_MODELS to the folder with the packed models to run this test";
  const std::string packed = read_file(path);
  const auto fixture = nlohmann::json::parse(read_file(std::string(CAIRN_FIXTURES) + "/encoder/" + id + ".json"));
  std::vector<std::int32_t> ids;
  std::vector<std::uint32_t> lengths;
  for (const auto& text : fixture) {
    for (const std::int32_t token : text.at("ids")) ids.push_back(token);
    lengths.push_back(static_cast<std::uint32_t>(text.at("ids").size()));
  }
  for (const Isa isa : usable_isas()) {
    if (isa == Isa::scalar) continue;  // Too slow for a real model; kernels_test compares the others with it.
    const auto encoder = Encoder::open(as_bytes(packed), isa);
    ASSERT_TRUE(encoder) << encoder.error().message;
    EXPECT_EQ(encoder->info().id, id);
    std::vector<float> out(lengths.size() * encoder->info().dimensions);
    Workspace workspace;
    encoder->encode(ids, lengths, workspace, out);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      const auto expected = fixture[i].at("vector").get<std::vector<double>>();
      ASSERT_EQ(expected.size(), encoder->info().dimensions);
      double cosine = 0;
      for (std::size_t c = 0; c < expected.size(); ++c) cosine += expected[c] * out[i * expected.size() + c];
      EXPECT_GT(cosine, 0.998) << fixture[i].at("text") << " with instruction set " << static_cast<int>(isa);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedModelTest, ::testing::Values("bge-small-en-v1.5", "bge-small-zh-v1.5"),
                         [](const auto& chosen) {
                           return std::string(chosen.param).find("-en-") != std::string::npos ? "English" : "Chinese";
                         });

}  // namespace
}  // namespace cairn::encoder
