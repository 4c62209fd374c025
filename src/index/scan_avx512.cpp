// Built with AVX-512 F, BW, DQ, VL and VPOPCNTDQ; called only where the processor has them.
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

/// Σ_j 2^j · popcount(signs xor plane_j) of the eight vectors of a block, one a lane.
template <std::size_t words, std::size_t planes>
__m512i distances(const ScanQuery& query, const std::byte* block) {
  const std::size_t word_count = words != 0 ? words : query.words;
  const std::size_t plane_count = planes != 0 ? planes : query.plane_count;
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t j = plane_count; j-- > 0;) {
    const std::uint64_t* plane = query.planes + j * word_count;
    sum = _mm512_slli_epi64(sum, 1);
    for (std::size_t w = 0; w < word_count; ++w) {
      const __m512i signs = _mm512_loadu_si512(block + w * 64);
      const __m512i mask = _mm512_set1_epi64(static_cast<long long>(plane[w]));
      sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_xor_si512(signs, mask)));
    }
  }
  return sum;
}

/// The scan waits for memory, not for the processor, and what the processor fetches ahead by itself ends with each
/// page. Fetching beyond the last block is harmless: a prefetch never faults.
constexpr std::size_t ahead_blocks = 12;

template <std::size_t words, std::size_t planes>
std::size_t scan_blocks(const ScanQuery& query, const ScanTarget& target, std::size_t first, std::size_t last,
                        float threshold, Estimate* out) {
  const std::size_t word_count = words != 0 ? words : query.words;
  const __m256 most = _mm256_set1_ps(static_cast<float>(((1u << query.plane_count) - 1) * word_count * 64));
  const __m256 two = _mm256_set1_ps(2.0f), scale = _mm256_set1_ps(query.plane_scale);
  const __m256 least = _mm256_set1_ps(threshold), offset = _mm256_set1_ps(query.offset);
  const __m512i lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
  std::size_t found = 0;
  for (std::size_t block = first; block < last; ++block) {
    const std::byte* codes = target.codes + block * word_count * 64;
    const std::byte* factors = target.factors + block * factor_block_bytes;
    for (std::size_t w = 0; w < word_count; ++w)
      _mm_prefetch(codes + (ahead_blocks * word_count + w) * 64, _MM_HINT_T0);
    const __m256 d = _mm512_cvtepi64_ps(distances<words, planes>(query, codes));
    // Both steps are exact: the numbers are integers below 2^24.
    const __m256 agreement = _mm256_sub_ps(most, _mm256_mul_ps(two, d));
    const __m256 product = _mm256_mul_ps(load_halves(factors), _mm256_mul_ps(scale, agreement));
    const __m256 score = _mm256_add_ps(_mm256_add_ps(offset, load_halves(factors + factor_block_bytes / 2)), product);
    const auto hits = static_cast<__mmask8>(_mm256_cmp_ps_mask(score, least, _CMP_GE_OQ) & target.live[block]);
    if (hits == 0) [[likely]]
      continue;
    // An Estimate is a vector's number below its score: one 64-bit lane.
    const __m512i numbers = _mm512_add_epi64(lanes, _mm512_set1_epi64(static_cast<long long>(block * 8)));
    const __m512i scores = _mm512_slli_epi64(_mm512_cvtepu32_epi64(_mm256_castps_si256(score)), 32);
    _mm512_storeu_si512(out + found, _mm512_maskz_compress_epi64(hits, _mm512_or_si512(numbers, scores)));
    found += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(hits)));
  }
  return found;
}

template <std::size_t words>
std::size_t scan_words(const ScanQuery& query, const ScanTarget& target, std::size_t first, std::size_t last,
                       float threshold, Estimate* out) {
  switch (query.plane_count) {
    case 2: return scan_blocks<words, 2>(query, target, first, last, threshold, out);
    case 3: return scan_blocks<words, 3>(query, target, first, last, threshold, out);
    case 4: return scan_blocks<words, 4>(query, target, first, last, threshold, out);
    default: return scan_blocks<words, 0>(query, target, first, last, threshold, out);
  }
}

std::size_t scan(const ScanQuery& query, const ScanTarget& target, std::size_t first, std::size_t last, float threshold,
                 Estimate* out) {
  switch (query.words) {
    case 6: return scan_words<6>(query, target, first, last, threshold, out);
    case 8: return scan_words<8>(query, target, first, last, threshold, out);
    case 12: return scan_words<12>(query, target, first, last, threshold, out);
    default: return scan_words<0>(query, target, first, last, threshold, out);
  }
}

std::int64_t fine_dot(const std::int16_t* query, const std::byte* fine, std::size_t size) {
  const __m512i flip = _mm512_set1_epi8(static_cast<char>(0x80));
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t i = 0; i < size; i += 64) {
    // fine − 128 as a signed byte.
    const __m512i codes = _mm512_xor_si512(_mm512_loadu_si512(fine + i), flip);
    const __m512i low = _mm512_cvtepi8_epi16(_mm512_castsi512_si256(codes));
    const __m512i high = _mm512_cvtepi8_epi16(_mm512_extracti64x4_epi64(codes, 1));
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(low, _mm512_loadu_si512(query + i)));
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(high, _mm512_loadu_si512(query + i + 32)));
  }
  return _mm512_reduce_add_epi32(sum);
}

}  // namespace

const ScanKernel avx512_kernel{scan, fine_dot, "avx512"};

}  // namespace cairn::index
