#include <algorithm>

#include "encoder/kernels.h"

namespace cairn::encoder {

#if defined(__x86_64__)

Isa best_isa() {
  __builtin_cpu_init();
  if (kAvx512Kernels.linear && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni"))
    return Isa::avx512_vnni;
  if (kAvx2Kernels.linear && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::avx2;
  return Isa::scalar;
}

#else

Isa best_isa() { return Isa::scalar; }

#endif

const Kernels* kernels_for(Isa isa, Isa best) {
  if (isa > best) return nullptr;
  switch (isa) {
    case Isa::scalar: return &kScalarKernels;
    case Isa::avx2: return &kAvx2Kernels;
    case Isa::avx512_vnni: return &kAvx512Kernels;
  }
  return nullptr;
}

std::size_t attention_scratch(std::uint32_t tokens, std::uint32_t head_size) {
  const std::size_t keys = (tokens + 31) / 32 * 32;
  const std::size_t turned_keys_and_scores = keys * (head_size + 4);                  // row_kernels.h
  const std::size_t bytes = keys * (4 * head_size + 8 * 6) + head_size * 4 + 6 * 64;  // attention_avx512.cpp
  return std::max(turned_keys_and_scores, (bytes + 3) / 4);
}

}  // namespace cairn::encoder
