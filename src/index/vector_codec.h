#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "index/format.h"
#include "index/rotation.h"
#include "index/types.h"

namespace cairn::index {

/// What a segment keeps of one vector x, with r = R(x − c): c the centre of the model, R its rotation.
struct VectorCode {
  std::vector<std::uint64_t> signs;  ///< One bit a coordinate of r: 1 where it is not negative.
  float sign_scale = 0;              ///< ‖r‖² / ‖r‖₁: <q, r> ≈ sign_scale · <q, sign(r)>, the unbiased RaBitQ estimate.
  float along_centre = 0;            ///< <c, x − c>, exact.
  std::vector<std::uint8_t> fine;    ///< r ≈ fine_scale · (fine − 127.5); the top bit equals the sign bit.
  float fine_scale = 0;
};

/// A query in the same space, with q = R(query − c). For every x: <query, x> = <query, c> + <c, x − c> + <q, r>.
struct QueryCode {
  std::uint32_t bits = 0;             ///< Of one coordinate in the scan.
  std::vector<std::uint64_t> planes;  ///< `bits` planes of signs.size() words; plane j weighs 2^j.
  float plane_scale = 0;              ///< q ≈ plane_scale · Σ_j 2^j · (±1)_j.
  std::vector<std::int16_t> fine;     ///< q ≈ fine_scale · fine, for re-ranking.
  float fine_scale = 0;
  std::int64_t fine_sum = 0;   ///< Sum of `fine`.
  float along_centre = 0;      ///< <query, c>.
  float quantising_error = 0;  ///< ‖q − quantised q‖² / ‖q‖²
  float estimate_error = 0;    ///< Standard error of an estimate by the scan, for a typical unit vector.
};

/// Turns vectors of one space into codes. Immutable; any number of threads.
class VectorCodec {
 public:
  explicit VectorCodec(const VectorSpace& space);

  std::size_t code_bits() const { return rotation_.size(); }
  std::size_t words() const { return rotation_.size() / 64; }

  VectorCode encode(std::span<const float> vector) const;
  QueryCode encode_query(std::span<const float> query, std::uint32_t bits) const;

 private:
  /// R(vector − centre).
  std::vector<float> rotated(std::span<const float> vector) const;

  float estimate_error(std::span<const float> q, float quantising_error) const;

  Rotation rotation_;
  std::vector<float> centre_;
};

/// The exact score of a chunk: <query, x> with r replaced by its fine code. Integer in the middle, so that every
/// machine gives the same bits. `dot` = Σ query.fine · (fine − 128).
inline float fine_score(const QueryCode& query, std::int64_t dot, const FineFactors& factors) {
  const float product = static_cast<float>(2 * dot + query.fine_sum) * 0.5f;
  return (query.along_centre + factors.along_centre) + (query.fine_scale * factors.scale) * product;
}

}  // namespace cairn::index
