#pragma once

#include <string>

#include "encoder/tiny_bert.h"

namespace cairn::encoder {

/// How an exporter writes the matrices of a model.
enum class OnnxStyle {
  anonymous,   ///< MatMul with a turned, nameless initialiser, then Add of the named bias (PyTorch).
  transposed,  ///< MatMul over a Transpose of the named weight.
  gemm,        ///< Gemm with transB = 1.
};

/// A graph with all of the model's tensors, the products around them and the Reshape that shows the heads. It is
/// complete enough to be imported, not to be run.
std::string write_onnx(const TinyBert& bert, OnnxStyle style);

/// Parts for other tests.
std::string protobuf_varint(std::uint64_t value);
std::string protobuf_field(std::uint32_t number, std::string_view bytes);
std::string protobuf_field(std::uint32_t number, std::uint64_t value);

}  // namespace cairn::encoder
