#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/bert_tensors.h"
#include "encoder/packed_model.h"

namespace cairn::encoder {

/// f32 values of a matrix, [inputs][outputs].
struct Matrix {
  std::uint32_t inputs = 0, outputs = 0;
  std::vector<float> values;

  float* row(std::uint32_t input) { return values.data() + std::size_t(input) * outputs; }
  const float* row(std::uint32_t input) const { return values.data() + std::size_t(input) * outputs; }
};

/// Checked access to the published tensors: every tensor that a shape calls for is there, f32 and of the right size.
class BertWeights {
 public:
  /// Works out the shape, from the tensors and what `config_json` says. Errors: `unsupported`, `invalid`, `corrupt`.
  static Result<BertWeights> from(BertTensors tensors, std::string_view config_json);

  const Shape& shape() const { return shape_; }

  /// A vector such as "encoder.layer.3.output.dense.bias".
  std::vector<float> vector(const std::string& name) const;
  /// A matrix such as "encoder.layer.3.output.dense.weight".
  Matrix matrix(const std::string& name) const;
  /// Row `index` of a table such as "embeddings.word_embeddings.weight".
  std::vector<float> table_row(const std::string& name, std::uint32_t index) const;

 private:
  Result<void> infer_shape(std::string_view config_json);
  Result<void> check_tensors() const;
  Result<void> check_tensor(const std::string& name, std::vector<std::uint64_t> dims) const;

  BertTensors tensors_;
  Shape shape_;
};

/// "encoder.layer.3." + part
std::string layer_part(std::uint32_t layer, std::string_view part);

/// Quantises everything into the tensors' part of a packed file; `file` is already of its final size.
void pack_weights(const BertWeights& weights, const Places& places, std::vector<std::byte>& file);

}  // namespace cairn::encoder
