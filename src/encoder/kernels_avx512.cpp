// AVX-512 with VNNI (Ice Lake, Zen 4 and later). Compiled with its own flags; reached only through kernels_for().

#include "encoder/kernels_avx512.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VNNI__)

#include <immintrin.h>

#include "encoder/row_kernels.h"

namespace cairn::encoder {
namespace {

struct Avx512 {
  using Float = __m512;
  static constexpr std::uint32_t width = 16;
  static Float set(float x) { return _mm512_set1_ps(x); }
  static Float load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Float x) { _mm512_storeu_ps(p, x); }
  static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static Float sub(Float a, Float b) { return _mm512_sub_ps(a, b); }
  static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
  static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static Float abs(Float a) { return _mm512_abs_ps(a); }
  static Float round(Float a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static Float scale(Float p, Float n) { return _mm512_scalef_ps(p, n); }
  static float sum(Float a) { return _mm512_reduce_add_ps(a); }
  static float largest(Float a) { return _mm512_reduce_max_ps(a); }
  static void store_bytes(std::uint8_t* p, Float a) {
    const __m512i whole = _mm512_max_epi32(_mm512_cvtps_epi32(a), _mm512_setzero_si512());
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtusepi32_epi8(whole));
  }
};

/// Where the results of one panel go; `Gelu` says whether they pass through the activation.
struct Store {
  float* out;
  std::size_t stride;
  float* row_max;
};

template <bool kGelu>
inline void finish(__m512i low, __m512i high, const Linear& weights, std::uint32_t column, float row_scale,
                   const Store& to, std::size_t row) {
  const __m512 scale = _mm512_set1_ps(row_scale);
  const __m512i sums[2] = {low, high};
  __m512 peak = _mm512_setzero_ps();
  for (std::uint32_t half = 0; half < 2; ++half) {
    const std::uint32_t c = column + half * 16;
    __m512 x = _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums[half]), scale), _mm512_loadu_ps(weights.scale + c));
    x = _mm512_add_ps(x, _mm512_loadu_ps(weights.bias + c));
    if constexpr (kGelu) {
      x = gelu<Avx512>(x);
      peak = _mm512_max_ps(peak, x);
    }
    _mm512_storeu_ps(to.out + row * to.stride + c, x);
  }
  if constexpr (kGelu) {
    const float largest = _mm512_reduce_max_ps(peak);
    if (largest > to.row_max[row]) to.row_max[row] = largest;
  }
}

/// Four bytes, kTimes strides after `base`, in every lane. The address is written out, because left alone g++ 12 keeps
/// one pointer for each row, and those beyond the general registers in vector registers.
template <int kTimes>
[[gnu::always_inline]] inline __m512i broadcast_row(const std::uint8_t* base, std::size_t stride) {
  __m512i x;
  if constexpr (kTimes == 0) asm("vpbroadcastd (%1), %0" : "=v"(x) : "r"(base));
  if constexpr (kTimes == 1) asm("vpbroadcastd (%1,%2), %0" : "=v"(x) : "r"(base), "r"(stride));
  if constexpr (kTimes == 2) asm("vpbroadcastd (%1,%2,2), %0" : "=v"(x) : "r"(base), "r"(stride));
  return x;
}

// Each row's two sums are variables of their own: g++ 12 keeps an array of them in memory.
#define CAIRN_EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)
#define CAIRN_START(r) [[maybe_unused]] __m512i low##r = start_low, high##r = start_high;
#define CAIRN_STEP(r)                                          \
  if constexpr (kRows > r) {                                   \
    const __m512i x = broadcast_row<r % 3>(in[r / 3], stride); \
    dot_bytes(low##r, x, w0);                                  \
    dot_bytes(high##r, x, w1);                                 \
  }
#define CAIRN_FINISH(r) \
  if constexpr (kRows > r) finish<kGelu>(low##r, high##r, weights, column, rows.scales[first + r], to, first + r);

/// What a tile fetches of the next panel while it works: two lines for each four inputs where it is the only tile, one
/// where two share the work, so that memory is busy all the time and never asked for all at once.
struct Prefetch {
  const std::int8_t* from;
  std::ptrdiff_t second, step;
};

/// kRows × 32 results. Eight rows take 16 registers for sums, 2 for weights and 1 for the activations.
template <int kRows, bool kGelu>
[[gnu::noinline]] void tile(QuantisedRows rows, std::size_t first, const Linear& weights, std::uint32_t column,
                            Prefetch prefetch, const Store& to) {
  const std::int8_t* panel = weights.panels + std::size_t(column) * weights.inputs;
  const std::int8_t* const end = panel + std::size_t(kPanelColumns) * weights.inputs;
  const std::size_t stride = weights.inputs;
  const std::uint8_t* in[3];
  for (std::size_t i = 0; i < 3; ++i) in[i] = rows.values + (first + 3 * i) * stride;
  const __m512i start_low = _mm512_loadu_si512(weights.start + column);
  const __m512i start_high = _mm512_loadu_si512(weights.start + column + 16);
  CAIRN_EACH_ROW(CAIRN_START)
  for (; panel != end; panel += 128, in[0] += 4, in[1] += 4, in[2] += 4) {
    const __m512i w0 = _mm512_loadu_si512(panel);
    const __m512i w1 = _mm512_loadu_si512(panel + 64);
    _mm_prefetch(reinterpret_cast<const char*>(prefetch.from), _MM_HINT_T0);
    _mm_prefetch(reinterpret_cast<const char*>(prefetch.from + prefetch.second), _MM_HINT_T0);
    prefetch.from += prefetch.step;
    CAIRN_EACH_ROW(CAIRN_STEP)
  }
  CAIRN_EACH_ROW(CAIRN_FINISH)
}

template <bool kGelu>
void last_rows(QuantisedRows rows, std::size_t first, std::size_t count, const Linear& weights, std::uint32_t column,
               Prefetch prefetch, const Store& to) {
  switch (count) {
    case 1: return tile<1, kGelu>(rows, first, weights, column, prefetch, to);
    case 2: return tile<2, kGelu>(rows, first, weights, column, prefetch, to);
    case 3: return tile<3, kGelu>(rows, first, weights, column, prefetch, to);
    case 4: return tile<4, kGelu>(rows, first, weights, column, prefetch, to);
    case 5: return tile<5, kGelu>(rows, first, weights, column, prefetch, to);
    case 6: return tile<6, kGelu>(rows, first, weights, column, prefetch, to);
    case 7: return tile<7, kGelu>(rows, first, weights, column, prefetch, to);
    default: return;
  }
}

template <bool kGelu>
void multiply(QuantisedRows rows, std::size_t count, const Linear& weights, const Store& to) {
  const std::size_t panel_size = std::size_t(kPanelColumns) * weights.inputs;
  const bool shared = count > 8;
  for (std::uint32_t column = 0; column < weights.outputs; column += kPanelColumns) {
    const std::int8_t* next = weights.panels + (std::size_t(column) / kPanelColumns + 1) * panel_size;
    Prefetch prefetch = shared ? Prefetch{next, 0, 64} : Prefetch{next, 64, 128};
    std::size_t row = 0;
    for (; row + 8 <= count; row += 8) {
      tile<8, kGelu>(rows, row, weights, column, prefetch, to);
      // The second tile fetches the other half; what follows has nothing left to fetch.
      prefetch = shared && row == 0 ? Prefetch{next + panel_size / 2, 0, 64} : Prefetch{next, 0, 0};
    }
    last_rows<kGelu>(rows, row, count - row, weights, column, prefetch, to);
  }
}

void linear(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, std::size_t stride) {
  multiply<false>(rows, count, weights, Store{out, stride, nullptr});
}

void linear_gelu(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, float* row_max) {
  for (std::size_t r = 0; r < count; ++r) row_max[r] = 0;
  multiply<true>(rows, count, weights, Store{out, weights.outputs, row_max});
}

}  // namespace

const Kernels kAvx512Kernels = {linear,           linear_gelu,           add_norm<Avx512>,
                                quantise<Avx512>, quantise_gelu<Avx512>, attention_avx512};

}  // namespace cairn::encoder

#else

namespace cairn::encoder {
const Kernels kAvx512Kernels = {};
}

#endif
