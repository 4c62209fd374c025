// safetensors: 8 bytes with the length of a JSON header, the header, then the tensors' bytes
// (github.com/huggingface/safetensors, "Format").

#include <cstring>
#include <nlohmann/json.hpp>

#include "encoder/bert_tensors.h"

namespace cairn::encoder {
namespace {

std::unexpected<Error> damaged() { return fail(ErrorKind::corrupt, "the safetensors file is cut off or damaged"); }

Result<SourceTensor> read_tensor(const nlohmann::json& entry, Bytes data) {
  SourceTensor tensor;
  std::uint64_t begin = 0, end = 0;
  try {
    tensor.is_f32 = entry.at("dtype").get<std::string>() == "F32";
    tensor.dims = entry.at("shape").get<std::vector<std::uint64_t>>();
    begin = entry.at("data_offsets").at(0).get<std::uint64_t>();
    end = entry.at("data_offsets").at(1).get<std::uint64_t>();
  } catch (const nlohmann::json::exception&) { return damaged(); }
  if (begin > end || end > data.size()) return damaged();
  tensor.data = data.subspan(begin, end - begin);
  return tensor;
}

}  // namespace

std::string usual_name(std::string_view name) {
  for (const std::string_view root : {"embeddings.", "encoder.layer."})
    if (const auto at = name.find(root); at != name.npos && (at == 0 || name[at - 1] == '.')) {
      std::string usual(name.substr(at));
      // The names that TensorFlow gave the parts of LayerNorm live on in older files.
      if (usual.ends_with("LayerNorm.gamma")) usual.replace(usual.size() - 5, 5, "weight");
      if (usual.ends_with("LayerNorm.beta")) usual.replace(usual.size() - 4, 4, "bias");
      return usual;
    }
  return {};
}

Result<BertTensors> read_safetensors(Bytes file) {
  std::uint64_t header_size = 0;
  if (file.size() < 8) return damaged();
  std::memcpy(&header_size, file.data(), 8);
  if (header_size > file.size() - 8) return damaged();
  const auto header = nlohmann::json::parse(as_text(file.subspan(8, header_size)), nullptr, false);
  if (!header.is_object()) return damaged();
  BertTensors tensors;
  for (const auto& [name, entry] : header.items()) {
    const std::string usual = usual_name(name);
    if (usual.empty()) continue;
    CAIRN_TRY(tensors.by_name[usual], read_tensor(entry, file.subspan(8 + header_size)));
  }
  return tensors;
}

}  // namespace cairn::encoder
