#include "index/vector_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cairn::index {
namespace {

/// Sums that are wide enough for the compiler to vectorise and always in the same order.
template <class Term>
float sum_of(std::size_t size, Term term) {
  std::array<float, 16> lanes{};
  for (std::size_t i = 0; i < size; i += lanes.size())
    for (std::size_t k = 0; k < lanes.size(); ++k) lanes[k] += term(i + k);
  float sum = 0;
  for (const float lane : lanes) sum += lane;
  return sum;
}

float dot(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

float largest_magnitude(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::fabs(value));
  return largest;
}

/// Steps of the uniform quantisers of 2, 4, 8 and 16 levels with the least error for a normal distribution of variance
/// 1 (J. Max, "Quantizing for minimum distortion", 1960, table II).
constexpr std::array<float, 4> best_steps = {1.5958f, 0.9957f, 0.5860f, 0.3352f};

/// Cuts q to 2^bits levels, the odd multiples of half a step, and spreads the bits of each level over planes.
void make_planes(std::span<const float> q, std::uint32_t bits, QueryCode& code) {
  const std::size_t words = q.size() / 64;
  code.bits = std::clamp<std::uint32_t>(bits, 1, best_steps.size());
  code.planes.assign(code.bits * words, 0);
  const float square = sum_of(q.size(), [&](std::size_t i) { return q[i] * q[i]; });
  const float step = std::sqrt(square / static_cast<float>(q.size())) * best_steps[code.bits - 1];
  const auto levels = static_cast<float>(1u << code.bits);
  float along = 0, levels_square = 0;  // <q, its levels>, ‖its levels‖²
  for (std::size_t i = 0; i < q.size(); ++i) {
    const float level = step > 0 ? std::floor(q[i] / step) + levels / 2 : 0;
    const auto chosen = static_cast<std::uint64_t>(std::clamp(level, 0.0f, levels - 1));
    for (std::size_t j = 0; j < code.bits; ++j) code.planes[j * words + i / 64] |= ((chosen >> j) & 1) << (i % 64);
    const float odd = 2 * static_cast<float>(chosen) + 1 - levels;
    along += q[i] * odd;
    levels_square += odd * odd;
  }
  // Not half a step: quantising shortens q, and this makes up for it.
  code.plane_scale = along > 0 ? square / along : 0;
  const float quantised = code.plane_scale * code.plane_scale * levels_square;
  code.quantising_error = square > 0 ? std::max(0.0f, quantised / square - 1) : 0;
}

/// 16-bit steps, but no more than lets Σ |fine| · 128 stay inside 31 bits, whatever the number of dimensions.
void make_fine(std::span<const float> q, QueryCode& code) {
  const float absolute = sum_of(q.size(), [&](std::size_t i) { return std::fabs(q[i]); });
  constexpr float largest_sum = 16.0e6f;
  code.fine_scale = std::max(largest_magnitude(q) / 32767.0f, absolute / largest_sum);
  code.fine.resize(q.size());
  for (std::size_t i = 0; i < q.size(); ++i) {
    const float value = code.fine_scale > 0 ? std::nearbyint(q[i] / code.fine_scale) : 0;
    code.fine[i] = static_cast<std::int16_t>(std::clamp(value, -32767.0f, 32767.0f));
    code.fine_sum += code.fine[i];
  }
}

}  // namespace

VectorCodec::VectorCodec(const VectorSpace& space) : rotation_(space.dimensions), centre_(space.centre) {
  centre_.resize(space.dimensions);
}

std::vector<float> VectorCodec::rotated(std::span<const float> vector) const {
  std::vector<float> r(rotation_.size());
  for (std::size_t i = 0; i < vector.size(); ++i) r[i] = vector[i] - centre_[i];
  rotation_.apply(r);
  return r;
}

VectorCode VectorCodec::encode(std::span<const float> vector) const {
  const std::vector<float> r = rotated(vector);
  VectorCode code;
  code.along_centre = dot(centre_, vector) - dot(centre_, centre_);
  code.signs.assign(words(), 0);
  for (std::size_t i = 0; i < r.size(); ++i) code.signs[i / 64] |= std::uint64_t{r[i] >= 0} << (i % 64);

  const float square = sum_of(r.size(), [&](std::size_t i) { return r[i] * r[i]; });
  const float absolute = sum_of(r.size(), [&](std::size_t i) { return std::fabs(r[i]); });
  code.sign_scale = absolute > 0 ? square / absolute : 0;

  code.fine.resize(r.size());
  // Among 384 normal values the largest is near 3.1 standard deviations, where an 8-bit quantiser should not clip yet.
  const float largest = largest_magnitude(r);
  const float inverse = largest > 0 ? 127.5f / largest : 0;
  for (std::size_t i = 0; i < r.size(); ++i)
    code.fine[i] = static_cast<std::uint8_t>(std::clamp(std::floor(r[i] * inverse) + 128.0f, 0.0f, 255.0f));
  const float along =
      sum_of(r.size(), [&](std::size_t i) { return r[i] * (static_cast<float>(code.fine[i]) - 127.5f); });
  code.fine_scale = along > 0 ? square / along : 0;
  return code;
}

/// ‖q‖‖r‖ √((π/2 − 1 + π/2 ε) / D): RaBitQ, theorem 3.2, for a code that agrees with r as well as is expected, and ε
/// for the quantised query. A unit vector lies √(1 − ‖c‖²) from the centre of its model, give or take a little.
float VectorCodec::estimate_error(std::span<const float> q, float quantising_error) const {
  constexpr float half_pi = std::numbers::pi_v<float> / 2;
  const float distance = std::sqrt(std::max(0.1f, 1.0f - dot(centre_, centre_)));
  const float length = std::sqrt(sum_of(q.size(), [&](std::size_t i) { return q[i] * q[i]; }));
  const float variance = half_pi - 1 + half_pi * quantising_error;
  return length * distance * std::sqrt(variance / static_cast<float>(q.size()));
}

QueryCode VectorCodec::encode_query(std::span<const float> query, std::uint32_t bits) const {
  const std::vector<float> q = rotated(query);
  QueryCode code;
  code.along_centre = dot(query, centre_);
  make_planes(q, bits, code);
  code.estimate_error = q.empty() ? 0 : estimate_error(q, code.quantising_error);
  make_fine(q, code);
  return code;
}

}  // namespace cairn::index
