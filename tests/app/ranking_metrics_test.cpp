#include "app/ranking_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cairn {
namespace {

const std::vector<std::string> ranking = {"a", "b", "c", "d"};

TEST(RankingMetrics, ndcg_is_gain_over_the_ideal_with_linear_gain) {
  const Grades grades{{"b", 2}, {"d", 1}, {"missing", 1}};
  const double gained = 2 / std::log2(3) + 1 / std::log2(5);
  const double ideal = 2 + 1 / std::log2(3) + 1 / std::log2(4);
  EXPECT_DOUBLE_EQ(ndcg_at(10, ranking, grades), gained / ideal);
  EXPECT_DOUBLE_EQ(ndcg_at(2, ranking, grades), (2 / std::log2(3)) / (2 + 1 / std::log2(3)));
}

TEST(RankingMetrics, recall_is_over_all_relevant_documents) {
  EXPECT_DOUBLE_EQ(recall_at(100, ranking, {{"a", 1}, {"x", 1}}), 0.5);
  EXPECT_DOUBLE_EQ(recall_at(1, ranking, {{"b", 1}}), 0);
}

TEST(RankingMetrics, reciprocal_rank_takes_the_first_relevant_one_within_k) {
  EXPECT_DOUBLE_EQ(reciprocal_rank_at(10, ranking, {{"c", 1}, {"d", 1}}), 1.0 / 3);
  EXPECT_DOUBLE_EQ(reciprocal_rank_at(2, ranking, {{"c", 1}}), 0);
}

TEST(RankingMetrics, an_empty_ranking_counts_nothing) {
  EXPECT_EQ(ndcg_at(10, {}, {{"a", 1}}), 0);
  EXPECT_EQ(recall_at(10, {}, {{"a", 1}}), 0);
  EXPECT_EQ(reciprocal_rank_at(10, {}, {{"a", 1}}), 0);
}

TEST(RankingMetrics, percentiles_lie_between_neighbours) {
  EXPECT_DOUBLE_EQ(percentile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(percentile({1, 2}, 1), 2);
  EXPECT_EQ(percentile({}, 0.5), 0);
}

}  // namespace
}  // namespace cairn
