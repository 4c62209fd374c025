#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "encoder/encoder.h"
#include "encoder/kernels.h"

// The packed file, described for people in docs/reference/model-format.md.

namespace cairn::encoder {

inline constexpr std::string_view kPackedMagic = "CAIRNENC";
inline constexpr std::uint32_t kPackedVersion = 1;
inline constexpr std::size_t kPackedHeaderSize = 128;

/// Sizes of a BERT encoder; they alone decide where every tensor lies.
struct Shape {
  std::uint32_t layers = 0, dimensions = 0, heads = 0, feed_forward = 0, vocabulary = 0, positions = 0;
  float epsilon = 1e-12f;
};

/// Why this shape cannot be encoded, or success.
Result<void> check_shape(const Shape& shape);

/// Byte offsets of a matrix and of what belongs to it, from the start of the file.
struct LinearPlace {
  std::uint32_t inputs = 0, outputs = 0;
  std::uint64_t panels = 0, start = 0, scale = 0, bias = 0;
};
struct NormPlace {
  std::uint64_t gamma = 0, beta = 0;
};
struct LayerPlace {
  LinearPlace qkv, output, up, down;
  std::uint64_t qkv_input = 0, up_input = 0;  ///< Multipliers of the activations before they are quantised.
  NormPlace attention_norm, output_norm;
};
struct Places {
  std::uint64_t words = 0, word_scales = 0, positions = 0, end = 0;
  NormPlace norm;
  std::vector<LayerPlace> layers;
};

/// Where each tensor lies when the first one starts at `offset`; each starts at a multiple of 64.
Places place_tensors(const Shape& shape, std::uint64_t offset);

/// The header's fields, little-endian in the file, in this order.
struct PackedHeader {
  std::uint32_t version = kPackedVersion;
  std::uint64_t file_size = 0;
  std::uint64_t checksum = 0;
  Shape shape;
  std::uint64_t info_offset = 0, info_size = 0;  ///< JSON
  std::uint64_t tokenizer_offset = 0, tokenizer_size = 0;
  std::uint64_t tensors_offset = 0;
};

void write_header(const PackedHeader& header, std::byte* to);

/// XXH3 (64 bits) of everything but the checksum field itself.
std::uint64_t packed_checksum(Bytes file);

struct Norm {
  const float* gamma = nullptr;
  const float* beta = nullptr;
};
struct Layer {
  Linear qkv, output, up, down;
  const float* qkv_input = nullptr;
  const float* up_input = nullptr;
  Norm attention_norm, output_norm;
};

/// Views into a packed file.
struct PackedModel {
  ModelInfo info;
  Shape shape;
  std::string_view tokenizer;
  const std::int8_t* words = nullptr;  ///< [vocabulary][dimensions]
  const float* word_scales = nullptr;  ///< [vocabulary]
  const float* positions = nullptr;    ///< [positions][dimensions]; the first token type is added in.
  Norm norm;
  std::vector<Layer> layers;
};

/// Errors: `corrupt` (not a packed model, truncated, checksum), `unsupported` (version, shape).
Result<PackedModel> read_packed(Bytes file);

}  // namespace cairn::encoder
