#include "encoder/packed_model.h"

#include <gtest/gtest.h>

#include <cstring>

#include "encoder/tiny_bert.h"

namespace cairn::encoder {
namespace {

std::vector<std::byte> tiny_packed() {
  const TinyBert bert({1, 32, 1, 32, 20, 8});
  return import_or_throw(bert.safetensors(), tiny_options(bert));
}

ErrorKind kind_of(Bytes packed) {
  const auto encoder = Encoder::open(packed, best_isa());
  EXPECT_FALSE(encoder);
  if (encoder) return ErrorKind::internal;
  EXPECT_FALSE(encoder.error().message.empty());
  return encoder.error().kind;
}

void seal(std::vector<std::byte>& packed) {
  const std::uint64_t checksum = packed_checksum(packed);
  std::memcpy(packed.data() + 24, &checksum, 8);
}

TEST(PackedModelTest, SaysWhatItWasMadeFrom) {
  const auto packed = tiny_packed();
  const auto encoder = Encoder::open(packed, Isa::scalar);
  ASSERT_TRUE(encoder);
  const ModelInfo& info = encoder->info();
  EXPECT_EQ(info.id, "tiny");
  EXPECT_EQ(info.layers, 1u);
  EXPECT_EQ(info.dimensions, 32u);
  EXPECT_EQ(info.heads, 1u);
  EXPECT_EQ(info.max_tokens, 8u);
  EXPECT_EQ(info.vocabulary_size, 20u);
  EXPECT_EQ(info.pooling, "cls");
  EXPECT_EQ(info.query_prefix, "find: ");
  EXPECT_EQ(info.languages, (std::vector<std::string>{"en", "zh"}));
  EXPECT_EQ(encoder->packed_tokenizer(), "tokenizer bytes");
}

TEST(PackedModelTest, EveryTruncationIsCorrupt) {
  const auto packed = tiny_packed();
  for (std::size_t size = 0; size < packed.size(); size += size < 300 ? 1 : 101)
    EXPECT_EQ(kind_of(Bytes(packed).first(size)), ErrorKind::corrupt) << size;
}

TEST(PackedModelTest, BytesAfterTheEndAreCorrupt) {
  auto packed = tiny_packed();
  packed.push_back({});
  EXPECT_EQ(kind_of(packed), ErrorKind::corrupt);
}

TEST(PackedModelTest, EveryFlippedBitIsNoticed) {
  auto packed = tiny_packed();
  for (std::size_t at = 0; at < packed.size(); at += at < 300 ? 1 : 97) {
    packed[at] ^= std::byte{0x10};
    const ErrorKind kind = kind_of(packed);
    EXPECT_TRUE(kind == ErrorKind::corrupt || (at >= 8 && at < 12 && kind == ErrorKind::unsupported)) << at;
    packed[at] ^= std::byte{0x10};
  }
}

TEST(PackedModelTest, AForeignFileIsCorrupt) {
  EXPECT_EQ(kind_of(as_bytes("%PDF-1.7 something else entirely, and long enough to hold a header of our own format. "
                             "It must not be mistaken for a model, whatever it says.")),
            ErrorKind::corrupt);
}

TEST(PackedModelTest, ANewerVersionIsUnsupported) {
  auto packed = tiny_packed();
  packed[8] = std::byte{9};
  seal(packed);
  EXPECT_EQ(kind_of(packed), ErrorKind::unsupported);
}

TEST(PackedModelTest, ASealedFileWithNonsenseInItsHeaderIsRefused) {
  const auto good = tiny_packed();
  for (std::size_t at = 32; at < kPackedHeaderSize; at += 4) {
    auto packed = good;
    const std::uint32_t huge = 0xfffffff0;
    std::memcpy(packed.data() + at, &huge, 4);
    seal(packed);
    const auto encoder = Encoder::open(packed, Isa::scalar);
    if (at == 56 || at == 60 || at >= 104) continue;  // LayerNorm's epsilon, and reserved bytes
    EXPECT_FALSE(encoder) << at;
  }
}

TEST(PackedModelTest, ABrokenDescriptionIsCorrupt) {
  auto packed = tiny_packed();
  packed[kPackedHeaderSize] = std::byte{'['};
  seal(packed);
  EXPECT_EQ(kind_of(packed), ErrorKind::corrupt);
}

TEST(PackedModelTest, AnInstructionSetThatTheProcessorLacksIsUnsupported) {
  if (best_isa() == Isa::avx512_vnni) GTEST_SKIP() << "this processor has them all; see IsaTest";
  const auto packed = tiny_packed();
  const auto encoder = Encoder::open(packed, Isa::avx512_vnni);
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().kind, ErrorKind::unsupported);
}

TEST(PackedModelTest, TensorsStartAtMultiplesOf64AndDoNotOverlap) {
  const Places places = place_tensors({2, 64, 2, 96, 33, 7, 1e-12f}, 128);
  std::vector<std::uint64_t> starts{places.words, places.word_scales, places.positions, places.norm.gamma};
  for (const auto& layer : places.layers)
    starts.insert(starts.end(), {layer.qkv_input, layer.qkv.panels, layer.output.panels, layer.up_input,
                                 layer.up.panels, layer.down.panels, layer.output_norm.beta});
  for (std::size_t i = 0; i < starts.size(); ++i) {
    EXPECT_EQ(starts[i] % 64, 0u);
    if (i > 0) { EXPECT_GT(starts[i], starts[i - 1]); }
  }
  EXPECT_EQ(places.words, 128u);
  EXPECT_GE(places.end, places.layers.back().output_norm.beta + 64 * 4);
}

}  // namespace
}  // namespace cairn::encoder
