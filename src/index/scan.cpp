#include "index/scan.h"

#include "index/scan_targets.h"

namespace cairn::index {

std::vector<const ScanKernel*> available_kernels() {
  std::vector<const ScanKernel*> kernels{&scalar_kernel};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) kernels.push_back(&avx2_kernel);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq"))
    kernels.push_back(&avx512_kernel);
#endif
  return kernels;
}

const ScanKernel& best_kernel() {
  static const ScanKernel& best = *available_kernels().back();
  return best;
}

}  // namespace cairn::index
