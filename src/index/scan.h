#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

// The inner loops over codes. Every instruction set gives the same integers and the same floats.
namespace cairn::index {

/// One query's scan over sign codes. For each vector: estimate = (offset + along_centre) + sign_scale · (plane_scale ·
/// (K − 2 d)), d = Σ_j 2^j · popcount(signs xor plane_j), K = Σ_j 2^j · code bits.
struct ScanQuery {
  const std::uint64_t* planes = nullptr;
  std::size_t plane_count = 0;
  std::size_t words = 0;
  float plane_scale = 0;
  float offset = 0;
};

/// The codes of one segment, in blocks of eight (code_blocks.h).
struct ScanTarget {
  const std::byte* codes = nullptr;    ///< Blocks.
  const std::byte* factors = nullptr;  ///< FactorBlocks (code_blocks.h).
  const std::uint8_t* live = nullptr;  ///< One bit a vector, eight a byte: which may be found.
};

/// A vector whose estimate reached the threshold.
struct Estimate {
  std::uint32_t vector = 0;
  float score = 0;
};

struct ScanKernel {
  /// Appends the live vectors of blocks [first, last) with estimate >= threshold to `out`, which has room for eight a
  /// block, in order; returns how many.
  std::size_t (*scan)(const ScanQuery& query, const ScanTarget& target, std::size_t first, std::size_t last,
                      float threshold, Estimate* out);

  /// Σ query[i] · (fine[i] − 128). `size` is a multiple of 64.
  std::int64_t (*fine_dot)(const std::int16_t* query, const std::byte* fine, std::size_t size);

  const char* name = "";
};

/// The kernels that this processor can run, slowest first.
std::vector<const ScanKernel*> available_kernels();

/// The fastest of them.
const ScanKernel& best_kernel();

}  // namespace cairn::index
