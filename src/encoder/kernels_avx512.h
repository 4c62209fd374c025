#pragma once

#include "encoder/kernels.h"

namespace cairn::encoder {

/// Attention in 8-bit integers.
void attention_avx512(const Attention& block);

}  // namespace cairn::encoder
