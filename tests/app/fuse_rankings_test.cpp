#include "app/fuse_rankings.h"

#include <gtest/gtest.h>

#include <map>

namespace cairn {
namespace {

std::map<std::uint32_t, double> scores(const std::vector<FusedCandidate>& fused) {
  std::map<std::uint32_t, double> by_chunk;
  for (const FusedCandidate& candidate : fused) by_chunk[candidate.chunk] = candidate.score;
  return by_chunk;
}

TEST(FuseRankings, minmax_places_scores_between_best_and_depth) {
  const Ranking ranking{{{0, 1, 10}, {0, 2, 8}, {0, 3, 6}}, 1};
  const auto fused = scores(fuse(std::span(&ranking, 1), Fusion::minmax, 3));
  EXPECT_DOUBLE_EQ(fused.at(1), 1);
  EXPECT_DOUBLE_EQ(fused.at(2), 0.5);
  EXPECT_DOUBLE_EQ(fused.at(3), 0);
}

TEST(FuseRankings, a_longer_list_does_not_change_the_scores_of_a_shorter_one) {
  const Ranking shorter{{{0, 1, 10}, {0, 2, 8}}, 1};
  const Ranking longer{{{0, 1, 10}, {0, 2, 8}, {0, 3, 2}, {0, 4, 1}}, 1};
  const auto a = scores(fuse(std::span(&shorter, 1), Fusion::minmax, 2));
  const auto b = scores(fuse(std::span(&longer, 1), Fusion::minmax, 2));
  EXPECT_EQ(a.at(1), b.at(1));
  EXPECT_EQ(a.at(2), b.at(2));
  EXPECT_LT(b.at(3), 0);
  EXPECT_GT(b.at(3), b.at(4));
}

TEST(FuseRankings, weights_add_up_over_the_rankings_that_have_a_chunk) {
  const Ranking rankings[] = {{{{0, 1, 5}, {0, 2, 1}}, 0.3}, {{{0, 2, 9}, {1, 1, 3}}, 0.7}};
  const auto fused = fuse(rankings, Fusion::minmax, 100);
  ASSERT_EQ(fused.size(), 3U);
  EXPECT_DOUBLE_EQ(fused[0].score, 0.3);
  EXPECT_DOUBLE_EQ(fused[1].score, 0.7);
  EXPECT_EQ(fused[1].standings[0].rank, 2U);
  EXPECT_EQ(fused[1].standings[1].rank, 1U);
  EXPECT_EQ(fused[2].segment, 1U);
  EXPECT_EQ(fused[2].standings[0].rank, 0U);
}

TEST(FuseRankings, rrf_counts_places_only) {
  const Ranking rankings[] = {{{{0, 1, 500}, {0, 2, 1}}, 1}, {{{0, 2, 0.2f}}, 1}};
  const auto fused = scores(fuse(rankings, Fusion::rrf, 100));
  EXPECT_DOUBLE_EQ(fused.at(1), 1);
  EXPECT_DOUBLE_EQ(fused.at(2), 1 + 61.0 / 62);
}

TEST(FuseRankings, equal_scores_all_count_fully_and_nothing_gives_nothing) {
  const Ranking rankings[] = {{{{0, 1, 2}, {0, 2, 2}}, 1}, {{}, 1}};
  const auto fused = scores(fuse(rankings, Fusion::minmax, 100));
  EXPECT_EQ(fused, (std::map<std::uint32_t, double>{{1, 1}, {2, 1}}));
  EXPECT_TRUE(fuse({}, Fusion::minmax, 100).empty());
}

}  // namespace
}  // namespace cairn
