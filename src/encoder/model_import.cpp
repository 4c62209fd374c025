#include "encoder/model_import.h"

#include <fmt/format.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "encoder/bert_weights.h"

namespace cairn::encoder {
namespace {

/// safetensors starts with the length of a JSON object; an ONNX model's ninth byte is never an opening brace there.
bool looks_like_safetensors(Bytes file) {
  std::uint64_t header_size = 0;
  if (file.size() < 9) return false;
  std::memcpy(&header_size, file.data(), 8);
  return header_size <= file.size() - 8 && file[8] == std::byte{'{'};
}

std::string describe(const ImportOptions& options) {
  return nlohmann::json{{"id", options.id},
                        {"pooling", options.pooling},
                        {"query_prefix", options.query_prefix},
                        {"languages", options.languages}}
      .dump();
}

std::uint64_t aligned(std::uint64_t offset) { return (offset + 63) / 64 * 64; }

}  // namespace

Result<void> import_model(Bytes weights, std::string_view packed_tokenizer, const ImportOptions& options,
                          const ByteSink& out) {
  if (options.id.empty()) return fail(ErrorKind::invalid, "a model needs an id, such as 'bge-small-en-v1.5'");
  if (options.pooling != "cls" && options.pooling != "mean")
    return fail(ErrorKind::unsupported, fmt::format("pooling '{}' is not supported; use cls or mean", options.pooling));
  CAIRN_TRY(BertTensors tensors, looks_like_safetensors(weights) ? read_safetensors(weights) : read_onnx_bert(weights));
  CAIRN_TRY(const BertWeights bert, BertWeights::from(std::move(tensors), options.config_json));

  const std::string info = describe(options);
  PackedHeader header;
  header.shape = bert.shape();
  header.info_offset = kPackedHeaderSize;
  header.info_size = info.size();
  header.tokenizer_offset = aligned(header.info_offset + header.info_size);
  header.tokenizer_size = packed_tokenizer.size();
  header.tensors_offset = aligned(header.tokenizer_offset + header.tokenizer_size);
  const Places places = place_tensors(bert.shape(), header.tensors_offset);
  header.file_size = places.end;

  std::vector<std::byte> file(places.end);
  std::memcpy(file.data() + header.info_offset, info.data(), info.size());
  std::memcpy(file.data() + header.tokenizer_offset, packed_tokenizer.data(), packed_tokenizer.size());
  pack_weights(bert, places, file);
  write_header(header, file.data());
  header.checksum = packed_checksum(file);
  write_header(header, file.data());
  return out(file);
}

}  // namespace cairn::encoder
