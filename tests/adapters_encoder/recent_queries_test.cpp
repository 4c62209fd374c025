#include "adapters/encoder/recent_queries.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

const std::vector<float> vector{1, 2};

TEST(RecentQueries, AreFoundAgain) {
  RecentQueries queries;
  EXPECT_FALSE(queries.find("who"));
  queries.keep("who", vector);
  EXPECT_EQ(queries.find("who"), vector);
  EXPECT_FALSE(queries.find("wh"));
}

TEST(RecentQueries, AreAsManyAsFitAndThoseAskedLast) {
  RecentQueries queries;
  for (std::size_t i = 0; i < RecentQueries::most; ++i) queries.keep(std::to_string(i), vector);
  EXPECT_TRUE(queries.find("0")) << "asked again";
  queries.keep("another", vector);
  EXPECT_TRUE(queries.find("0"));
  EXPECT_FALSE(queries.find("1"));
  EXPECT_TRUE(queries.find("another"));
}

TEST(RecentQueries, TakeNoMorePlaceWhenTwoAskTheSameAtOnce) {
  RecentQueries queries;
  for (std::size_t i = 0; i < RecentQueries::most; ++i) queries.keep("who", vector);
  queries.keep("what", vector);
  EXPECT_TRUE(queries.find("who"));
}

TEST(RecentQueries, AreNotKeptWhenTheyAreLong) {
  RecentQueries queries;
  const std::string longest(RecentQueries::longest_bytes, 'a');
  queries.keep(longest, vector);
  queries.keep(longest + 'a', vector);
  EXPECT_TRUE(queries.find(longest));
  EXPECT_FALSE(queries.find(longest + 'a'));
}

}  // namespace
}  // namespace cairn
