#include "encoder/protobuf_reader.h"

namespace cairn::encoder {
namespace {

std::unexpected<Error> cut_off() { return fail(ErrorKind::corrupt, "the ONNX file is cut off or damaged"); }

Result<std::uint64_t> take_fixed(Bytes& bytes, std::size_t size) {
  if (bytes.size() < size) return cut_off();
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  bytes = bytes.subspan(size);
  return value;
}

}  // namespace

Result<std::uint64_t> ProtobufReader::take_varint(Bytes& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 10 && i < bytes.size(); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(bytes[i]);
    value |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return cut_off();
}

Result<ProtobufReader::Field> ProtobufReader::next() {
  CAIRN_TRY(const std::uint64_t key, take_varint(rest_));
  Field field;
  if (key >> 3 == 0 || key >> 3 > 0x1fffffff) return cut_off();
  field.number = static_cast<std::uint32_t>(key >> 3);
  switch (key & 7) {
    case 0: {
      CAIRN_TRY(field.value, take_varint(rest_));
      return field;
    }
    case 1: {
      CAIRN_TRY(field.value, take_fixed(rest_, 8));
      return field;
    }
    case 2: {
      CAIRN_TRY(const std::uint64_t size, take_varint(rest_));
      if (size > rest_.size()) return cut_off();
      field.bytes = rest_.first(size);
      rest_ = rest_.subspan(size);
      return field;
    }
    case 5: {
      CAIRN_TRY(field.value, take_fixed(rest_, 4));
      return field;
    }
    default: return cut_off();
  }
}

}  // namespace cairn::encoder
