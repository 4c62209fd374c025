#include "adapters/s3/xml.h"

#include <gmock/gmock.h>

namespace cairn::s3 {
namespace {

using ::testing::ElementsAre;

TEST(Xml, FindsElementsByTheirWholeName) {
  EXPECT_EQ(element("<a><KeyCount>1</KeyCount><Key>x</Key></a>", "Key"), "x");
  EXPECT_EQ(element("<Key kind=\"y\">x</Key>", "Key"), "x");
  EXPECT_EQ(element("<Key/><b/>", "Key"), "");
  EXPECT_EQ(element("<a></a>", "Key"), std::nullopt);
}

TEST(Xml, GivesAllOfAKindInOrder) {
  EXPECT_THAT(elements("<l><i>1</i><j/><i>2</i><i/></l>", "i"), ElementsAre("1", "2", ""));
}

TEST(Xml, EndsAtDamage) {
  EXPECT_THAT(elements("<i>1</i><i>2", "i"), ElementsAre("1"));
  EXPECT_EQ(element("<i", "i"), std::nullopt);
  EXPECT_EQ(element("<i ", "i"), std::nullopt);
}

TEST(Xml, ResolvesEntities) {
  EXPECT_EQ(plain("a&amp;b &lt;&gt;&quot;&apos; &#65;&#x42; &unknown; &"), "a&b <>\"' AB  &");
  EXPECT_EQ(plain("&#x110000;&#0;"), "");
}

}  // namespace
}  // namespace cairn::s3
