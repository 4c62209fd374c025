#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace cairn::encoder {

/// Walks over the fields of one protocol buffers message (wire format, protobuf.dev/programming-guides/encoding),
/// without copying. Embedded messages are read by another reader over `Field::bytes`.
class ProtobufReader {
 public:
  struct Field {
    std::uint32_t number = 0;
    std::uint64_t value = 0;  ///< Of a varint or fixed field.
    Bytes bytes;              ///< Of a length-delimited field.
  };

  explicit ProtobufReader(Bytes message) : rest_(message) {}

  bool done() const { return rest_.empty(); }

  /// Errors: `corrupt` when the message is cut off or not a protocol buffers message.
  Result<Field> next();

  /// A varint at the front of `bytes`, which is moved past it. For packed repeated fields.
  static Result<std::uint64_t> take_varint(Bytes& bytes);

 private:
  Bytes rest_;
};

}  // namespace cairn::encoder
