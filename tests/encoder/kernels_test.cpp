#include "encoder/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "encoder/tiny_bert.h"

namespace cairn::encoder {
namespace {

/// A random int8 matrix in panel order with everything that belongs to it.
struct Matrix8 {
  std::vector<std::int8_t> panels;
  std::vector<std::int32_t> start;
  std::vector<float> scale, bias;
  std::uint32_t inputs, outputs;

  Matrix8(std::uint32_t in, std::uint32_t out, std::mt19937& random, bool extremes) : inputs(in), outputs(out) {
    for (std::uint32_t i = 0; i < in * out; ++i)
      panels.push_back(static_cast<std::int8_t>(extremes ? (random() % 2 ? 127 : -127) : int(random() % 255) - 127));
    for (std::uint32_t c = 0; c < out; ++c) {
      start.push_back(extremes ? 0 : int(random() % 100000) - 50000);
      scale.push_back(extremes ? 1.0f : static_cast<float>(random() % 1000) * 1e-5f);
      bias.push_back(extremes ? 0.0f : static_cast<float>(random() % 1000) * 1e-2f - 5);
    }
  }
  Linear view() const { return {panels.data(), start.data(), scale.data(), bias.data(), inputs, outputs}; }
};

struct Rows8 {
  std::vector<std::uint8_t> values;
  std::vector<float> scales;

  Rows8(std::size_t count, std::uint32_t width, std::mt19937& random, bool extremes)
      : values(count * width), scales(count) {
    for (auto& value : values) value = static_cast<std::uint8_t>(extremes ? 255 : random() % 256);
    for (auto& scale : scales) scale = extremes ? 1.0f : static_cast<float>(random() % 1000) * 1e-4f;
  }
  QuantisedRows view() { return {values.data(), scales.data()}; }
};

std::vector<float> random_floats(std::size_t count, float spread, std::mt19937& random) {
  std::vector<float> values(count);
  for (float& value : values) value = (static_cast<float>(random() % 20001) / 10000 - 1) * spread;
  return values;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

class KernelsTest : public ::testing::TestWithParam<Isa> {
 protected:
  const Kernels& kernels() const { return *kernels_for(GetParam(), best_isa()); }
  std::mt19937 random_{7};
};

TEST_P(KernelsTest, ProductsEqualTheReferenceBitByBitForEveryNumberOfRows) {
  const Matrix8 matrix(96, 64, random_, false);
  for (std::size_t count = 1; count <= 19; ++count) {
    Rows8 rows(count, 96, random_, false);
    std::vector<float> expected(count * 64), found(count * 64);
    kScalarKernels.linear(rows.view(), count, matrix.view(), expected.data(), 64);
    kernels().linear(rows.view(), count, matrix.view(), found.data(), 64);
    EXPECT_TRUE(same_bits(expected, found)) << count << " rows";
  }
}

TEST_P(KernelsTest, TheGreatestPossibleProductsDoNotSaturate) {
  const Matrix8 matrix(384, 32, random_, true);
  Rows8 rows(9, 384, random_, true);
  std::vector<float> expected(9 * 32), found(9 * 32);
  kScalarKernels.linear(rows.view(), 9, matrix.view(), expected.data(), 32);
  kernels().linear(rows.view(), 9, matrix.view(), found.data(), 32);
  EXPECT_TRUE(same_bits(expected, found));
  // Column 0 of the reference itself, from the definition of the panel order.
  std::int64_t sum = 0;
  for (std::uint32_t k = 0; k < 384; ++k) sum += 255 * matrix.panels[k / 4 * 128 + k % 4];
  EXPECT_EQ(found[0], static_cast<float>(sum));
}

TEST_P(KernelsTest, ResultsGoToTheGivenStrideAndNowhereElse) {
  const Matrix8 matrix(32, 32, random_, false);
  Rows8 rows(3, 32, random_, false);
  std::vector<float> found(3 * 50, -77.0f);
  kernels().linear(rows.view(), 3, matrix.view(), found.data(), 50);
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 32; c < 50; ++c) EXPECT_EQ(found[r * 50 + c], -77.0f);
}

TEST_P(KernelsTest, GeluIsWithinItsErrorAndTheRowMaximumIsExact) {
  Matrix8 matrix(32, 64, random_, false);
  Rows8 rows(11, 32, random_, false);
  std::vector<float> linear(11 * 64), found(11 * 64), peak(11);
  kScalarKernels.linear(rows.view(), 11, matrix.view(), linear.data(), 64);
  kernels().linear_gelu(rows.view(), 11, matrix.view(), found.data(), peak.data());
  for (std::size_t r = 0; r < 11; ++r) {
    float largest = 0;
    for (std::size_t i = r * 64; i < (r + 1) * 64; ++i) {
      const double x = linear[i];
      EXPECT_NEAR(found[i], x / 2 * (1 + std::erf(x / std::sqrt(2.0))), 5e-5 + std::abs(x) * 5e-5) << x;
      largest = std::max(largest, found[i]);
    }
    EXPECT_EQ(peak[r], largest);
  }
}

TEST_P(KernelsTest, QuantisedRowsComeBackWithinHalfAStep) {
  const auto in = random_floats(5 * 64, 3, random_), multiplier = random_floats(64, 2, random_);
  std::vector<std::uint8_t> values(5 * 64);
  std::vector<float> scales(5);
  kernels().quantise(in.data(), 5, 64, multiplier.data(), {values.data(), scales.data()});
  for (std::size_t i = 0; i < in.size(); ++i)
    EXPECT_NEAR((values[i] - 128.0f) * scales[i / 64], in[i] * multiplier[i % 64], scales[i / 64] * 0.501f);
  kernels().quantise(in.data(), 5, 64, nullptr, {values.data(), scales.data()});
  for (std::size_t i = 0; i < in.size(); ++i)
    EXPECT_NEAR((values[i] - 128.0f) * scales[i / 64], in[i], scales[i / 64] * 0.501f);
}

TEST_P(KernelsTest, ARowOfZerosIsQuantisedToZeros) {
  const std::vector<float> in(32, 0.0f);
  std::vector<std::uint8_t> values(32);
  float scale = -1;
  kernels().quantise(in.data(), 1, 32, nullptr, {values.data(), &scale});
  for (const auto value : values) EXPECT_EQ(value, 128);
  EXPECT_TRUE(std::isfinite(scale));
}

TEST_P(KernelsTest, WhatGeluLeavesIsQuantisedWithItsShift) {
  auto in = random_floats(3 * 32, 2, random_);
  std::vector<float> peak(3, 0.0f);
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i] = std::max(in[i], -0.169f);
    peak[i / 32] = std::max(peak[i / 32], in[i]);
  }
  std::vector<std::uint8_t> values(3 * 32);
  std::vector<float> scales(3);
  kernels().quantise_gelu(in.data(), 3, 32, peak.data(), {values.data(), scales.data()});
  for (std::size_t i = 0; i < in.size(); ++i)
    EXPECT_NEAR(values[i] * scales[i / 32] - kGeluShift, in[i], scales[i / 32] * 0.501f);
}

TEST_P(KernelsTest, AddAndNormGivesZeroMeanAndUnitVariance) {
  auto hidden = random_floats(4 * 96, 5, random_);
  const auto addend = random_floats(4 * 96, 5, random_);
  const std::vector<float> gamma(96, 2.0f), beta(96, 1.0f);
  kernels().add_norm(hidden.data(), addend.data(), 4, 96, gamma.data(), beta.data(), 1e-12f);
  for (std::size_t r = 0; r < 4; ++r) {
    double mean = 0, variance = 0;
    for (std::size_t c = 0; c < 96; ++c) mean += hidden[r * 96 + c] / 96.0;
    for (std::size_t c = 0; c < 96; ++c) variance += std::pow(hidden[r * 96 + c] - mean, 2) / 96;
    EXPECT_NEAR(mean, 1, 1e-5);
    EXPECT_NEAR(variance, 4, 1e-4);
  }
}

/// Attention from its definition, in double precision.
std::vector<double> exact_attention(const std::vector<float>& qkv, std::size_t tokens, std::size_t heads,
                                    std::size_t size) {
  const std::size_t width = heads * size;
  std::vector<double> out(tokens * width, 0.0);
  for (std::size_t h = 0; h < heads; ++h)
    for (std::size_t q = 0; q < tokens; ++q) {
      std::vector<double> power(tokens);
      double total = 0;
      for (std::size_t t = 0; t < tokens; ++t) {
        double score = 0;
        for (std::size_t d = h * size; d < (h + 1) * size; ++d)
          score += double(qkv[q * 3 * width + d]) * qkv[(t * 3 + 1) * width + d];
        total += power[t] = std::exp2(score);
      }
      for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t d = h * size; d < (h + 1) * size; ++d)
          out[q * width + d] += power[t] / total * qkv[(t * 3 + 2) * width + d];
    }
  return out;
}

TEST_P(KernelsTest, AttentionIsCloseToItsDefinitionForAnyLength) {
  for (const std::uint32_t size : {16u, 32u, 64u})
    for (const std::uint32_t tokens : {1u, 2u, 7u, 16u, 31u, 32u, 33u, 100u}) {
      const std::uint32_t heads = 2, width = heads * size;
      const auto qkv = random_floats(std::size_t(tokens) * 3 * width, 0.7f, random_);
      std::vector<float> out(std::size_t(tokens) * width), scratch(attention_scratch(tokens, size) + 16);
      const std::size_t skip = (64 - reinterpret_cast<std::uintptr_t>(scratch.data()) % 64) % 64 / 4;
      kernels().attention(
          {qkv.data(), tokens, qkv.data(), 3 * width, tokens, heads, size, out.data(), scratch.data() + skip});
      const auto expected = exact_attention(qkv, tokens, heads, size);
      double difference = 0, squares = 0;
      for (std::size_t i = 0; i < out.size(); ++i) {
        difference += std::pow(out[i] - expected[i], 2);
        squares += expected[i] * expected[i];
      }
      EXPECT_LT(std::sqrt(difference / squares), 0.02) << tokens << " tokens, heads of " << size;
    }
}

TEST_P(KernelsTest, ALongTextSharesItsAttentionOverAllKeys) {
  // One key is stronger than 500 others by a factor of 1,000; together they still weigh a third. 8-bit weights lose
  // them.
  const std::uint32_t tokens = 501, size = 16;
  std::vector<float> qkv(std::size_t(tokens) * 3 * size, 0.0f);
  for (std::uint32_t t = 0; t < tokens; ++t) {
    qkv[t * 3 * size] = 1;                               // query
    qkv[(t * 3 + 1) * size] = t == 0 ? 9.96578f : 0.0f;  // key: log2(1000) for the first
    qkv[(t * 3 + 2) * size] = t == 0 ? 0.0f : 1.0f;      // value
  }
  std::vector<float> out(std::size_t(tokens) * size), scratch(attention_scratch(tokens, size) + 16);
  const std::size_t skip = (64 - reinterpret_cast<std::uintptr_t>(scratch.data()) % 64) % 64 / 4;
  kernels().attention({qkv.data(), tokens, qkv.data(), 3 * size, 1, 1, size, out.data(), scratch.data() + skip});
  EXPECT_NEAR(out[0], 500.0 / 1500.0, 0.02);
}

INSTANTIATE_TEST_SUITE_P(Isas, KernelsTest, ::testing::ValuesIn(usable_isas()), [](const auto& chosen) {
  return std::string(chosen.param == Isa::scalar ? "Scalar" : chosen.param == Isa::avx2 ? "Avx2" : "Avx512");
});

TEST(IsaTest, AProcessorGetsOnlyKernelsThatItCanRun) {
  EXPECT_EQ(kernels_for(Isa::avx512_vnni, Isa::avx2), nullptr);
  EXPECT_EQ(kernels_for(Isa::avx512_vnni, Isa::scalar), nullptr);
  EXPECT_EQ(kernels_for(Isa::avx2, Isa::scalar), nullptr);
  EXPECT_EQ(kernels_for(Isa::scalar, Isa::scalar), &kScalarKernels);
  EXPECT_EQ(kernels_for(Isa::scalar, Isa::avx512_vnni), &kScalarKernels);
  EXPECT_NE(kernels_for(best_isa(), best_isa())->linear, nullptr);
}

}  // namespace
}  // namespace cairn::encoder
