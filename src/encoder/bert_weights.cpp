#include "encoder/bert_weights.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

namespace cairn::encoder {
namespace {

constexpr std::string_view kWords = "embeddings.word_embeddings.weight";
constexpr std::string_view kPositions = "embeddings.position_embeddings.weight";
constexpr std::string_view kTypes = "embeddings.token_type_embeddings.weight";

Result<nlohmann::json> read_config(std::string_view text) {
  if (text.empty()) return nlohmann::json::object();
  auto config = nlohmann::json::parse(text, nullptr, false);
  if (!config.is_object()) return fail(ErrorKind::corrupt, "config.json is not a JSON object");
  const auto is = [&](const char* key, std::string_view expected) {
    const auto found = config.find(key);
    return found == config.end() || !found->is_string() || found->get<std::string>() == expected;
  };
  if (!is("model_type", "bert"))
    return fail(ErrorKind::unsupported, fmt::format("the model is of type '{}'; only BERT encoders can be imported",
                                                    config["model_type"].get<std::string>()));
  if (!is("hidden_act", "gelu")) return fail(ErrorKind::unsupported, "the model does not use the GELU activation");
  if (!is("position_embedding_type", "absolute"))
    return fail(ErrorKind::unsupported, "the model does not use absolute positions");
  return config;
}

Result<void> agree(const nlohmann::json& config, const char* key, std::uint32_t found) {
  const auto value = config.find(key);
  if (value == config.end() || (value->is_number_unsigned() && value->get<std::uint64_t>() == found)) return {};
  return fail(ErrorKind::invalid, fmt::format("config.json says {} = {}, the weights say {}; do they belong together?",
                                              key, value->dump(), found));
}

}  // namespace

std::string layer_part(std::uint32_t layer, std::string_view part) {
  return fmt::format("encoder.layer.{}.{}", layer, part);
}

Result<BertWeights> BertWeights::from(BertTensors tensors, std::string_view config_json) {
  BertWeights weights;
  weights.tensors_ = std::move(tensors);
  if (!weights.tensors_.has_gelu) return fail(ErrorKind::unsupported, "the model does not use the GELU activation");
  CAIRN_CHECK(weights.infer_shape(config_json));
  CAIRN_CHECK(check_shape(weights.shape_));
  CAIRN_CHECK(weights.check_tensors());
  return weights;
}

Result<void> BertWeights::infer_shape(std::string_view config_json) {
  CAIRN_TRY(const nlohmann::json config, read_config(config_json));
  const auto dims = [&](std::string_view name) {
    const auto found = tensors_.by_name.find(name);
    return found == tensors_.by_name.end() ? std::vector<std::uint64_t>{} : found->second.dims;
  };
  // Sizes beyond 32 bits become 0 and are refused by check_shape().
  const auto narrow = [](std::uint64_t size) { return size > 0xffffffff ? 0 : static_cast<std::uint32_t>(size); };
  const auto words = dims(kWords), positions = dims(kPositions), inner = dims(layer_part(0, "intermediate.dense.bias"));
  if (words.size() != 2 || positions.size() != 2 || inner.size() != 1)
    return fail(ErrorKind::unsupported, "the file does not hold a BERT encoder (its embeddings or layers are missing)");
  shape_.vocabulary = narrow(words[0]);
  shape_.dimensions = narrow(words[1]);
  shape_.positions = narrow(positions[0]);
  shape_.feed_forward = narrow(inner[0]);
  while (shape_.layers <= 128 && !dims(layer_part(shape_.layers, "intermediate.dense.bias")).empty()) ++shape_.layers;
  CAIRN_CHECK(agree(config, "vocab_size", shape_.vocabulary));
  CAIRN_CHECK(agree(config, "hidden_size", shape_.dimensions));
  CAIRN_CHECK(agree(config, "max_position_embeddings", shape_.positions));
  CAIRN_CHECK(agree(config, "intermediate_size", shape_.feed_forward));
  CAIRN_CHECK(agree(config, "num_hidden_layers", shape_.layers));
  if (tensors_.heads) {
    CAIRN_CHECK(agree(config, "num_attention_heads", *tensors_.heads));
    shape_.heads = *tensors_.heads;
  } else if (config.contains("num_attention_heads") && config["num_attention_heads"].is_number_unsigned()) {
    shape_.heads = narrow(config["num_attention_heads"].get<std::uint64_t>());
  } else {
    return fail(ErrorKind::invalid,
                "the number of attention heads is not in the weights; give the model's config.json");
  }
  if (const auto epsilon = config.find("layer_norm_eps"); epsilon != config.end() && epsilon->is_number())
    shape_.epsilon = epsilon->get<float>();
  return {};
}

Result<void> BertWeights::check_tensor(const std::string& name, std::vector<std::uint64_t> dims) const {
  const auto found = tensors_.by_name.find(name);
  if (found == tensors_.by_name.end())
    return fail(ErrorKind::unsupported, fmt::format("'{}' is missing; only f32 BERT encoders can be imported", name));
  const SourceTensor& tensor = found->second;
  if (!tensor.is_f32)
    return fail(ErrorKind::unsupported, fmt::format("'{}' is not stored as f32; import the f32 weights", name));
  if (tensor.input_major) std::swap(dims.front(), dims.back());
  if (tensor.dims != dims)
    return fail(ErrorKind::invalid, fmt::format("'{}' has the shape [{}] instead of [{}]", name,
                                                fmt::join(tensor.dims, ", "), fmt::join(dims, ", ")));
  std::uint64_t count = 4;
  for (const std::uint64_t dim : dims) count *= dim;
  if (tensor.data.size() != count)
    return fail(ErrorKind::corrupt, fmt::format("'{}' has {} bytes instead of {}", name, tensor.data.size(), count));
  for (std::size_t at = 0; at < tensor.data.size(); at += 4) {
    float value;
    std::memcpy(&value, tensor.data.data() + at, 4);
    if (!std::isfinite(value))
      return fail(ErrorKind::corrupt, fmt::format("'{}' holds a value that is not a finite number", name));
  }
  return {};
}

Result<void> BertWeights::check_tensors() const {
  const std::uint64_t width = shape_.dimensions, inner = shape_.feed_forward;
  CAIRN_CHECK(check_tensor(std::string(kWords), {shape_.vocabulary, width}));
  CAIRN_CHECK(check_tensor(std::string(kPositions), {shape_.positions, width}));
  const auto types = tensors_.by_name.find(kTypes);
  const std::uint64_t type_count =
      types != tensors_.by_name.end() && !types->second.dims.empty() ? types->second.dims[0] : 1;
  CAIRN_CHECK(check_tensor(std::string(kTypes), {type_count == 0 ? 1 : type_count, width}));
  const auto check_norm = [&](const std::string& name) -> Result<void> {
    CAIRN_CHECK(check_tensor(name + ".weight", {width}));
    return check_tensor(name + ".bias", {width});
  };
  const auto check_linear = [&](const std::string& name, std::uint64_t in, std::uint64_t out) -> Result<void> {
    CAIRN_CHECK(check_tensor(name + ".weight", {out, in}));
    return check_tensor(name + ".bias", {out});
  };
  CAIRN_CHECK(check_norm("embeddings.LayerNorm"));
  for (std::uint32_t layer = 0; layer < shape_.layers; ++layer) {
    for (const char* part : {"query", "key", "value"})
      CAIRN_CHECK(check_linear(layer_part(layer, "attention.self.") + part, width, width));
    CAIRN_CHECK(check_linear(layer_part(layer, "attention.output.dense"), width, width));
    CAIRN_CHECK(check_norm(layer_part(layer, "attention.output.LayerNorm")));
    CAIRN_CHECK(check_linear(layer_part(layer, "intermediate.dense"), width, inner));
    CAIRN_CHECK(check_linear(layer_part(layer, "output.dense"), inner, width));
    CAIRN_CHECK(check_norm(layer_part(layer, "output.LayerNorm")));
  }
  return {};
}

std::vector<float> BertWeights::vector(const std::string& name) const {
  const SourceTensor& tensor = tensors_.by_name.find(name)->second;
  std::vector<float> values(tensor.data.size() / 4);
  std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

Matrix BertWeights::matrix(const std::string& name) const {
  const SourceTensor& tensor = tensors_.by_name.find(name)->second;
  std::vector<float> stored = vector(name);
  const auto rows = static_cast<std::uint32_t>(tensor.dims[0]), columns = static_cast<std::uint32_t>(tensor.dims[1]);
  if (tensor.input_major) return {rows, columns, std::move(stored)};
  Matrix matrix{columns, rows, std::vector<float>(stored.size())};
  for (std::uint32_t out = 0; out < rows; ++out)
    for (std::uint32_t in = 0; in < columns; ++in) matrix.row(in)[out] = stored[std::size_t(out) * columns + in];
  return matrix;
}

std::vector<float> BertWeights::table_row(const std::string& name, std::uint32_t index) const {
  const SourceTensor& tensor = tensors_.by_name.find(name)->second;
  std::vector<float> values(shape_.dimensions);
  std::memcpy(values.data(), tensor.data.data() + std::size_t(index) * values.size() * 4, values.size() * 4);
  return values;
}

}  // namespace cairn::encoder
