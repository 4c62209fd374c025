// Attention in integers for AVX-512 VNNI. Scores are products of 8-bit queries and keys (as in SageAttention, arXiv
// 2410.02367); they are mixed in 16 bits, since a long text spreads a query's attention over hundreds of keys, each of
// which would be lost in 8 bits beside a strong one. Queries and keys have one scale for a head of a sequence, values
// one for each channel, so nothing depends on other sequences. Keys are stored with 128 added; that adds the same to
// all scores of a query, which softmax ignores.

#include "encoder/kernels_avx512.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VNNI__)

#include <immintrin.h>

namespace cairn::encoder {
namespace {

constexpr std::uint32_t kRows = 8;            // Queries at a time
constexpr std::uint32_t kKeyBlock = 32;       // Keys at a time
constexpr float kValueLimit = 511;            // Values are rounded to ±511 …
constexpr float kPowerTotal = 2097152;        // … and powers so that they sum up to at most 2^21, together 2^30.
constexpr std::int32_t kMasked = -(1 << 30);  // The score of padding

std::uint32_t padded(std::uint32_t tokens) { return (tokens + kKeyBlock - 1) / kKeyBlock * kKeyBlock; }

/// 2^x for x ≤ 15 to 1e-4 of its value, less than the rounding that follows: 2^n by the exponent, 2^f by a cubic.
inline __m512 power_of_two(__m512 x) {
  const __m512 magic = _mm512_set1_ps(12582912.0f);  // 1.5 · 2^23: adding it rounds to a whole number.
  x = _mm512_max_ps(x, _mm512_set1_ps(-120.0f));
  const __m512 shifted = _mm512_add_ps(x, magic);
  const __m512 f = _mm512_sub_ps(x, _mm512_sub_ps(shifted, magic));
  __m512 p = _mm512_set1_ps(0.055171665f);
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.24261114f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.69326097f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.99992806f));
  return _mm512_castsi512_ps(
      _mm512_add_epi32(_mm512_castps_si512(p), _mm512_slli_epi32(_mm512_castps_si512(shifted), 23)));
}

/// The quantised operands of one head. Keys: [keys / 32][head_size / 4][32][4]; values: [keys / 2][head_size][2].
struct HeadOperands {
  std::int8_t* queries;  // [query_count][head_size]
  std::uint8_t* keys;
  std::int16_t* values;
  std::int32_t* scores;  // [kRows][keys]
  std::int16_t* powers;  // [kRows][keys]
  float* value_scales;   // [head_size]
  float score_scale;
};

HeadOperands cut_operands(const Attention& block) {
  const std::size_t keys = padded(block.tokens), size = block.head_size;
  auto* at = reinterpret_cast<std::uint8_t*>(block.scratch);
  const auto take = [&](std::size_t bytes) {
    std::uint8_t* start = at;
    at += (bytes + 63) / 64 * 64;
    return start;
  };
  HeadOperands head{};
  head.queries = reinterpret_cast<std::int8_t*>(take(block.query_count * size));
  head.keys = take(keys * size);
  head.values = reinterpret_cast<std::int16_t*>(take(keys * size * 2));
  head.scores = reinterpret_cast<std::int32_t*>(take(kRows * keys * 4));
  head.powers = reinterpret_cast<std::int16_t*>(take(kRows * keys * 2));
  head.value_scales = reinterpret_cast<float*>(take(size * 4));
  return head;
}

/// Largest magnitude in `size` columns of `rows` rows.
float peak_of(const float* first, std::size_t stride, std::uint32_t rows, std::uint32_t size) {
  __m512 peak = _mm512_set1_ps(1e-20f);
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < size; c += 16)
      peak = _mm512_max_ps(peak, _mm512_abs_ps(_mm512_loadu_ps(first + r * stride + c)));
  return _mm512_reduce_max_ps(peak);
}

float quantise_queries(const Attention& block, std::uint32_t column, const HeadOperands& head) {
  const float* first = block.queries + column;
  const float peak = peak_of(first, block.query_stride, block.query_count, block.head_size);
  const __m512 inverse = _mm512_set1_ps(127.0f / peak);
  for (std::uint32_t r = 0; r < block.query_count; ++r)
    for (std::uint32_t c = 0; c < block.head_size; c += 16) {
      const __m512 x = _mm512_mul_ps(_mm512_loadu_ps(first + std::size_t(r) * block.query_stride + c), inverse);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(head.queries + std::size_t(r) * block.head_size + c),
                       _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(x)));
    }
  return peak / 127.0f;
}

float quantise_keys(const Attention& block, std::uint32_t column, const HeadOperands& head) {
  const std::size_t stride = 3 * std::size_t(block.heads) * block.head_size;
  const float* first = block.qkv + std::size_t(block.heads) * block.head_size + column;
  const float peak = peak_of(first, stride, block.tokens, block.head_size);
  const __m512 inverse = _mm512_set1_ps(127.0f / peak);
  for (std::uint32_t t = 0; t < padded(block.tokens); ++t) {
    std::uint8_t* to = head.keys + std::size_t(t / kKeyBlock) * kKeyBlock * block.head_size + t % kKeyBlock * 4;
    // Padding repeats the last token; its scores are masked later.
    const float* key = first + (t < block.tokens ? t : block.tokens - 1) * stride;
    for (std::uint32_t c = 0; c < block.head_size; c += 16, to += 4 * kKeyBlock * 4) {
      const __m512 x = _mm512_fmadd_ps(_mm512_loadu_ps(key + c), inverse, _mm512_set1_ps(128.0f));
      const __m128i bytes = _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(x));
      _mm_storeu_si32(to, bytes);
      _mm_storeu_si32(to + 4 * kKeyBlock, _mm_bsrli_si128(bytes, 4));
      _mm_storeu_si32(to + 8 * kKeyBlock, _mm_bsrli_si128(bytes, 8));
      _mm_storeu_si32(to + 12 * kKeyBlock, _mm_bsrli_si128(bytes, 12));
    }
  }
  return peak / 127.0f;
}

void quantise_values(const Attention& block, std::uint32_t column, const HeadOperands& head) {
  const std::size_t stride = 3 * std::size_t(block.heads) * block.head_size;
  const float* first = block.qkv + 2 * std::size_t(block.heads) * block.head_size + column;
  for (std::uint32_t c = 0; c < block.head_size; c += 16) {
    __m512 peak = _mm512_set1_ps(1e-20f);
    for (std::uint32_t t = 0; t < block.tokens; ++t)
      peak = _mm512_max_ps(peak, _mm512_abs_ps(_mm512_loadu_ps(first + t * stride + c)));
    _mm512_storeu_ps(head.value_scales + c, _mm512_mul_ps(peak, _mm512_set1_ps(1 / kValueLimit)));
    const __m512 inverse = _mm512_div_ps(_mm512_set1_ps(kValueLimit), peak);
    const auto whole = [&](std::uint32_t t) {
      if (t >= block.tokens) return _mm512_setzero_si512();
      return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(first + t * stride + c), inverse));
    };
    for (std::uint32_t t = 0; t < padded(block.tokens); t += 2) {
      const __m512i pair = _mm512_mask_blend_epi16(0xaaaaaaaa, whole(t), _mm512_slli_epi32(whole(t + 1), 16));
      _mm512_storeu_si512(head.values + std::size_t(t) * block.head_size + c * 2, pair);
    }
  }
}

/// scores[r][t] for kRows queries and all keys; `peak[r]` is the greatest of a row.
void score(const std::int8_t* const (&query)[kRows], const Attention& block, const HeadOperands& head,
           std::int32_t (&peak)[kRows]) {
  const std::uint32_t keys = padded(block.tokens);
  __m512i top[kRows];
  for (std::uint32_t r = 0; r < kRows; ++r) top[r] = _mm512_set1_epi32(kMasked);
  for (std::uint32_t t = 0; t < keys; t += kKeyBlock) {
    const std::uint8_t* panel = head.keys + std::size_t(t) * block.head_size;
    __m512i low[kRows], high[kRows];
    for (std::uint32_t r = 0; r < kRows; ++r) low[r] = high[r] = _mm512_setzero_si512();
    for (std::uint32_t d = 0; d < block.head_size; d += 4, panel += 128) {
      const __m512i k0 = _mm512_loadu_si512(panel), k1 = _mm512_loadu_si512(panel + 64);
      for (std::uint32_t r = 0; r < kRows; ++r) {
        const __m512i q = broadcast_four(query[r] + d);
        dot_bytes(low[r], k0, q);
        dot_bytes(high[r], k1, q);
      }
    }
    const std::uint32_t left = block.tokens - t;
    const std::uint32_t valid = left >= 32 ? 0xffffffffu : (1u << left) - 1;
    const __m512i masked = _mm512_set1_epi32(kMasked);
    for (std::uint32_t r = 0; r < kRows; ++r) {
      low[r] = _mm512_mask_mov_epi32(masked, static_cast<__mmask16>(valid), low[r]);
      high[r] = _mm512_mask_mov_epi32(masked, static_cast<__mmask16>(valid >> 16), high[r]);
      _mm512_storeu_si512(head.scores + r * keys + t, low[r]);
      _mm512_storeu_si512(head.scores + r * keys + t + 16, high[r]);
      top[r] = _mm512_max_epi32(top[r], _mm512_max_epi32(low[r], high[r]));
    }
  }
  for (std::uint32_t r = 0; r < kRows; ++r) peak[r] = _mm512_reduce_max_epi32(top[r]);
}

/// Powers of a row as whole numbers; returns their sum.
float soften(const std::int32_t* scores, std::uint32_t keys, float scale, std::int32_t peak, float greatest_log2,
             std::int16_t* powers) {
  const __m512 factor = _mm512_set1_ps(scale);
  const __m512 offset = _mm512_set1_ps(greatest_log2 - static_cast<float>(peak) * scale);
  __m512i total = _mm512_setzero_si512();
  for (std::uint32_t t = 0; t < keys; t += 16) {
    const __m512 x = _mm512_cvtepi32_ps(_mm512_loadu_si512(scores + t));
    const __m512i p = _mm512_cvtps_epi32(power_of_two(_mm512_fmadd_ps(x, factor, offset)));
    total = _mm512_add_epi32(total, p);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(powers + t), _mm512_cvtepi32_epi16(p));
  }
  return static_cast<float>(_mm512_reduce_add_epi32(total));
}

/// log2 of the power that a row's greatest score gets: at most 2^14, and all of them together at most kPowerTotal.
float greatest_log2(std::uint32_t keys) {
  int exponent = 14;
  while (exponent > 0 && static_cast<float>(keys) * static_cast<float>(1 << exponent) > kPowerTotal) --exponent;
  return static_cast<float>(exponent);
}

void mix(const Attention& block, const HeadOperands& head, const float (&inverse)[kRows], float* const (&out)[kRows]) {
  const std::uint32_t keys = padded(block.tokens);
  for (std::uint32_t c = 0; c < block.head_size; c += 16) {
    __m512i even[kRows], odd[kRows];
    for (std::uint32_t r = 0; r < kRows; ++r) even[r] = odd[r] = _mm512_setzero_si512();
    const std::int16_t* values = head.values + c * 2;
    for (std::uint32_t t = 0; t < keys; t += 4, values += 4 * std::size_t(block.head_size)) {
      const __m512i v0 = _mm512_loadu_si512(values);
      const __m512i v1 = _mm512_loadu_si512(values + 2 * std::size_t(block.head_size));
      for (std::uint32_t r = 0; r < kRows; ++r) {
        dot_words(even[r], broadcast_four(head.powers + r * keys + t), v0);
        dot_words(odd[r], broadcast_four(head.powers + r * keys + t + 2), v1);
      }
    }
    const __m512 scale = _mm512_loadu_ps(head.value_scales + c);
    for (std::uint32_t r = 0; r < kRows; ++r) {
      const __m512 x = _mm512_cvtepi32_ps(_mm512_add_epi32(even[r], odd[r]));
      _mm512_storeu_ps(out[r] + c, _mm512_mul_ps(_mm512_mul_ps(x, scale), _mm512_set1_ps(inverse[r])));
    }
  }
}

}  // namespace

void attention_avx512(const Attention& block) {
  const std::size_t dimensions = std::size_t(block.heads) * block.head_size;
  HeadOperands head = cut_operands(block);
  for (std::uint32_t h = 0; h < block.heads; ++h) {
    const std::uint32_t column = h * block.head_size;
    const float query_scale = quantise_queries(block, column, head);
    head.score_scale = query_scale * quantise_keys(block, column, head);
    quantise_values(block, column, head);
    const std::uint32_t keys = padded(block.tokens);
    const float greatest = greatest_log2(keys);
    for (std::uint32_t q = 0; q < block.query_count; q += kRows) {
      const std::int8_t* query[kRows];
      float* out[kRows];
      for (std::uint32_t r = 0; r < kRows; ++r) {  // A short last group repeats its last row.
        const std::size_t row = q + r < block.query_count ? q + r : block.query_count - 1;
        query[r] = head.queries + row * block.head_size;
        out[r] = block.out + row * dimensions + column;
      }
      std::int32_t peak[kRows];
      score(query, block, head, peak);
      float inverse[kRows];
      for (std::uint32_t r = 0; r < kRows; ++r)
        inverse[r] =
            1 / soften(head.scores + r * keys, keys, head.score_scale, peak[r], greatest, head.powers + r * keys);
      mix(block, head, inverse, out);
    }
  }
}

}  // namespace cairn::encoder

#endif
