#include "encoder/packed_model.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace cairn::encoder {
namespace {

static_assert(std::endian::native == std::endian::little, "packed models are little-endian and mapped as they are");

constexpr std::size_t kChecksumAt = 24;

/// Writes or reads the header field by field; `Copy` moves one value between the header and the bytes.
template <class Header, class Copy>
void each_field(Header& header, Copy copy) {
  std::size_t at = 8;
  const auto field = [&](auto& value) {
    copy(value, at);
    at += sizeof(value);
  };
  field(header.version);
  at += 4;
  field(header.file_size);
  field(header.checksum);
  field(header.shape.layers);
  field(header.shape.dimensions);
  field(header.shape.heads);
  field(header.shape.feed_forward);
  field(header.shape.vocabulary);
  field(header.shape.positions);
  field(header.shape.epsilon);
  at += 4;
  field(header.info_offset);
  field(header.info_size);
  field(header.tokenizer_offset);
  field(header.tokenizer_size);
  field(header.tensors_offset);
}

class Placer {
 public:
  explicit Placer(std::uint64_t offset) : at_(offset) {}

  std::uint64_t take(std::uint64_t bytes) {
    at_ = (at_ + 63) / 64 * 64;
    return std::exchange(at_, at_ + bytes);
  }
  NormPlace norm(std::uint64_t width) {
    const auto gamma = take(width * 4);
    return {gamma, take(width * 4)};
  }
  LinearPlace linear(std::uint32_t inputs, std::uint32_t outputs) {
    LinearPlace place{inputs, outputs};
    place.panels = take(std::uint64_t(inputs) * outputs);
    place.start = take(std::uint64_t(outputs) * 4);
    place.scale = take(std::uint64_t(outputs) * 4);
    place.bias = take(std::uint64_t(outputs) * 4);
    return place;
  }
  std::uint64_t at() const { return at_; }

 private:
  std::uint64_t at_;
};

Result<PackedHeader> read_header(Bytes file) {
  if (file.size() < 8 || as_text(file.first(8)) != kPackedMagic)
    return fail(ErrorKind::corrupt, "this is not a packed model; make one with `cairn model import`");
  if (file.size() < kPackedHeaderSize)
    return fail(ErrorKind::corrupt, "the packed model is cut off; import it again with `cairn model import`");
  PackedHeader header;
  each_field(header, [&](auto& value, std::size_t at) { std::memcpy(&value, file.data() + at, sizeof(value)); });
  if (header.version != kPackedVersion)
    return fail(ErrorKind::unsupported,
                fmt::format("the packed model has format {}, this program reads format {}; import it again with "
                            "`cairn model import`",
                            header.version, kPackedVersion));
  if (header.file_size != file.size())
    return fail(ErrorKind::corrupt, fmt::format("the packed model has {} bytes instead of {}; import it again",
                                                file.size(), header.file_size));
  return header;
}

bool inside(std::uint64_t offset, std::uint64_t size, Bytes file) {
  return offset >= kPackedHeaderSize && offset <= file.size() && size <= file.size() - offset;
}

Result<ModelInfo> read_info(std::string_view text, const Shape& shape) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  ModelInfo info;
  try {
    info.id = json.at("id").get<std::string>();
    info.pooling = json.at("pooling").get<std::string>();
    info.query_prefix = json.at("query_prefix").get<std::string>();
    info.languages = json.at("languages").get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorKind::corrupt, "the packed model's description cannot be read; import it again");
  }
  if (info.pooling != "cls" && info.pooling != "mean")
    return fail(ErrorKind::unsupported, fmt::format("the packed model asks for unknown pooling '{}'", info.pooling));
  info.layers = shape.layers;
  info.dimensions = shape.dimensions;
  info.heads = shape.heads;
  info.max_tokens = shape.positions;
  info.vocabulary_size = shape.vocabulary;
  return info;
}

/// Turns offsets into typed pointers.
struct Views {
  const std::byte* base;

  template <class T>
  const T* at(std::uint64_t offset) const {
    return reinterpret_cast<const T*>(base + offset);
  }
  Linear linear(const LinearPlace& place) const {
    return {at<std::int8_t>(place.panels),
            at<std::int32_t>(place.start),
            at<float>(place.scale),
            at<float>(place.bias),
            place.inputs,
            place.outputs};
  }
  Norm norm(const NormPlace& place) const { return {at<float>(place.gamma), at<float>(place.beta)}; }
};

void bind_tensors(PackedModel& model, const Places& places, Views views) {
  model.words = views.at<std::int8_t>(places.words);
  model.word_scales = views.at<float>(places.word_scales);
  model.positions = views.at<float>(places.positions);
  model.norm = views.norm(places.norm);
  for (const LayerPlace& place : places.layers)
    model.layers.push_back({views.linear(place.qkv), views.linear(place.output), views.linear(place.up),
                            views.linear(place.down), views.at<float>(place.qkv_input), views.at<float>(place.up_input),
                            views.norm(place.attention_norm), views.norm(place.output_norm)});
}

}  // namespace

Result<void> check_shape(const Shape& shape) {
  const auto within = [](std::uint32_t value, std::uint32_t limit) { return value >= 1 && value <= limit; };
  if (!within(shape.layers, 128) || !within(shape.dimensions, 8192) || !within(shape.feed_forward, 65536) ||
      !within(shape.vocabulary, 4'000'000) || !within(shape.positions, 65536) || !within(shape.heads, 512))
    return fail(ErrorKind::unsupported, "the model's sizes are beyond those of a BERT encoder");
  if (shape.dimensions % kPanelColumns != 0 || shape.feed_forward % kPanelColumns != 0 ||
      shape.dimensions % shape.heads != 0 || shape.dimensions / shape.heads % 16 != 0)
    return fail(ErrorKind::unsupported,
                fmt::format("the model's sizes ({} dimensions in {} heads, {} inside) are not supported: widths must "
                            "be multiples of 32 and a head's size a multiple of 16",
                            shape.dimensions, shape.heads, shape.feed_forward));
  return {};
}

Places place_tensors(const Shape& shape, std::uint64_t offset) {
  Placer placer(offset);
  Places places;
  const std::uint32_t width = shape.dimensions;
  places.words = placer.take(std::uint64_t(shape.vocabulary) * width);
  places.word_scales = placer.take(std::uint64_t(shape.vocabulary) * 4);
  places.positions = placer.take(std::uint64_t(shape.positions) * width * 4);
  places.norm = placer.norm(width);
  for (std::uint32_t i = 0; i < shape.layers; ++i) {
    LayerPlace layer;
    layer.qkv_input = placer.take(std::uint64_t(width) * 4);
    layer.qkv = placer.linear(width, 3 * width);
    layer.output = placer.linear(width, width);
    layer.attention_norm = placer.norm(width);
    layer.up_input = placer.take(std::uint64_t(width) * 4);
    layer.up = placer.linear(width, shape.feed_forward);
    layer.down = placer.linear(shape.feed_forward, width);
    layer.output_norm = placer.norm(width);
    places.layers.push_back(layer);
  }
  places.end = placer.at();
  return places;
}

void write_header(const PackedHeader& header, std::byte* to) {
  std::memset(to, 0, kPackedHeaderSize);
  std::memcpy(to, kPackedMagic.data(), kPackedMagic.size());
  each_field(header, [&](const auto& value, std::size_t at) { std::memcpy(to + at, &value, sizeof(value)); });
}

std::uint64_t packed_checksum(Bytes file) {
  const std::uint64_t head = XXH3_64bits(file.data(), kChecksumAt);
  const Bytes rest = file.subspan(kChecksumAt + 8);
  return XXH3_64bits_withSeed(rest.data(), rest.size(), head);
}

Result<PackedModel> read_packed(Bytes file) {
  CAIRN_TRY(const PackedHeader header, read_header(file));
  if (header.checksum != packed_checksum(file))
    return fail(ErrorKind::corrupt, "the packed model is damaged (its checksum differs); import it again");
  if (reinterpret_cast<std::uintptr_t>(file.data()) % 8 != 0 || header.tensors_offset % 64 != 0)
    return fail(ErrorKind::internal, "a packed model must be mapped at an aligned address");
  CAIRN_CHECK(check_shape(header.shape));
  const Places places = place_tensors(header.shape, header.tensors_offset);
  if (!inside(header.info_offset, header.info_size, file) ||
      !inside(header.tokenizer_offset, header.tokenizer_size, file) || !inside(header.tensors_offset, 0, file) ||
      places.end != file.size())
    return fail(ErrorKind::corrupt, "the packed model's parts do not fit into the file; import it again");
  PackedModel model;
  const auto part = [&](std::uint64_t offset, std::uint64_t size) { return as_text(file.subspan(offset, size)); };
  CAIRN_TRY(model.info, read_info(part(header.info_offset, header.info_size), header.shape));
  model.shape = header.shape;
  model.tokenizer = part(header.tokenizer_offset, header.tokenizer_size);
  bind_tensors(model, places, Views{file.data()});
  return model;
}

}  // namespace cairn::encoder
