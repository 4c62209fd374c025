#include "app/chunk_outline.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

TEST(ChunkOutline, ComesBackAsItWasStored) {
  const ChunkOutline outline{.path = {"Handbook", "Leave"}, .headings = {{0, 5}, {120, 4'000'000'000}}};
  const ChunkOutline read = outline_from_stored(to_stored(outline));
  EXPECT_EQ(read.path, outline.path);
  EXPECT_EQ(read.headings, outline.headings);
  EXPECT_EQ(to_stored({}), "");
  EXPECT_TRUE(outline_from_stored("").path.empty());
}

TEST(ChunkOutline, ReadsPathsFromBeforeHeadingsInsideWereKept) {
  const ChunkOutline read = outline_from_stored("Handbook\x1FLeave");
  EXPECT_EQ(read.path, (std::vector<std::string>{"Handbook", "Leave"}));
  EXPECT_TRUE(read.headings.empty());
}

TEST(ChunkOutline, LeavesOutWhatIsNotOfItsForm) {
  for (const char* stored : {"A\x1E", "A\x1Ex+1",
                             "A\x1E"
                             "1",
                             "A\x1E"
                             "1+",
                             "A\x1E"
                             "1+x",
                             "A\x1E"
                             "4000000000+4000000000"}) {
    const ChunkOutline read = outline_from_stored(stored);
    EXPECT_EQ(read.path, std::vector<std::string>{"A"}) << stored;
    EXPECT_TRUE(read.headings.empty()) << stored;
  }
}

}  // namespace
}  // namespace cairn
