#include "text/fold.h"

#include <gtest/gtest.h>

#include "support.h"

namespace cairn::text {
namespace {

TEST(Fold, CaseWidthAndLigaturesDisappear) {
  EXPECT_EQ(fold("HELLO World"), "hello world");
  EXPECT_EQ(fold("Ｆｕｌｌ　ｗｉｄｔｈ１２３"), "full width123");
  EXPECT_EQ(fold("ﬁne Straße ①"), "fine strasse 1");
  EXPECT_EQ(fold("ｶﾞｷﾞ"), "ガギ");
}

TEST(Fold, TraditionalAndSimplifiedMeet) {
  EXPECT_EQ(fold("學習自然語言處理"), "学习自然语言处理");
  EXPECT_EQ(fold("臺灣的頭髮與發展"), fold("台湾的头发与发展"));
  EXPECT_EQ(fold("後來"), fold("后来"));
  EXPECT_EQ(fold("衹有"), fold("只有"));
}

TEST(Fold, ComposedAndDecomposedAccentsAreOne) { EXPECT_EQ(fold("cafe\u0301"), fold("CAFÉ")); }

TEST(Fold, ControlAndZeroWidthCharactersGoAndLineBreaksStay) {
  EXPECT_EQ(fold(std::string_view("a\0b\x01\x7F", 5)), "ab");
  EXPECT_EQ(fold("a\u200Bb\uFEFFc\u00ADd"), "abcd");
  EXPECT_EQ(fold("a\n\tb"), "a\n\tb");
  EXPECT_EQ(fold("a\u0001\u0301"), fold("á"));
}

TEST(Fold, FoldingTwiceChangesNothing) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const std::string once = fold(random_text(seed, 100));
    ASSERT_TRUE(utf8::is_valid(once));
    ASSERT_EQ(fold(once), once) << "seed " << seed;
  }
  std::string all;
  for (char32_t c = 1; c < 0x30000; ++c) {
    if (c == 0xD800) c = 0xE000;
    utf8::append(all, c);
    all += ' ';
  }
  const std::string once = fold(all);
  EXPECT_EQ(fold(once), once);
}

}  // namespace
}  // namespace cairn::text
