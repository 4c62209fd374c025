#pragma once

#if defined(__AVX512VNNI__)
#include <immintrin.h>
#endif

#include "encoder/kernels.h"

namespace cairn::encoder {

#if defined(__AVX512VNNI__)

/// sum += four products of unsigned with signed bytes in each lane. Written out, because for the intrinsic g++ 12
/// copies every sum to another register and back in each step of a loop, which costs a third of the speed.
[[gnu::always_inline]] inline void dot_bytes(__m512i& sum, __m512i unsigned_bytes, __m512i signed_bytes) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(unsigned_bytes), "v"(signed_bytes));
}

/// sum += two products of signed 16-bit numbers in each lane.
[[gnu::always_inline]] inline void dot_words(__m512i& sum, __m512i a, __m512i b) {
  asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
}

[[gnu::always_inline]] inline __m512i broadcast_four(const void* bytes) {
  std::int32_t four;
  __builtin_memcpy(&four, bytes, 4);
  return _mm512_set1_epi32(four);
}

#endif

/// Attention in 8-bit integers.
void attention_avx512(const Attention& block);

}  // namespace cairn::encoder
