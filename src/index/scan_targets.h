#pragma once

#include "index/scan.h"

namespace cairn::index {

extern const ScanKernel scalar_kernel;
#if defined(__x86_64__)
extern const ScanKernel avx2_kernel;
extern const ScanKernel avx512_kernel;
#endif

}  // namespace cairn::index
