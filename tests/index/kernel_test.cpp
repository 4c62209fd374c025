#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>

#include "index/code_blocks.h"
#include "index/rotation.h"
#include "index/scan.h"
#include "index/vector_codec.h"

namespace cairn::index {
namespace {

struct Codes {
  std::vector<std::uint64_t> signs, planes;
  std::vector<std::uint16_t> factors;
  std::vector<std::uint8_t> live;
};

Codes random_codes(std::size_t blocks, std::size_t words, std::mt19937_64& random) {
  Codes codes;
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < blocks * words * vectors_per_block; ++i) codes.signs.push_back(random());
  for (std::size_t i = 0; i < 4 * words; ++i) codes.planes.push_back(random());
  for (std::size_t i = 0; i < blocks * 2 * vectors_per_block; ++i) codes.factors.push_back(to_half(normal(random)));
  for (std::size_t i = 0; i < blocks; ++i)
    codes.live.push_back(static_cast<std::uint8_t>(random() | (i % 3 == 0 ? 0xFF : 0)));
  return codes;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> scan(const ScanKernel& kernel, const Codes& codes,
                                                          std::size_t words, std::size_t bits, float threshold) {
  const ScanQuery query{codes.planes.data(), bits, words, 0.0173f, 0.3f};
  const ScanTarget target{std::as_bytes(std::span(codes.signs)).data(), std::as_bytes(std::span(codes.factors)).data(),
                          codes.live.data()};
  std::vector<Estimate> found(codes.live.size() * vectors_per_block);
  found.resize(kernel.scan(query, target, 1, codes.live.size(), threshold, found.data()));
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const Estimate& each : found) out.emplace_back(each.vector, std::bit_cast<std::uint32_t>(each.score));
  return out;
}

TEST(ScanKernels, GiveTheSameEstimatesToTheLastBit) {
  std::mt19937_64 random(1);
  for (const std::size_t words : {1, 2, 6, 7, 8, 12, 40}) {
    const Codes codes = random_codes(50, words, random);
    for (const std::size_t bits : {1, 2, 3, 4}) {
      for (const float threshold : {-std::numeric_limits<float>::infinity(), 0.1f, 3.0f, 1e9f}) {
        const auto expected = scan(*available_kernels().front(), codes, words, bits, threshold);
        for (const ScanKernel* kernel : available_kernels())
          EXPECT_EQ(scan(*kernel, codes, words, bits, threshold), expected)
              << kernel->name << ' ' << words << ' ' << bits;
      }
    }
  }
}

TEST(ScanKernels, GiveTheSameFineProductsEvenAtTheirLimits) {
  std::mt19937_64 random(2);
  for (const std::size_t size : {64, 384, 512, 4096}) {
    for (const bool extreme : {false, true}) {
      std::vector<std::int16_t> query(size);
      std::vector<std::byte> fine(size);
      // The codec keeps the sum of magnitudes below 16 million.
      const int largest = std::min(32767, static_cast<int>(15'900'000 / size));
      for (std::size_t i = 0; i < size; ++i) {
        query[i] = static_cast<std::int16_t>(extreme ? -largest : static_cast<int>(random() % (2 * largest)) - largest);
        fine[i] = extreme ? std::byte{0} : static_cast<std::byte>(random());
      }
      std::int64_t expected = 0;
      for (std::size_t i = 0; i < size; ++i) expected += std::int64_t{query[i]} * (std::to_integer<int>(fine[i]) - 128);
      for (const ScanKernel* kernel : available_kernels())
        EXPECT_EQ(kernel->fine_dot(query.data(), fine.data(), size), expected) << kernel->name << ' ' << size;
    }
  }
}

TEST(Rotation, KeepsLengthsAndAngles) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const std::uint32_t dimensions : {3u, 64u, 100u, 384u, 512u, 768u}) {
    const Rotation rotation(dimensions);
    std::vector<float> a(rotation.size()), b(rotation.size());
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      a[i] = normal(random);
      b[i] = normal(random);
    }
    const auto dot = [](const auto& x, const auto& y) {
      double sum = 0;
      for (std::size_t i = 0; i < x.size(); ++i) sum += double{x[i]} * y[i];
      return sum;
    };
    const double product = dot(a, b), square = dot(a, a);
    rotation.apply(a);
    rotation.apply(b);
    EXPECT_NEAR(dot(a, b), product, 1e-4 * square);
    EXPECT_NEAR(dot(a, a), square, 1e-4 * square);
  }
}

TEST(VectorCodec, EstimatesAreUnbiasedAndFineCodesShareTheSignBit) {
  const VectorCodec codec({"m", 384, std::vector<float>(384, 0.02f)});
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  double error = 0;
  constexpr int vectors = 300;
  for (int v = 0; v < vectors; ++v) {
    std::vector<float> x(384), q(384);
    double square = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = normal(random);
      square += double{x[i]} * x[i];
      q[i] = x[i] + 2 * normal(random);
    }
    for (float& value : x) value /= static_cast<float>(std::sqrt(square));
    double product = 0;
    for (std::size_t i = 0; i < x.size(); ++i) product += double{x[i]} * q[i];
    const VectorCode code = codec.encode(x);
    const QueryCode query = codec.encode_query(q, 4);
    int agreement = 15 * 384;
    for (std::size_t j = 0; j < 4; ++j)
      for (std::size_t w = 0; w < 6; ++w)
        agreement -= (2 << j) * std::popcount(code.signs[w] ^ query.planes[j * 6 + w]);
    const float estimate =
        query.along_centre + code.along_centre + code.sign_scale * query.plane_scale * static_cast<float>(agreement);
    error += estimate - product;
    EXPECT_NEAR(estimate, product, 0.2 * std::sqrt(5.0 * 384));  // Five standard deviations.
    for (std::size_t i = 0; i < 384; ++i) ASSERT_EQ((code.signs[i / 64] >> (i % 64)) & 1, code.fine[i] >> 7);
  }
  EXPECT_NEAR(error / vectors, 0, 0.4);
}

}  // namespace
}  // namespace cairn::index
