#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cairn::index {

/// A fixed pseudo-random orthogonal transform of vectors with a given number of dimensions, padded with zeros to a
/// multiple of 64. It spreads what a vector says evenly over its coordinates, which is what makes their signs a good
/// code (RaBitQ, Gao & Long, SIGMOD 2024). Seeded by the number of dimensions alone, never trained: four rounds of
/// random signs, a Hadamard transform of the first or last power of two, and one butterfly between the halves. The same
/// input gives the same bits on every machine.
class Rotation {
 public:
  explicit Rotation(std::uint32_t dimensions);

  std::size_t size() const { return size_; }

  /// `vector` has size() coordinates.
  void apply(std::span<float> vector) const;

 private:
  static constexpr int rounds = 4;

  std::size_t size_;
  std::size_t power_;  ///< The largest power of two that is not above size_.
  std::vector<float> signs_;
};

}  // namespace cairn::index
