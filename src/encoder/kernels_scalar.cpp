// The reference: portable C++. It defines the exact integer results that the other instruction sets must reproduce.

#include "encoder/kernels.h"
#include "encoder/row_kernels.h"

namespace cairn::encoder {
namespace {

struct Scalar {
  using Float = float;
  static constexpr std::uint32_t width = 1;
  static Float set(float x) { return x; }
  static Float load(const float* p) { return *p; }
  static void store(float* p, Float x) { *p = x; }
  static Float add(Float a, Float b) { return a + b; }
  static Float sub(Float a, Float b) { return a - b; }
  static Float mul(Float a, Float b) { return a * b; }
  static Float fma(Float a, Float b, Float c) { return a * b + c; }
  static Float min(Float a, Float b) { return a < b ? a : b; }
  static Float max(Float a, Float b) { return a > b ? a : b; }
  static Float abs(Float a) { return a < 0 ? -a : a; }
  static Float round(Float a) { return __builtin_rintf(a); }
  static Float scale(Float p, Float n) { return __builtin_ldexpf(p, n < 127 ? static_cast<int>(n) : 127); }
  static float sum(Float a) { return a; }
  static float largest(Float a) { return a; }
  static void store_bytes(std::uint8_t* p, Float a) {
    const float r = __builtin_rintf(a);  // Not a number, from a hostile model, becomes 0.
    *p = static_cast<std::uint8_t>(!(r > 0) ? 0 : r > 255 ? 255 : r);
  }
};

/// Wraps like the instructions that it stands for, which only a hostile model can bring about.
std::int32_t dot(const std::uint8_t* row, const Linear& weights, std::uint32_t column) {
  const std::int8_t* panel = weights.panels + std::size_t(column / kPanelColumns) * kPanelColumns * weights.inputs;
  auto sum = static_cast<std::uint32_t>(weights.start[column]);
  for (std::uint32_t k = 0; k < weights.inputs; ++k) {
    const std::size_t at = (std::size_t(k / 4) * kPanelColumns + column % kPanelColumns) * 4 + k % 4;
    sum += static_cast<std::uint32_t>(row[k] * panel[at]);
  }
  return static_cast<std::int32_t>(sum);
}

void linear(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, std::size_t stride) {
  for (std::size_t r = 0; r < count; ++r)
    for (std::uint32_t c = 0; c < weights.outputs; ++c) {
      const auto sum = static_cast<float>(dot(rows.values + r * weights.inputs, weights, c));
      out[r * stride + c] = sum * rows.scales[r] * weights.scale[c] + weights.bias[c];
    }
}

void linear_gelu(QuantisedRows rows, std::size_t count, const Linear& weights, float* out, float* row_max) {
  linear(rows, count, weights, out, weights.outputs);
  for (std::size_t r = 0; r < count; ++r, out += weights.outputs) {
    float peak = 0;
    for (std::uint32_t c = 0; c < weights.outputs; ++c) {
      out[c] = gelu<Scalar>(out[c]);
      peak = Scalar::max(peak, out[c]);
    }
    row_max[r] = peak;
  }
}

}  // namespace

float scalar_gelu(float x) { return gelu<Scalar>(x); }

const Kernels kScalarKernels = {linear,           linear_gelu,           add_norm<Scalar>,
                                quantise<Scalar>, quantise_gelu<Scalar>, attention<Scalar>};

}  // namespace cairn::encoder
