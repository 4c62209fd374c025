#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace cairn::encoder {

/// The parts of an ONNX model (onnx.proto) that matter here, as views into the file.
struct OnnxTensor {
  static constexpr std::uint64_t kFloat = 1, kInt64 = 7;

  std::string_view name;
  std::vector<std::uint64_t> dims;
  std::uint64_t type = 0;
  Bytes data;
  std::vector<std::int64_t> integers;  ///< When an int64 tensor is not stored raw.
  bool external = false;               ///< Its bytes are in another file.
};

struct OnnxNode {
  std::string_view operation;
  std::vector<std::string_view> inputs, outputs;
  std::optional<OnnxTensor> value;  ///< Of a Constant.
  bool transposes_b = false;        ///< Of a Gemm.
};

struct OnnxGraph {
  std::vector<OnnxNode> nodes;
  std::map<std::string_view, OnnxTensor> initialisers;
};

/// Errors: `corrupt` when it is not an ONNX model or is cut off.
Result<OnnxGraph> read_onnx(Bytes file);

}  // namespace cairn::encoder
