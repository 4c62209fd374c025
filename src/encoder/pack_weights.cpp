// From f32 weights to int8 panels. What is done to them changes no result but for rounding:
// - queries are scaled by log2(e) / √(head size), so that attention's softmax is a power of two;
// - keys have no bias, since it adds the same to all scores of a query;
// - part of the spread between activation channels moves into the weights before both are rounded to 8 bits
//   (SmoothQuant, arXiv 2211.10438, with strength 5/8; peaks from calibrate.h);
// - what the activations' offsets add to a product is taken off: see `start` and `bias` below.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "encoder/bert_weights.h"
#include "encoder/calibrate.h"

namespace cairn::encoder {
namespace {

template <class T>
void put(std::vector<std::byte>& file, std::uint64_t offset, const std::vector<T>& values) {
  std::memcpy(file.data() + offset, values.data(), values.size() * sizeof(T));
}

/// How an activation's zero is represented: as byte 128, or by a shift that was added before scaling.
struct Offset {
  std::int32_t zero = 0;
  float shift = 0;
};
constexpr Offset kSymmetric{128, 0};
constexpr Offset kAfterGelu{0, kGeluShift};

void pack_linear(const Matrix& matrix, std::vector<float> bias, Offset offset, const LinearPlace& place,
                 std::vector<std::byte>& file) {
  std::vector<float> scale(matrix.outputs, 1e-12f);
  for (std::uint32_t k = 0; k < matrix.inputs; ++k)
    for (std::uint32_t c = 0; c < matrix.outputs; ++c)
      scale[c] = std::max(scale[c], std::abs(matrix.row(k)[c]) / 127.0f);
  std::vector<std::int8_t> panels(matrix.values.size());
  std::vector<std::int32_t> sums(matrix.outputs, 0);
  for (std::uint32_t k = 0; k < matrix.inputs; ++k)
    for (std::uint32_t c = 0; c < matrix.outputs; ++c) {
      const auto value = static_cast<std::int8_t>(std::lrint(matrix.row(k)[c] / scale[c]));
      const std::size_t panel = std::size_t(c / kPanelColumns) * kPanelColumns * matrix.inputs;
      panels[panel + (std::size_t(k / 4) * kPanelColumns + c % kPanelColumns) * 4 + k % 4] = value;
      sums[c] += value;
    }
  std::vector<std::int32_t> start(matrix.outputs);
  for (std::uint32_t c = 0; c < matrix.outputs; ++c) {
    start[c] = -offset.zero * sums[c];
    bias[c] -= offset.shift * scale[c] * static_cast<float>(sums[c]);
  }
  put(file, place.panels, panels);
  put(file, place.start, start);
  put(file, place.scale, scale);
  put(file, place.bias, bias);
}

/// activation^(5/8) / weight^(3/8), by square roots, which are the same on every machine; pow() need not be.
float migration(float activation, float weight) {
  const float eighth = std::sqrt(std::sqrt(std::sqrt(activation / weight)));
  return std::sqrt(activation / weight) * eighth * std::sqrt(std::sqrt(weight));
}

/// Multiplies the matrix's rows so that weights and activations share the spread between channels; returns what the
/// activations are to be multiplied with.
std::vector<float> migrate(Matrix& matrix, const std::vector<float>& peaks) {
  std::vector<float> multiplier(matrix.inputs);
  for (std::uint32_t k = 0; k < matrix.inputs; ++k) {
    float* row = matrix.row(k);
    float largest = 1e-6f;
    for (std::uint32_t c = 0; c < matrix.outputs; ++c) largest = std::max(largest, std::abs(row[c]));
    const float move = migration(std::max(peaks[k], 1e-6f), largest);
    for (std::uint32_t c = 0; c < matrix.outputs; ++c) row[c] *= move;
    multiplier[k] = 1 / move;
  }
  return multiplier;
}

void put_norm(const BertWeights& weights, const std::string& name, const NormPlace& place,
              std::vector<std::byte>& file) {
  put(file, place.gamma, weights.vector(name + ".weight"));
  put(file, place.beta, weights.vector(name + ".bias"));
}

/// Puts query, key and value side by side.
void pack_qkv(const BertWeights& weights, std::uint32_t layer, const std::vector<float>& peaks, const LayerPlace& place,
              std::vector<std::byte>& file) {
  const std::uint32_t width = weights.shape().dimensions;
  const auto head_size = static_cast<double>(width / weights.shape().heads);
  Matrix all{width, 3 * width, std::vector<float>(std::size_t(width) * 3 * width)};
  std::vector<float> bias(3 * width, 0.0f);
  const char* parts[] = {"attention.self.query", "attention.self.key", "attention.self.value"};
  for (std::uint32_t part = 0; part < 3; ++part) {
    const std::string name = layer_part(layer, parts[part]);
    const Matrix one = weights.matrix(name + ".weight");
    for (std::uint32_t k = 0; k < width; ++k) std::copy_n(one.row(k), width, all.row(k) + part * width);
    const auto its_bias = weights.vector(name + ".bias");
    if (part != 1) std::copy(its_bias.begin(), its_bias.end(), bias.begin() + part * width);
  }
  put(file, place.qkv_input, migrate(all, peaks));
  const auto factor = static_cast<float>(std::numbers::log2e / std::sqrt(head_size));
  for (std::uint32_t k = 0; k < width; ++k)
    for (std::uint32_t c = 0; c < width; ++c) all.row(k)[c] *= factor;
  for (std::uint32_t c = 0; c < width; ++c) bias[c] *= factor;
  pack_linear(all, bias, kSymmetric, place.qkv, file);
}

void pack_layer(const BertWeights& weights, std::uint32_t layer, const ChannelPeaks& peaks, const LayerPlace& place,
                std::vector<std::byte>& file) {
  const auto matrix = [&](const char* name) { return weights.matrix(layer_part(layer, name) + ".weight"); };
  const auto bias = [&](const char* name) { return weights.vector(layer_part(layer, name) + ".bias"); };
  pack_qkv(weights, layer, peaks.qkv[layer], place, file);
  pack_linear(matrix("attention.output.dense"), bias("attention.output.dense"), kSymmetric, place.output, file);
  put_norm(weights, layer_part(layer, "attention.output.LayerNorm"), place.attention_norm, file);
  Matrix up = matrix("intermediate.dense");
  put(file, place.up_input, migrate(up, peaks.up[layer]));
  pack_linear(up, bias("intermediate.dense"), kSymmetric, place.up, file);
  pack_linear(matrix("output.dense"), bias("output.dense"), kAfterGelu, place.down, file);
  put_norm(weights, layer_part(layer, "output.LayerNorm"), place.output_norm, file);
}

void pack_embeddings(const BertWeights& weights, const Places& places, std::vector<std::byte>& file) {
  const Shape& shape = weights.shape();
  std::vector<std::int8_t> row(shape.dimensions);
  for (std::uint32_t id = 0; id < shape.vocabulary; ++id) {
    const auto word = weights.table_row("embeddings.word_embeddings.weight", id);
    float scale = 1e-12f;
    for (const float value : word) scale = std::max(scale, std::abs(value) / 127.0f);
    for (std::size_t c = 0; c < row.size(); ++c) row[c] = static_cast<std::int8_t>(std::lrint(word[c] / scale));
    put(file, places.words + std::uint64_t(id) * shape.dimensions, row);
    put(file, places.word_scales + std::uint64_t(id) * 4, std::vector<float>{scale});
  }
  const auto type = weights.table_row("embeddings.token_type_embeddings.weight", 0);
  for (std::uint32_t position = 0; position < shape.positions; ++position) {
    auto values = weights.table_row("embeddings.position_embeddings.weight", position);
    for (std::size_t c = 0; c < values.size(); ++c) values[c] += type[c];
    put(file, places.positions + std::uint64_t(position) * shape.dimensions * 4, values);
  }
}

}  // namespace

void pack_weights(const BertWeights& weights, const Places& places, std::vector<std::byte>& file) {
  pack_embeddings(weights, places, file);
  put_norm(weights, "embeddings.LayerNorm", places.norm, file);
  const ChannelPeaks peaks = measure_peaks(weights);
  for (std::uint32_t layer = 0; layer < weights.shape().layers; ++layer)
    pack_layer(weights, layer, peaks, places.layers[layer], file);
}

}  // namespace cairn::encoder
