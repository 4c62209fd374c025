#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/encoder.h"

namespace cairn::encoder {

/// Columns of a weight panel: two AVX-512 registers of 32-bit sums.
inline constexpr std::uint32_t kPanelColumns = 32;

/// GELU is never below -0.16997; activations after it are quantised as (x + 0.17), which is never negative.
inline constexpr float kGeluShift = 0.17f;

/// An int8 weight matrix in panel order: [outputs / 32][inputs / 4][32][4]. The value of column c for a quantised row
/// is (start[c] + Σ row[k] · weight[k][c]) · row scale · scale[c] + bias[c].
struct Linear {
  const std::int8_t* panels = nullptr;
  const std::int32_t* start = nullptr;  ///< Takes the activations' zero point (128 or 0) off the integer sum.
  const float* scale = nullptr;
  const float* bias = nullptr;
  std::uint32_t inputs = 0, outputs = 0;
};

/// Rows of unsigned 8-bit activations, each with its own scale.
struct QuantisedRows {
  std::uint8_t* values = nullptr;
  float* scales = nullptr;
};

/// Operands of one attention block: one sequence, all heads. Queries are in units of log2, so softmax is a power of 2.
struct Attention {
  const float* qkv = nullptr;  ///< [tokens][3 × dimensions]: queries, keys, values
  std::uint32_t tokens = 0;    ///< Length of the sequence.
  const float* queries = nullptr;
  std::uint32_t query_stride = 0;
  std::uint32_t query_count = 0;
  std::uint32_t heads = 0, head_size = 0;
  float* out = nullptr;      ///< [query_count][dimensions]
  float* scratch = nullptr;  ///< attention_scratch() floats, 64-byte aligned.
};

std::size_t attention_scratch(std::uint32_t tokens, std::uint32_t head_size);

/// One instruction set's version of everything that takes time. All of them compute the same; `linear` bit by bit.
struct Kernels {
  /// out[r · stride + c] for all columns of `weights`.
  void (*linear)(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, std::size_t stride);
  /// The same followed by GELU; row_max[r] is the largest result of the row.
  void (*linear_gelu)(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, float* row_max);
  /// hidden = LayerNorm(hidden + addend) row by row.
  void (*add_norm)(float* hidden, const float* addend, std::size_t count, std::uint32_t width, const float* gamma,
                   const float* beta, float epsilon);
  /// out = round(in · multiplier / scale) + 128, with scale = max|in · multiplier| / 127. `multiplier` may be null.
  void (*quantise)(const float* in, std::size_t count, std::uint32_t width, const float* multiplier, QuantisedRows out);
  /// out = round((in + kGeluShift) / scale), with scale = (row_max + kGeluShift) / 255.
  void (*quantise_gelu)(const float* in, std::size_t count, std::uint32_t width, const float* row_max,
                        QuantisedRows out);
  void (*attention)(const Attention& block);
};

/// The activation, as the scalar kernels compute it.
float scalar_gelu(float x);

/// The kernels of `isa`, or null where a processor whose best one is `best` cannot run them.
const Kernels* kernels_for(Isa isa, Isa best);

extern const Kernels kScalarKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;

}  // namespace cairn::encoder
