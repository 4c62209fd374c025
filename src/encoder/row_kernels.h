#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels.h"

// Kernels that are the same for every instruction set, written over a small vector type `S` (width, load, store, …).
// Each instruction set's file defines its own `S` in an unnamed namespace, so every instance stays in that file, and
// nothing here calls the standard library: the linker must never pick code that this processor cannot run.

namespace cairn::encoder {

/// Φ(x) - 1/2 = x · P(x²) on [-4, 4], fitted to the least greatest error of x · Φ(x): 4e-5.
inline constexpr float kPhi[] = {0.3986734f,     -0.065887846f,   0.009505399f,   -0.0010064904f,
                                 7.4855045e-05f, -3.6571328e-06f, 1.0419603e-07f, -1.3012941e-09f};

/// 2^x on [-1/2, 1/2], fitted to the least greatest relative error: 2e-7.
inline constexpr float kExp2[] = {1.0000001f, 0.69314694f, 0.2402212f, 0.05550713f, 0.009675542f, 0.0013276471f};

template <class S>
inline typename S::Float gelu(typename S::Float x) {
  const auto t = S::min(S::max(x, S::set(-4.0f)), S::set(4.0f));
  const auto u = S::mul(t, t);
  auto p = S::set(kPhi[7]);
  for (int i = 6; i >= 0; --i) p = S::fma(p, u, S::set(kPhi[i]));
  return S::mul(x, S::fma(t, p, S::set(0.5f)));
}

/// 2^x for x ≤ 0; anything below -126 gives (almost) nothing.
template <class S>
inline typename S::Float exp2(typename S::Float x) {
  x = S::max(x, S::set(-126.0f));
  const auto n = S::round(x);
  const auto f = S::sub(x, n);
  auto p = S::set(kExp2[5]);
  for (int i = 4; i >= 0; --i) p = S::fma(p, f, S::set(kExp2[i]));
  return S::scale(p, n);
}

template <class S>
void add_norm(float* hidden, const float* addend, std::size_t count, std::uint32_t width, const float* gamma,
              const float* beta, float epsilon) {
  const float share = 1.0f / static_cast<float>(width);
  for (std::size_t r = 0; r < count; ++r, hidden += width, addend += width) {
    auto total = S::set(0);
    for (std::uint32_t c = 0; c < width; c += S::width) {
      const auto x = S::add(S::load(hidden + c), S::load(addend + c));
      S::store(hidden + c, x);
      total = S::add(total, x);
    }
    const auto mean = S::set(S::sum(total) * share);
    auto squares = S::set(0);
    for (std::uint32_t c = 0; c < width; c += S::width) {
      const auto x = S::sub(S::load(hidden + c), mean);
      squares = S::fma(x, x, squares);
    }
    const auto inverse = S::set(1.0f / __builtin_sqrtf(S::sum(squares) * share + epsilon));
    for (std::uint32_t c = 0; c < width; c += S::width) {
      const auto x = S::mul(S::sub(S::load(hidden + c), mean), inverse);
      S::store(hidden + c, S::fma(x, S::load(gamma + c), S::load(beta + c)));
    }
  }
}

template <class S>
inline typename S::Float scaled(const float* in, const float* multiplier, std::uint32_t c) {
  return multiplier ? S::mul(S::load(in + c), S::load(multiplier + c)) : S::load(in + c);
}

template <class S>
void quantise(const float* in, std::size_t count, std::uint32_t width, const float* multiplier, QuantisedRows out) {
  for (std::size_t r = 0; r < count; ++r, in += width, out.values += width) {
    auto peak = S::set(1e-20f);
    for (std::uint32_t c = 0; c < width; c += S::width) peak = S::max(peak, S::abs(scaled<S>(in, multiplier, c)));
    const float largest = S::largest(peak);
    out.scales[r] = largest / 127.0f;
    const auto inverse = S::set(127.0f / largest);
    for (std::uint32_t c = 0; c < width; c += S::width)
      S::store_bytes(out.values + c, S::fma(scaled<S>(in, multiplier, c), inverse, S::set(128.0f)));
  }
}

template <class S>
void quantise_gelu(const float* in, std::size_t count, std::uint32_t width, const float* row_max, QuantisedRows out) {
  for (std::size_t r = 0; r < count; ++r, in += width, out.values += width) {
    const float range = row_max[r] + kGeluShift;
    out.scales[r] = range / 255.0f;
    const auto inverse = S::set(255.0f / range);
    for (std::uint32_t c = 0; c < width; c += S::width)
      S::store_bytes(out.values + c, S::mul(S::add(S::load(in + c), S::set(kGeluShift)), inverse));
  }
}

/// Attention of four queries at a time over keys turned so that neighbouring keys share a vector.
template <class S>
struct AttentionRows {
  static constexpr std::uint32_t kRows = 4;

  const Attention& block;
  std::uint32_t padded = (block.tokens + 15) / 16 * 16;
  std::uint32_t dimensions = block.heads * block.head_size;
  float* keys = block.scratch;                                            ///< [head_size][padded]
  float* scores = block.scratch + std::size_t(block.head_size) * padded;  ///< [kRows][padded]

  void turn_keys(std::uint32_t head) {
    for (std::uint32_t d = 0; d < block.head_size; ++d)
      for (std::uint32_t t = block.tokens; t < padded; ++t) keys[d * padded + t] = 0;
    for (std::uint32_t t = 0; t < block.tokens; ++t) {
      const float* key = block.qkv + (std::size_t(t) * 3 + 1) * dimensions + head * block.head_size;
      for (std::uint32_t d = 0; d < block.head_size; ++d) keys[d * padded + t] = key[d];
    }
  }

  void score(const float* const (&query)[kRows]) {
    for (std::uint32_t t = 0; t < padded; t += S::width) {
      typename S::Float sum[kRows] = {S::set(0), S::set(0), S::set(0), S::set(0)};
      for (std::uint32_t d = 0; d < block.head_size; ++d) {
        const auto key = S::load(keys + d * padded + t);
        for (std::uint32_t r = 0; r < kRows; ++r) sum[r] = S::fma(S::set(query[r][d]), key, sum[r]);
      }
      for (std::uint32_t r = 0; r < kRows; ++r) S::store(scores + r * padded + t, sum[r]);
    }
    for (std::uint32_t r = 0; r < kRows; ++r)
      for (std::uint32_t t = block.tokens; t < padded; ++t) scores[r * padded + t] = -1e30f;
  }

  /// Turns a row of scores into powers of two relative to its greatest; returns one over their sum.
  float soften(float* row) {
    auto peak = S::set(-1e30f);
    for (std::uint32_t t = 0; t < padded; t += S::width) peak = S::max(peak, S::load(row + t));
    const auto largest = S::set(S::largest(peak));
    auto total = S::set(0);
    for (std::uint32_t t = 0; t < padded; t += S::width) {
      const auto p = exp2<S>(S::sub(S::load(row + t), largest));
      S::store(row + t, p);
      total = S::add(total, p);
    }
    return 1.0f / S::sum(total);
  }

  void mix(std::uint32_t head, const float (&inverse)[kRows], float* const (&out)[kRows]) {
    const float* values = block.qkv + 2 * dimensions + head * block.head_size;
    for (std::uint32_t c = 0; c < block.head_size; c += S::width) {
      typename S::Float sum[kRows] = {S::set(0), S::set(0), S::set(0), S::set(0)};
      for (std::uint32_t t = 0; t < block.tokens; ++t) {
        const auto value = S::load(values + std::size_t(t) * 3 * dimensions + c);
        for (std::uint32_t r = 0; r < kRows; ++r) sum[r] = S::fma(S::set(scores[r * padded + t]), value, sum[r]);
      }
      for (std::uint32_t r = 0; r < kRows; ++r) S::store(out[r] + c, S::mul(sum[r], S::set(inverse[r])));
    }
  }

  void run() {
    for (std::uint32_t head = 0; head < block.heads; ++head) {
      turn_keys(head);
      const std::uint32_t first_column = head * block.head_size;
      for (std::uint32_t q = 0; q < block.query_count; q += kRows) {
        const float* query[kRows];
        float* out[kRows];
        for (std::uint32_t r = 0; r < kRows; ++r) {  // A short last group repeats its last row.
          const std::size_t row = q + r < block.query_count ? q + r : block.query_count - 1;
          query[r] = block.queries + row * block.query_stride + first_column;
          out[r] = block.out + row * dimensions + first_column;
        }
        score(query);
        float inverse[kRows];
        for (std::uint32_t r = 0; r < kRows; ++r) inverse[r] = soften(scores + r * padded);
        mix(head, inverse, out);
      }
    }
  }
};

template <class S>
void attention(const Attention& block) {
  AttentionRows<S>{block}.run();
}

}  // namespace cairn::encoder
