// Built with AVX2; called only where the processor has it.
#include <immintrin.h>

#include <bit>

#include "index/code_blocks.h"
#include "index/scan_targets.h"

namespace cairn::index {
namespace {

/// Eight halves as floats.
__m256 load_halves(const std::byte* at) {
  const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}

/// Bits of each byte (Muła, Kurz & Lemire, "Faster population counts using AVX2 instructions", 2018).
__m256i popcount_bytes(__m256i bits) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i nibble = _mm256_set1_epi8(15);
  const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(bits, nibble));
  const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bits, 4), nibble));
  return _mm256_add_epi8(low, high);
}

/// Σ_j 2^j · popcount(signs xor plane_j) of four vectors of a block, one a lane. `half` is the first of the four.
__m256i distances(const ScanQuery& query, const std::byte* half) {
  constexpr std::size_t words_per_byte_sum = 31;  // 31 · 8 still fits into a byte.
  __m256i sum = _mm256_setzero_si256();
  for (std::size_t j = query.plane_count; j-- > 0;) {
    sum = _mm256_slli_epi64(sum, 1);
    const std::uint64_t* plane = query.planes + j * query.words;
    for (std::size_t start = 0; start < query.words; start += words_per_byte_sum) {
      const std::size_t end = std::min(query.words, start + words_per_byte_sum);
      __m256i bytes = _mm256_setzero_si256();
      for (std::size_t w = start; w < end; ++w) {
        const __m256i signs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(half + w * 64));
        const __m256i mask = _mm256_set1_epi64x(static_cast<long long>(plane[w]));
        bytes = _mm256_add_epi8(bytes, popcount_bytes(_mm256_xor_si256(signs, mask)));
      }
      sum = _mm256_add_epi64(sum, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
    }
  }
  return sum;
}

/// Eight small integers in 64-bit lanes as floats.
__m256 to_floats(__m256i low, __m256i high) {
  const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
  const __m128i a = _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(low, even));
  const __m128i b = _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(high, even));
  return _mm256_cvtepi32_ps(_mm256_set_m128i(b, a));
}

std::size_t scan(const ScanQuery& query, const ScanTarget& target, std::size_t first, std::size_t last, float threshold,
                 Estimate* out) {
  const __m256 most = _mm256_set1_ps(static_cast<float>(((1u << query.plane_count) - 1) * query.words * 64));
  const __m256 two = _mm256_set1_ps(2.0f), scale = _mm256_set1_ps(query.plane_scale);
  const __m256 least = _mm256_set1_ps(threshold), offset = _mm256_set1_ps(query.offset);
  std::size_t found = 0;
  for (std::size_t block = first; block < last; ++block) {
    if (target.live[block] == 0) continue;
    const std::byte* codes = target.codes + block * query.words * 64;
    const std::byte* factors = target.factors + block * factor_block_bytes;
    const __m256 d = to_floats(distances(query, codes), distances(query, codes + 32));
    // Both steps are exact: the numbers are integers below 2^24.
    const __m256 agreement = _mm256_sub_ps(most, _mm256_mul_ps(two, d));
    const __m256 product = _mm256_mul_ps(load_halves(factors), _mm256_mul_ps(scale, agreement));
    const __m256 score = _mm256_add_ps(_mm256_add_ps(offset, load_halves(factors + factor_block_bytes / 2)), product);
    auto hits = static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(score, least, _CMP_GE_OQ))) & target.live[block];
    if (hits == 0) continue;
    alignas(32) float scores[8];
    _mm256_store_ps(scores, score);
    for (; hits != 0; hits &= hits - 1) {
      const auto lane = static_cast<std::size_t>(std::countr_zero(hits));
      out[found++] = {static_cast<std::uint32_t>(block * 8 + lane), scores[lane]};
    }
  }
  return found;
}

std::int64_t fine_dot(const std::int16_t* query, const std::byte* fine, std::size_t size) {
  const __m128i flip = _mm_set1_epi8(static_cast<char>(0x80));
  __m256i sum = _mm256_setzero_si256();
  for (std::size_t i = 0; i < size; i += 16) {
    // fine − 128 as a signed byte.
    const __m128i codes = _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(fine + i)), flip);
    const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query + i));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_cvtepi8_epi16(codes), values));
  }
  alignas(32) std::int32_t lanes[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), sum);
  std::int64_t total = 0;
  for (const std::int32_t lane : lanes) total += lane;
  return total;
}

}  // namespace

const ScanKernel avx2_kernel{scan, fine_dot, "avx2"};

}  // namespace cairn::index
