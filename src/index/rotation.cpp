#include "index/rotation.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace cairn::index {
namespace {

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// Fast Walsh-Hadamard transform, scaled to be orthogonal.
void hadamard(float* values, std::size_t size) {
  for (std::size_t half = 1; half < size; half *= 2) {
    for (std::size_t start = 0; start < size; start += 2 * half) {
      float* low = values + start;
      float* high = low + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float a = low[i], b = high[i];
        low[i] = a + b;
        high[i] = a - b;
      }
    }
  }
  const float scale = 1.0f / std::sqrt(static_cast<float>(size));
  for (std::size_t i = 0; i < size; ++i) values[i] *= scale;
}

}  // namespace

Rotation::Rotation(std::uint32_t dimensions)
    : size_((dimensions + 63) / 64 * 64), power_(std::bit_floor(size_)), signs_(rounds * size_) {
  std::uint64_t state = dimensions;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < signs_.size(); ++i) {
    if (i % 64 == 0) bits = next_random(state);
    signs_[i] = ((bits >> (i % 64)) & 1) != 0 ? 1.0f : -1.0f;
  }
}

void Rotation::apply(std::span<float> vector) const {
  const float* sign = signs_.data();
  for (int round = 0; round < rounds; ++round, sign += size_) {
    for (std::size_t i = 0; i < size_; ++i) vector[i] *= sign[i];
    hadamard(round % 2 == 0 ? vector.data() : vector.data() + (size_ - power_), power_);
    if (power_ == size_) continue;
    const std::size_t half = size_ / 2;
    for (std::size_t i = 0; i < half; ++i) {
      const float a = vector[i], b = vector[i + half];
      vector[i] = (a + b) * (std::numbers::sqrt2_v<float> / 2);
      vector[i + half] = (a - b) * (std::numbers::sqrt2_v<float> / 2);
    }
  }
}

}  // namespace cairn::index
