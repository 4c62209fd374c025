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

const Kernels* kernels_for(Isa isa) {
  if (isa > best_isa()) return nullptr;
  switch (isa) {
    case Isa::scalar: return &kScalarKernels;
    case Isa::avx2: return &kAvx2Kernels;
    case Isa::avx512_vnni: return &kAvx512Kernels;
  }
  return nullptr;
}

std::size_t attention_scratch(std::uint32_t tokens, std::uint32_t head_size) {
  const std::size_t padded = (tokens + 15) / 16 * 16;
  return (head_size + 4) * padded;
}

}  // namespace cairn::encoder
