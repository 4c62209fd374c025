#include "index/rekey.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "index/corpus.h"

namespace cairn::index {
namespace {

using test::Corpus;

const VectorSpace space{"test-model", 24, {}};

std::vector<DocumentInput> documents() {
  Corpus corpus(7, space);
  std::vector<DocumentInput> all;
  for (std::uint32_t i = 0; i < 200; ++i) all.push_back(corpus.document(i));
  return all;
}

std::string rekeyed(const std::string& bytes, const std::vector<DocumentKey>& keys) {
  const auto segment = Segment::open(as_bytes(bytes));
  std::string out;
  const auto done = rekey(*segment, keys, [&](Bytes piece) {
    out.append(as_text(piece));
    return Result<void>();
  });
  EXPECT_TRUE(done);
  return out;
}

TEST(Rekey, GivesTheBytesOfASegmentThatWasMadeWithTheseKeys) {
  auto inputs = documents();
  const std::string before = test::write(space, inputs);
  std::vector<DocumentKey> keys;
  for (std::uint32_t i = 0; i < inputs.size(); ++i) keys.push_back(inputs[i].key = test::key_of(9000 - i));
  const std::string after = rekeyed(before, keys);
  EXPECT_EQ(after, test::write(space, inputs));
  EXPECT_TRUE(Segment::open(as_bytes(after))->verify());
}

TEST(Rekey, WithItsOwnKeysChangesNothing) {
  const auto inputs = documents();
  const std::string bytes = test::write(space, inputs);
  std::vector<DocumentKey> keys;
  for (const DocumentInput& input : inputs) keys.push_back(input.key);
  EXPECT_EQ(rekeyed(bytes, keys), bytes);
}

TEST(Rekey, WantsAKeyForEachDocumentAndPassesErrorsOn) {
  const std::string bytes = test::write(space, documents());
  const auto segment = Segment::open(as_bytes(bytes));
  const auto nothing = [](Bytes) { return Result<void>(); };
  const auto full = [](Bytes) -> Result<void> { return fail(ErrorKind::unavailable, "full"); };
  EXPECT_EQ(rekey(*segment, std::vector<DocumentKey>(199), nothing).error().kind, ErrorKind::invalid);
  std::vector<DocumentKey> keys;
  for (std::uint32_t i = 0; i < 200; ++i) keys.push_back(test::key_of(i));
  EXPECT_EQ(rekey(*segment, keys, full).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace cairn::index
