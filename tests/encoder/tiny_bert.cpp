#include "encoder/tiny_bert.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>

namespace cairn::encoder {

TinyBert::TinyBert(TinyShape shape, std::uint32_t seed) : shape_(shape) {
  std::mt19937 random(seed);
  const auto add = [&](const std::string& name, std::vector<std::uint64_t> dims, double mean, double spread) {
    TinyTensor tensor{dims, {}};
    std::uint64_t count = 1;
    for (const auto dim : dims) count *= dim;
    for (std::uint64_t i = 0; i < count; ++i) {
      // A sum of uniform numbers: near enough to a bell curve, and the same with every standard library.
      double x = -2;
      for (int k = 0; k < 4; ++k) x += static_cast<double>(random()) / 4294967296.0;
      tensor.values.push_back(static_cast<float>(mean + spread * x * std::sqrt(3.0)));
    }
    tensors_[name] = tensor;
  };
  const std::uint64_t width = shape.dimensions, inner = shape.feed_forward;
  const auto add_norm_values = [&](const std::string& name) {
    add(name + ".weight", {width}, 1, 0.3);
    add(name + ".bias", {width}, 0, 0.3);
  };
  const auto add_linear = [&](const std::string& name, std::uint64_t in, std::uint64_t out, double gain) {
    add(name + ".weight", {out, in}, 0, gain / std::sqrt(double(in)));
    add(name + ".bias", {out}, 0, 0.2);
  };
  add("embeddings.word_embeddings.weight", {shape.vocabulary, width}, 0, 1);
  add("embeddings.position_embeddings.weight", {shape.positions, width}, 0, 0.3);
  add("embeddings.token_type_embeddings.weight", {2, width}, 0, 0.1);
  add_norm_values("embeddings.LayerNorm");
  for (std::uint32_t i = 0; i < shape.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    for (const char* part : {"query", "key", "value"}) add_linear(layer + "attention.self." + part, width, width, 1);
    add_linear(layer + "attention.output.dense", width, width, 1);
    add_norm_values(layer + "attention.output.LayerNorm");
    add_linear(layer + "intermediate.dense", width, inner, 1);
    add_linear(layer + "output.dense", inner, width, 1.5);
    add_norm_values(layer + "output.LayerNorm");
  }
}

std::string TinyBert::config() const {
  return nlohmann::json{{"model_type", "bert"},
                        {"hidden_act", "gelu"},
                        {"hidden_size", shape_.dimensions},
                        {"num_hidden_layers", shape_.layers},
                        {"num_attention_heads", shape_.heads},
                        {"intermediate_size", shape_.feed_forward},
                        {"vocab_size", shape_.vocabulary},
                        {"max_position_embeddings", shape_.positions},
                        {"layer_norm_eps", 1e-12}}
      .dump();
}

std::string TinyBert::safetensors(std::string_view prefix, std::string_view dtype) const {
  nlohmann::json header{{"__metadata__", {{"format", "pt"}}}};
  std::string data;
  for (const auto& [name, tensor] : tensors_) {
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * 4);
    header[std::string(prefix) + name] = {
        {"dtype", dtype}, {"shape", tensor.dims}, {"data_offsets", {begin, data.size()}}};
  }
  const std::string text = header.dump();
  const std::uint64_t size = text.size();
  return std::string(reinterpret_cast<const char*>(&size), 8) + text + data;
}

std::vector<double> TinyBert::linear(const std::vector<double>& rows, const std::string& name) const {
  const auto& weight = tensors_.at(name + ".weight");
  const std::size_t out = weight.dims[0], in = weight.dims[1];
  std::vector<double> result;
  for (std::size_t r = 0; r < rows.size() / in; ++r)
    for (std::size_t c = 0; c < out; ++c) {
      double sum = at(name + ".bias")[c];
      for (std::size_t k = 0; k < in; ++k) sum += rows[r * in + k] * weight.values[c * in + k];
      result.push_back(sum);
    }
  return result;
}

void TinyBert::add_norm(std::vector<double>& rows, const std::vector<double>& addend, const std::string& name) const {
  const std::size_t width = shape_.dimensions;
  for (std::size_t first = 0; first < rows.size(); first += width) {
    double mean = 0, variance = 0;
    for (std::size_t c = 0; c < width; ++c) mean += (rows[first + c] += addend[first + c]) / double(width);
    for (std::size_t c = 0; c < width; ++c) variance += std::pow(rows[first + c] - mean, 2) / double(width);
    for (std::size_t c = 0; c < width; ++c)
      rows[first + c] =
          (rows[first + c] - mean) / std::sqrt(variance + 1e-12) * at(name + ".weight")[c] + at(name + ".bias")[c];
  }
}

std::vector<double> TinyBert::attend(const std::vector<double>& rows, const std::string& layer) const {
  const std::size_t width = shape_.dimensions, size = width / shape_.heads, tokens = rows.size() / width;
  const auto query = linear(rows, layer + "attention.self.query"), key = linear(rows, layer + "attention.self.key"),
             value = linear(rows, layer + "attention.self.value");
  std::vector<double> context(rows.size(), 0.0);
  for (std::size_t head = 0; head < width; head += size)
    for (std::size_t q = 0; q < tokens; ++q) {
      std::vector<double> weight(tokens);
      double total = 0;
      for (std::size_t k = 0; k < tokens; ++k) {
        double score = 0;
        for (std::size_t d = head; d < head + size; ++d) score += query[q * width + d] * key[k * width + d];
        total += weight[k] = std::exp(score / std::sqrt(double(size)));
      }
      for (std::size_t k = 0; k < tokens; ++k)
        for (std::size_t d = head; d < head + size; ++d)
          context[q * width + d] += weight[k] / total * value[k * width + d];
    }
  return context;
}

std::vector<double> TinyBert::vector(const std::vector<std::int32_t>& ids, std::string_view pooling) const {
  const std::size_t width = shape_.dimensions;
  std::vector<double> rows;
  for (std::size_t t = 0; t < ids.size(); ++t)
    for (std::size_t c = 0; c < width; ++c)
      rows.push_back(double(at("embeddings.word_embeddings.weight")[std::size_t(ids[t]) * width + c]) +
                     at("embeddings.position_embeddings.weight")[t * width + c] +
                     at("embeddings.token_type_embeddings.weight")[c]);
  add_norm(rows, std::vector<double>(rows.size(), 0.0), "embeddings.LayerNorm");
  for (std::uint32_t i = 0; i < shape_.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    add_norm(rows, linear(attend(rows, layer), layer + "attention.output.dense"), layer + "attention.output.LayerNorm");
    auto inner = linear(rows, layer + "intermediate.dense");
    for (double& x : inner) x = x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
    add_norm(rows, linear(inner, layer + "output.dense"), layer + "output.LayerNorm");
  }
  std::vector<double> pooled(rows.begin(), rows.begin() + width);
  if (pooling == "mean")
    for (std::size_t i = width; i < rows.size(); ++i) pooled[i % width] += rows[i];
  double squares = 0;
  for (const double x : pooled) squares += x * x;
  for (double& x : pooled) x /= std::sqrt(squares);
  return pooled;
}

std::vector<std::byte> import_or_throw(std::string_view weights, const ImportOptions& options) {
  std::vector<std::byte> packed;
  const auto result = import_model(as_bytes(weights), "tokenizer bytes", options, [&](Bytes bytes) -> Result<void> {
    packed.insert(packed.end(), bytes.begin(), bytes.end());
    return {};
  });
  if (!result) throw std::runtime_error(result.error().message);
  return packed;
}

ImportOptions tiny_options(const TinyBert& bert, std::string_view pooling) {
  return {.id = "tiny",
          .config_json = bert.config(),
          .pooling = std::string(pooling),
          .query_prefix = "find: ",
          .languages = {"en", "zh"}};
}

std::vector<Isa> usable_isas() {
  std::vector<Isa> isas;
  for (const Isa isa : {Isa::scalar, Isa::avx2, Isa::avx512_vnni})
    if (isa <= best_isa()) isas.push_back(isa);
  return isas;
}

}  // namespace cairn::encoder
