#include "encoder/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "encoder/kernels.h"

namespace cairn::encoder {
namespace {

constexpr std::uint32_t kLengths[] = {3, 5, 10, 22, 60, 60};
constexpr std::uint32_t kFirstToken = 101, kLastToken = 102;  ///< [CLS] and [SEP] in the published vocabularies.

/// f32 matrix product with a bias, deterministic: no fused operations, sums in the order of the inputs.
std::vector<float> product(const std::vector<float>& rows, const Matrix& matrix, const std::vector<float>& bias) {
  const std::size_t count = rows.size() / matrix.inputs;
  std::vector<float> out(count * matrix.outputs);
  for (std::size_t r = 0; r < count; ++r) std::copy(bias.begin(), bias.end(), out.begin() + r * matrix.outputs);
  for (std::uint32_t k = 0; k < matrix.inputs; ++k) {
    const float* weights = matrix.row(k);
    for (std::size_t r = 0; r < count; ++r) {
      const float x = rows[r * matrix.inputs + k];
      float* to = out.data() + r * matrix.outputs;
      for (std::uint32_t c = 0; c < matrix.outputs; ++c) to[c] += x * weights[c];
    }
  }
  return out;
}

class Calibration {
 public:
  explicit Calibration(const BertWeights& weights) : weights_(weights), shape_(weights.shape()) {}

  ChannelPeaks run() {
    embed();
    ChannelPeaks peaks;
    for (std::uint32_t layer = 0; layer < shape_.layers; ++layer) {
      peaks.qkv.push_back(channel_peaks());
      attend(layer);
      peaks.up.push_back(channel_peaks());
      feed_forward(layer);
    }
    return peaks;
  }

 private:
  /// Tokens by a linear congruential generator (Knuth, MMIX).
  std::uint32_t random_token() {
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>((random_ >> 33) % shape_.vocabulary);
  }

  void embed() {
    for (const std::uint32_t wanted : kLengths) {
      const std::uint32_t length = std::min(wanted, shape_.positions);
      lengths_.push_back(length);
      for (std::uint32_t t = 0; t < length; ++t) {
        std::uint32_t token = random_token();
        if (t == 0) token = std::min(kFirstToken, shape_.vocabulary - 1);
        if (t + 1 == length) token = std::min(kLastToken, shape_.vocabulary - 1);
        auto row = weights_.table_row("embeddings.word_embeddings.weight", token);
        const auto position = weights_.table_row("embeddings.position_embeddings.weight", t);
        const auto type = weights_.table_row("embeddings.token_type_embeddings.weight", 0);
        for (std::size_t c = 0; c < row.size(); ++c) hidden_.push_back(row[c] + position[c] + type[c]);
      }
    }
    add_norm(std::vector<float>(hidden_.size(), 0.0f), "embeddings.LayerNorm");
  }

  void add_norm(const std::vector<float>& addend, const std::string& name) {
    const auto gamma = weights_.vector(name + ".weight"), beta = weights_.vector(name + ".bias");
    kScalarKernels.add_norm(hidden_.data(), addend.data(), hidden_.size() / shape_.dimensions, shape_.dimensions,
                            gamma.data(), beta.data(), shape_.epsilon);
  }

  std::vector<float> channel_peaks() const {
    std::vector<float> peaks(shape_.dimensions, 0.0f);
    for (std::size_t i = 0; i < hidden_.size(); ++i)
      peaks[i % peaks.size()] = std::max(peaks[i % peaks.size()], std::abs(hidden_[i]));
    return peaks;
  }

  std::vector<float> linear(const std::vector<float>& rows, const std::string& name) const {
    return product(rows, weights_.matrix(name + ".weight"), weights_.vector(name + ".bias"));
  }

  void attend(std::uint32_t layer) {
    const std::size_t width = shape_.dimensions, rows = hidden_.size() / width;
    const auto log2_scale = static_cast<float>(std::numbers::log2e / std::sqrt(double(width / shape_.heads)));
    std::vector<float> qkv(rows * 3 * width), context(rows * width);
    const char* parts[] = {"attention.self.query", "attention.self.key", "attention.self.value"};
    for (std::size_t part = 0; part < 3; ++part) {
      const auto one = linear(hidden_, layer_part(layer, parts[part]));
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < width; ++c)
          qkv[(r * 3 + part) * width + c] = one[r * width + c] * (part == 0 ? log2_scale : 1.0f);
    }
    Attention block{};
    block.heads = shape_.heads;
    block.head_size = shape_.dimensions / shape_.heads;
    block.query_stride = 3 * shape_.dimensions;
    std::vector<float> scratch(attention_scratch(*std::ranges::max_element(lengths_), block.head_size));
    block.scratch = scratch.data();
    std::size_t row = 0;
    for (const std::uint32_t length : lengths_) {
      block.qkv = block.queries = qkv.data() + row * 3 * width;
      block.tokens = block.query_count = length;
      block.out = context.data() + row * width;
      kScalarKernels.attention(block);
      row += length;
    }
    add_norm(linear(context, layer_part(layer, "attention.output.dense")),
             layer_part(layer, "attention.output.LayerNorm"));
  }

  void feed_forward(std::uint32_t layer) {
    auto inner = linear(hidden_, layer_part(layer, "intermediate.dense"));
    for (float& x : inner) x = scalar_gelu(x);
    add_norm(linear(inner, layer_part(layer, "output.dense")), layer_part(layer, "output.LayerNorm"));
  }

  const BertWeights& weights_;
  const Shape& shape_;
  std::uint64_t random_ = 20251121;
  std::vector<std::uint32_t> lengths_;
  std::vector<float> hidden_;  ///< [tokens][dimensions]
};

}  // namespace

ChannelPeaks measure_peaks(const BertWeights& weights) { return Calibration(weights).run(); }

}  // namespace cairn::encoder
