#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/encoder.h"
#include "encoder/model_import.h"

namespace cairn::encoder {

/// Sizes of a model small enough to make and to check in a moment.
struct TinyShape {
  std::uint32_t layers = 2, dimensions = 64, heads = 2, feed_forward = 128, vocabulary = 150, positions = 80;
};

struct TinyTensor {
  std::vector<std::uint64_t> dims;
  std::vector<float> values;
};

/// A BERT with random weights, the f32 reference for it, and the ways it may be published.
class TinyBert {
 public:
  explicit TinyBert(TinyShape shape, std::uint32_t seed = 1);

  const TinyShape& shape() const { return shape_; }
  std::map<std::string, TinyTensor>& tensors() { return tensors_; }
  const std::map<std::string, TinyTensor>& tensors() const { return tensors_; }

  std::string config() const;
  std::string safetensors(std::string_view prefix = "", std::string_view dtype = "F32") const;

  /// The unit vector of a sequence, straight from the definition, in double precision.
  std::vector<double> vector(const std::vector<std::int32_t>& ids, std::string_view pooling) const;

 private:
  const std::vector<float>& at(const std::string& name) const { return tensors_.at(name).values; }
  std::vector<double> linear(const std::vector<double>& rows, const std::string& name) const;
  void add_norm(std::vector<double>& rows, const std::vector<double>& addend, const std::string& name) const;
  std::vector<double> attend(const std::vector<double>& rows, const std::string& layer) const;

  TinyShape shape_;
  std::map<std::string, TinyTensor> tensors_;
};

/// Imports published bytes and keeps the packed file. Throws with the error's message when that fails.
std::vector<std::byte> import_or_throw(std::string_view weights, const ImportOptions& options);

/// Options that fit a TinyBert.
ImportOptions tiny_options(const TinyBert& bert, std::string_view pooling = "cls");

/// Instruction sets that this processor can run.
std::vector<Isa> usable_isas();

}  // namespace cairn::encoder
