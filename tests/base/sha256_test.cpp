#include "base/sha256.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(Sha256, MatchesThePublishedExamples) {
  EXPECT_EQ(to_hex(Sha256::of(as_bytes(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(Sha256::of(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, DoesNotDependOnHowTheBytesArrive) {
  Sha256 pieces;
  pieces.update(as_bytes("a"));
  pieces.update(as_bytes(""));
  pieces.update(as_bytes("bc"));
  EXPECT_EQ(to_hex(pieces.finish()), to_hex(Sha256::of(as_bytes("abc"))));
}

}  // namespace
}  // namespace cairn
