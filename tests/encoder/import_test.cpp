#include <gtest/gtest.h>

#include <limits>

#include "encoder/onnx_writer.h"
#include "encoder/tiny_bert.h"

namespace cairn::encoder {
namespace {

Result<void> try_import(std::string_view weights, const ImportOptions& options) {
  return import_model(as_bytes(weights), "", options, [](Bytes) -> Result<void> { return {}; });
}

void expect_error(const Result<void>& result, ErrorKind kind, std::string_view words) {
  ASSERT_FALSE(result) << "expected: " << words;
  EXPECT_EQ(to_string(result.error().kind), std::string(to_string(kind))) << result.error().message;
  EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
}

ImportOptions with_config(const TinyBert& bert, std::string config) {
  ImportOptions options = tiny_options(bert);
  options.config_json = std::move(config);
  return options;
}

TEST(ImportTest, IsDeterministic) {
  const TinyBert bert({});
  const std::string weights = bert.safetensors();
  EXPECT_EQ(import_or_throw(weights, tiny_options(bert)), import_or_throw(weights, tiny_options(bert)));
}

TEST(ImportTest, NamesMayHaveAPrefix) {
  const TinyBert bert({});
  EXPECT_EQ(import_or_throw(bert.safetensors(), tiny_options(bert)),
            import_or_throw(bert.safetensors("0.auto_model.bert."), tiny_options(bert)));
}

TEST(ImportTest, EveryStyleOfOnnxGivesTheSameFileAsSafetensors) {
  const TinyBert bert({});
  const auto expected = import_or_throw(bert.safetensors(), tiny_options(bert));
  for (const OnnxStyle style : {OnnxStyle::anonymous, OnnxStyle::transposed, OnnxStyle::gemm})
    EXPECT_EQ(import_or_throw(write_onnx(bert, style), tiny_options(bert)), expected) << static_cast<int>(style);
}

TEST(ImportTest, OlderNamesOfNormParametersAreKnown) {
  const TinyBert bert({});
  TinyBert older({});
  for (const auto& [name, tensor] : bert.tensors()) {
    if (!name.ends_with("LayerNorm.weight") && !name.ends_with("LayerNorm.bias")) continue;
    const bool gamma = name.ends_with("weight");
    older.tensors().erase(name);
    older.tensors()[name.substr(0, name.rfind('.')) + (gamma ? ".gamma" : ".beta")] = tensor;
  }
  EXPECT_EQ(import_or_throw(older.safetensors(), tiny_options(bert)),
            import_or_throw(bert.safetensors(), tiny_options(bert)));
}

TEST(ImportTest, HeadsComeFromTheGraphWhenThereIsNoConfig) {
  const TinyBert bert({});
  const auto with = import_or_throw(write_onnx(bert, OnnxStyle::anonymous), tiny_options(bert));
  EXPECT_EQ(import_or_throw(write_onnx(bert, OnnxStyle::anonymous), with_config(bert, "")), with);
}

TEST(ImportTest, SafetensorsWithoutConfigAsksForIt) {
  const TinyBert bert({});
  expect_error(try_import(bert.safetensors(), with_config(bert, "")), ErrorKind::invalid, "config.json");
}

TEST(ImportTest, AnotherKindOfModelIsUnsupported) {
  const TinyBert bert({});
  const std::string weights = bert.safetensors();
  expect_error(try_import(weights, with_config(bert, R"({"model_type":"t5"})")), ErrorKind::unsupported, "t5");
  expect_error(try_import(weights, with_config(bert, R"({"hidden_act":"relu"})")), ErrorKind::unsupported, "GELU");
  expect_error(try_import(weights, with_config(bert, R"({"position_embedding_type":"relative_key"})")),
               ErrorKind::unsupported, "positions");
  ImportOptions options = tiny_options(bert);
  options.pooling = "max";
  expect_error(try_import(weights, options), ErrorKind::unsupported, "max");
}

TEST(ImportTest, WeightsThatAreNotF32AreUnsupported) {
  const TinyBert bert({});
  expect_error(try_import(bert.safetensors("", "F16"), tiny_options(bert)), ErrorKind::unsupported, "f32");
}

TEST(ImportTest, AnIdIsNeeded) {
  const TinyBert bert({});
  expect_error(try_import(bert.safetensors(), ImportOptions{}), ErrorKind::invalid, "id");
}

TEST(ImportTest, ShapesThatDisagreeWithTheConfigAreInvalid) {
  const TinyBert bert({}), other({2, 64, 2, 96, 150, 80});
  expect_error(try_import(bert.safetensors(), tiny_options(other)), ErrorKind::invalid, "intermediate_size");
  expect_error(try_import(write_onnx(bert, OnnxStyle::gemm), with_config(bert, R"({"num_attention_heads":4})")),
               ErrorKind::invalid, "num_attention_heads");
}

TEST(ImportTest, AConfigThatIsNotJsonIsCorrupt) {
  const TinyBert bert({});
  expect_error(try_import(bert.safetensors(), with_config(bert, "{")), ErrorKind::corrupt, "config.json");
  expect_error(try_import(bert.safetensors(), with_config(bert, "[1]")), ErrorKind::corrupt, "config.json");
}

TEST(ImportTest, OddSizesAreUnsupported) {
  const TinyBert bert({1, 40, 1, 64, 20, 8});
  expect_error(try_import(bert.safetensors(), tiny_options(bert)), ErrorKind::unsupported, "multiples of 32");
}

TEST(ImportTest, AMissingTensorIsNamed) {
  for (const char* name : {"encoder.layer.1.attention.self.key.weight", "encoder.layer.0.output.LayerNorm.bias"}) {
    TinyBert bert({});
    bert.tensors().erase(name);
    expect_error(try_import(bert.safetensors(), tiny_options(bert)), ErrorKind::unsupported, name);
  }
  TinyBert bert({});
  bert.tensors().erase("embeddings.word_embeddings.weight");
  expect_error(try_import(bert.safetensors(), tiny_options(bert)), ErrorKind::unsupported, "embeddings");
}

TEST(ImportTest, ATensorOfTheWrongShapeOrSizeIsNamed) {
  TinyBert bert({});
  bert.tensors()["encoder.layer.1.output.dense.weight"].dims = {128, 64};
  expect_error(try_import(bert.safetensors(), tiny_options(bert)), ErrorKind::invalid, "encoder.layer.1.output.dense");
  TinyBert shorter({});
  shorter.tensors()["encoder.layer.1.output.dense.bias"].values.pop_back();
  expect_error(try_import(shorter.safetensors(), tiny_options(bert)), ErrorKind::corrupt, "bytes");
}

TEST(ImportTest, ValuesThatAreNotNumbersAreCorrupt) {
  TinyBert bert({});
  bert.tensors()["encoder.layer.0.output.dense.bias"].values[3] = std::numeric_limits<float>::quiet_NaN();
  expect_error(try_import(bert.safetensors(), tiny_options(bert)), ErrorKind::corrupt, "finite");
}

TEST(ImportTest, EveryTruncationFailsCleanly) {
  const TinyBert bert({1, 32, 1, 32, 20, 8});
  for (const std::string& weights : {bert.safetensors(), write_onnx(bert, OnnxStyle::anonymous)})
    for (std::size_t size = 0; size < weights.size(); size += size < 2000 ? 7 : 997)
      EXPECT_FALSE(try_import(std::string_view(weights).substr(0, size), tiny_options(bert))) << size;
}

TEST(ImportTest, FilesOfAnotherKindAreRefused) {
  const TinyBert bert({});
  EXPECT_FALSE(try_import("", tiny_options(bert)));
  EXPECT_FALSE(try_import("PK\x03\x04 a zip file, as PyTorch writes them", tiny_options(bert)));
  EXPECT_FALSE(try_import(std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10), tiny_options(bert)));
  EXPECT_FALSE(try_import(std::string("\x02\0\0\0\0\0\0\0[]", 10), tiny_options(bert)));
}

TEST(ImportTest, AnErrorOfTheSinkIsPassedOn) {
  const TinyBert bert({});
  const auto result = import_model(as_bytes(bert.safetensors()), "", tiny_options(bert), [](Bytes) -> Result<void> {
    return fail(ErrorKind::unavailable, "the disk is full");
  });
  expect_error(result, ErrorKind::unavailable, "disk");
}

}  // namespace
}  // namespace cairn::encoder
