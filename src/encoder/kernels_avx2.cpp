// AVX2 with FMA (Haswell, Zen and later). Compiled with its own flags; reached only through kernels_for().

#include "encoder/kernels.h"

#if defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>

#include "encoder/row_kernels.h"

namespace cairn::encoder {
namespace {

struct Avx2 {
  using Float = __m256;
  static constexpr std::uint32_t width = 8;
  static Float set(float x) { return _mm256_set1_ps(x); }
  static Float load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Float x) { _mm256_storeu_ps(p, x); }
  static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
  static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static Float abs(Float a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
  static Float round(Float a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Float scale(Float p, Float n) {
    const __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), exponent));
  }
  static float sum(Float a) {
    __m128 x = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
  }
  static float largest(Float a) {
    __m128 x = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    x = _mm_max_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)));
  }
  static void store_bytes(std::uint8_t* p, Float a) {
    const __m256i whole = _mm256_cvtps_epi32(a);
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(words, words));
  }
};

/// Sums of four columns as pairs: [c0 even, c0 odd, c1 even, …]; adds the neighbours up.
inline __m128i fold_pairs(__m256i pairs) {
  const __m256i sums = _mm256_hadd_epi32(pairs, pairs);
  return _mm256_castsi256_si128(_mm256_permute4x64_epi64(sums, 0x08));
}

/// kRows × 8 results. Bytes are widened to 16 bits, since the 8-bit product of AVX2 (maddubs) saturates with 8-bit
/// weights; so the sums are exact, and one packed model serves every processor.
template <int kRows, bool kGelu>
inline void tile(QuantisedRows rows, std::size_t first, const Linear& weights, std::uint32_t column, float* out,
                 std::size_t stride, float* row_max) {
  const std::int8_t* panel = weights.panels + std::size_t(column / kPanelColumns) * kPanelColumns * weights.inputs +
                             column % kPanelColumns * 4;
  const std::uint8_t* in = rows.values + first * weights.inputs;
  __m256i low[kRows], high[kRows];
  for (int r = 0; r < kRows; ++r) low[r] = high[r] = _mm256_setzero_si256();
  for (std::uint32_t k = 0; k < weights.inputs; k += 4, panel += 4 * kPanelColumns) {
    const __m256i w0 = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(panel)));
    const __m256i w1 = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(panel + 16)));
    for (int r = 0; r < kRows; ++r) {
      std::int32_t four;
      __builtin_memcpy(&four, in + std::size_t(r) * weights.inputs + k, 4);
      const __m256i x = _mm256_broadcastq_epi64(_mm_cvtepu8_epi16(_mm_cvtsi32_si128(four)));
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(x, w0));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(x, w1));
    }
  }
  const __m256i start = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights.start + column));
  const __m256 scale = _mm256_loadu_ps(weights.scale + column);
  const __m256 bias = _mm256_loadu_ps(weights.bias + column);
  for (int r = 0; r < kRows; ++r) {
    const __m256i sums = _mm256_add_epi32(_mm256_set_m128i(fold_pairs(high[r]), fold_pairs(low[r])), start);
    __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_set1_ps(rows.scales[first + r]));
    x = _mm256_add_ps(_mm256_mul_ps(x, scale), bias);
    if constexpr (kGelu) {
      x = gelu<Avx2>(x);
      const float largest = Avx2::largest(x);
      if (largest > row_max[first + r]) row_max[first + r] = largest;
    }
    _mm256_storeu_ps(out + (first + r) * stride + column, x);
  }
}

template <bool kGelu>
void multiply(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, std::size_t stride,
              float* row_max) {
  for (std::uint32_t column = 0; column < weights.outputs; column += 8) {
    std::size_t row = 0;
    for (; row + 4 <= count; row += 4) tile<4, kGelu>(rows, row, weights, column, out, stride, row_max);
    for (; row < count; ++row) tile<1, kGelu>(rows, row, weights, column, out, stride, row_max);
  }
}

void linear(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, std::size_t stride) {
  multiply<false>(rows, count, weights, out, stride, nullptr);
}

void linear_gelu(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, float* row_max) {
  for (std::size_t r = 0; r < count; ++r) row_max[r] = 0;
  multiply<true>(rows, count, weights, out, weights.outputs, row_max);
}

}  // namespace

const Kernels kAvx2Kernels = {linear,         linear_gelu,         add_norm<Avx2>,
                              quantise<Avx2>, quantise_gelu<Avx2>, attention<Avx2>};

}  // namespace cairn::encoder

#else

namespace cairn::encoder {
const Kernels kAvx2Kernels = {};
}

#endif
