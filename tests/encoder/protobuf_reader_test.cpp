#include "encoder/protobuf_reader.h"

#include <gtest/gtest.h>

#include "encoder/onnx_writer.h"

namespace cairn::encoder {
namespace {

TEST(ProtobufReaderTest, ReadsEveryWireType) {
  const std::string message = protobuf_field(1, 300) + protobuf_field(16, "text") +
                              std::string("\x1d\x04\x03\x02\x01", 5) +
                              std::string("\x21\x08\x00\x00\x00\x00\x00\x00\x80", 9);
  ProtobufReader reader(as_bytes(message));
  auto field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->number, 1u);
  EXPECT_EQ(field->value, 300u);
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->number, 16u);
  EXPECT_EQ(as_text(field->bytes), "text");
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->value, 0x01020304u);
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->value, 0x8000000000000008u);
  EXPECT_TRUE(reader.done());
}

TEST(ProtobufReaderTest, DamagedMessagesAreCorrupt) {
  const std::string broken[] = {
      "\x08",                                              // a varint is missing
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  // a varint of eleven bytes
      "\x12\x05text",                                      // a length beyond the end
      "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x",     // a length beyond everything
      "\x1d\x01",                                          // four bytes cut off
      "\x21\x01",                                          // eight bytes cut off
      "\x0b",                                              // a group, which is not used any more
      "\x0f",                                              // no such wire type
      std::string("\x00\x01", 2),                          // field number 0
  };
  for (const std::string& message : broken) {
    const auto field = ProtobufReader(as_bytes(message)).next();
    ASSERT_FALSE(field);
    EXPECT_EQ(field.error().kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace cairn::encoder
