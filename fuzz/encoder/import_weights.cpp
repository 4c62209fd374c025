// Hostile published weights: the first byte chooses the config, the rest is an ONNX or safetensors file.

#include <cstddef>
#include <cstdint>

#include "encoder/model_import.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  cairn::encoder::ImportOptions options;
  options.id = "fuzzed";
  if (data[0] % 2 == 1) options.config_json = R"({"model_type":"bert","num_attention_heads":1})";
  const cairn::Bytes weights(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  const auto ignore = [](cairn::Bytes) -> cairn::Result<void> { return {}; };
  (void)cairn::encoder::import_model(weights, "tokenizer", options, ignore);
  return 0;
}
