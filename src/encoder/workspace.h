#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels.h"
#include "encoder/packed_model.h"

namespace cairn::encoder {

/// Memory that only grows, aligned for vectors.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  ~AlignedBuffer();
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;

  std::byte* reserve(std::size_t bytes);

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Rows that pass through the feed-forward part together, so that they stay in the second-level cache.
inline constexpr std::size_t kBlockRows = 64;

/// What one group of sequences needs, cut from one buffer.
struct Scratch {
  float* hidden;         ///< [tokens][dimensions]
  float* qkv;            ///< [tokens][3 × dimensions]
  float* context;        ///< [tokens][dimensions]: what attention found
  float* first_queries;  ///< [sequences][dimensions], last layer
  float* block;          ///< [kBlockRows][dimensions]
  float* inner;          ///< [kBlockRows][feed_forward]
  float* inner_max;      ///< [kBlockRows]
  float* attention;
  QuantisedRows rows;        ///< [tokens][dimensions]
  QuantisedRows inner_rows;  ///< [kBlockRows][feed_forward]
};

Scratch cut_scratch(AlignedBuffer& buffer, const Shape& shape, std::size_t tokens, std::size_t sequences,
                    std::uint32_t longest);

struct Workspace::State {
  AlignedBuffer buffer;
};

}  // namespace cairn::encoder
