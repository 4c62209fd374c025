#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace cairn::encoder {

/// A tensor somewhere in the published file; `data` may be unaligned.
struct SourceTensor {
  Bytes data;
  std::vector<std::uint64_t> dims;
  bool is_f32 = false;
  bool input_major = false;  ///< A matrix stored as [inputs][outputs]; PyTorch stores [outputs][inputs].
};

/// The tensors of a BERT encoder by their usual names without any prefix: "embeddings.word_embeddings.weight",
/// "encoder.layer.0.attention.self.query.weight", …
struct BertTensors {
  std::map<std::string, SourceTensor, std::less<>> by_name;
  std::optional<std::uint32_t> heads;  ///< When the file says so.
  bool has_gelu = true;                ///< False when the graph shows another activation.
};

/// "bert.encoder.layer.0.…" → "encoder.layer.0.…"; empty when it is not the name of an encoder's tensor.
std::string usual_name(std::string_view name);

/// Errors: `corrupt`, `unsupported`.
Result<BertTensors> read_safetensors(Bytes file);
Result<BertTensors> read_onnx_bert(Bytes file);

}  // namespace cairn::encoder
