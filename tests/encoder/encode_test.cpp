#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>
#include <thread>

#include "encoder/encoder.h"
#include "encoder/tiny_bert.h"

namespace cairn::encoder {
namespace {

/// Sequences of pseudo-random ids, laid end to end.
struct Texts {
  std::vector<std::int32_t> ids;
  std::vector<std::uint32_t> lengths;

  void add(std::uint32_t length, std::uint32_t seed, std::uint32_t vocabulary) {
    for (std::uint32_t t = 0; t < length; ++t)
      ids.push_back(static_cast<std::int32_t>((seed * 7919 + t * 104729) % vocabulary));
    lengths.push_back(length);
  }
  std::vector<std::int32_t> text(std::size_t which) const {
    std::size_t first = 0;
    for (std::size_t i = 0; i < which; ++i) first += lengths[i];
    return {ids.begin() + first, ids.begin() + first + lengths[which]};
  }
};

Texts many_texts(const TinyShape& shape) {
  Texts texts;
  for (std::uint32_t i = 0; i < 25; ++i) texts.add(1 + i * 37 % shape.positions, i + 1, shape.vocabulary);
  texts.add(shape.positions, 99, shape.vocabulary);
  return texts;
}

std::vector<float> encode_all(const Encoder& encoder, const Texts& texts, Workspace& workspace) {
  std::vector<float> out(texts.lengths.size() * encoder.info().dimensions);
  encoder.encode(texts.ids, texts.lengths, workspace, out);
  return out;
}

Encoder open_or_throw(Bytes packed, Isa isa) {
  auto encoder = Encoder::open(packed, isa);
  if (!encoder) throw std::runtime_error(encoder.error().message);
  return std::move(*encoder);
}

class EncodeTest : public ::testing::TestWithParam<Isa> {};

void expect_close_to_reference(const TinyBert& bert, std::string_view pooling, Isa isa) {
  const auto packed = import_or_throw(bert.safetensors(), tiny_options(bert, pooling));
  const Encoder encoder = open_or_throw(packed, isa);
  const Texts texts = many_texts(bert.shape());
  Workspace workspace;
  const auto found = encode_all(encoder, texts, workspace);
  for (std::size_t i = 0; i < texts.lengths.size(); ++i) {
    const auto expected = bert.vector(texts.text(i), pooling);
    double cosine = 0, squares = 0;
    for (std::size_t c = 0; c < expected.size(); ++c) {
      cosine += expected[c] * found[i * expected.size() + c];
      squares += double(found[i * expected.size() + c]) * found[i * expected.size() + c];
    }
    EXPECT_GT(cosine, 0.999) << "text " << i << " of " << texts.lengths[i] << " tokens, pooling " << pooling;
    EXPECT_NEAR(squares, 1, 1e-5);
  }
}

TEST_P(EncodeTest, VectorsAreThoseOfTheF32ModelWithClsPooling) {
  expect_close_to_reference(TinyBert({}), "cls", GetParam());
}

TEST_P(EncodeTest, VectorsAreThoseOfTheF32ModelWithMeanPooling) {
  expect_close_to_reference(TinyBert({}), "mean", GetParam());
}

TEST_P(EncodeTest, OtherShapesWorkToo) {
  expect_close_to_reference(TinyBert({1, 96, 2, 160, 60, 40}), "cls", GetParam());
  expect_close_to_reference(TinyBert({3, 64, 4, 96, 200, 50}), "cls", GetParam());
  expect_close_to_reference(TinyBert({2, 128, 2, 256, 110, 90}), "mean", GetParam());
}

TEST_P(EncodeTest, AVectorDoesNotDependOnItsBatchToTheLastBit) {
  const TinyBert bert({});
  for (const char* pooling : {"cls", "mean"}) {
    const auto packed = import_or_throw(bert.safetensors(), tiny_options(bert, pooling));
    const Encoder encoder = open_or_throw(packed, GetParam());
    const Texts texts = many_texts(bert.shape());
    Workspace workspace;
    const auto together = encode_all(encoder, texts, workspace);
    for (std::size_t i = 0; i < texts.lengths.size(); ++i) {
      const auto ids = texts.text(i);
      std::vector<float> alone(encoder.info().dimensions);
      encoder.encode(ids, std::span(&texts.lengths[i], 1), workspace, alone);
      EXPECT_EQ(std::memcmp(alone.data(), together.data() + i * alone.size(), alone.size() * 4), 0) << "text " << i;
    }
  }
}

TEST_P(EncodeTest, ThreadsWithTheirOwnWorkspacesAgreeToTheLastBit) {
  const TinyBert bert({});
  const auto packed = import_or_throw(bert.safetensors(), tiny_options(bert));
  const Encoder encoder = open_or_throw(packed, GetParam());
  const Texts texts = many_texts(bert.shape());
  Workspace workspace;
  const auto expected = encode_all(encoder, texts, workspace);
  std::vector<std::vector<float>> found(4);
  std::vector<std::thread> threads;
  for (auto& out : found)
    threads.emplace_back([&] {
      Workspace own;
      for (int round = 0; round < 3; ++round) out = encode_all(encoder, texts, own);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& out : found) EXPECT_EQ(out, expected);
}

TEST_P(EncodeTest, NoTextsAreNoWork) {
  const TinyBert bert({});
  const auto packed = import_or_throw(bert.safetensors(), tiny_options(bert));
  Workspace workspace;
  open_or_throw(packed, GetParam()).encode({}, {}, workspace, {});
}

TEST_P(EncodeTest, AnotherTokenGivesAnotherVector) {
  const TinyBert bert({});
  const auto packed = import_or_throw(bert.safetensors(), tiny_options(bert));
  const Encoder encoder = open_or_throw(packed, GetParam());
  Texts texts;
  texts.add(5, 1, bert.shape().vocabulary);
  texts.add(5, 1, bert.shape().vocabulary);
  texts.ids.back() ^= 1;
  Workspace workspace;
  const auto out = encode_all(encoder, texts, workspace);
  EXPECT_NE(std::memcmp(out.data(), out.data() + out.size() / 2, out.size() * 2), 0);
}

INSTANTIATE_TEST_SUITE_P(Isas, EncodeTest, ::testing::ValuesIn(usable_isas()), [](const auto& chosen) {
  return std::string(chosen.param == Isa::scalar ? "Scalar" : chosen.param == Isa::avx2 ? "Avx2" : "Avx512");
});

TEST(EncodeInputTest, CallsThatCannotBeRightThrow) {
  const TinyBert bert({});
  const auto packed = import_or_throw(bert.safetensors(), tiny_options(bert));
  const Encoder encoder = open_or_throw(packed, best_isa());
  Workspace workspace;
  std::vector<float> out(64);
  const auto encode = [&](std::vector<std::int32_t> ids, std::vector<std::uint32_t> lengths) {
    encoder.encode(ids, lengths, workspace, out);
  };
  EXPECT_NO_THROW(encode({1, 2}, {2}));
  EXPECT_THROW(encode({1, 2}, {3}), std::invalid_argument);
  EXPECT_THROW(encode({1, 2}, {1}), std::invalid_argument);
  EXPECT_THROW(encode({}, {0}), std::invalid_argument);
  EXPECT_THROW(encode({-1, 2}, {2}), std::invalid_argument);
  EXPECT_THROW(encode({1, 150}, {2}), std::invalid_argument);
  EXPECT_THROW(encode({1, 2}, {1, 1}), std::invalid_argument);  // No room for two vectors.
  EXPECT_THROW(encode(std::vector<std::int32_t>(81, 1), {81}), std::invalid_argument);
}

}  // namespace
}  // namespace cairn::encoder
