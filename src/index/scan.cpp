#include "index/scan.h"

namespace cairn::index {

std::vector<const ScanKernel*> available_kernels() { return {&scalar_kernel}; }

const ScanKernel& best_kernel() {
  static const ScanKernel& best = *available_kernels().back();
  return best;
}

}  // namespace cairn::index
