#include "app/compare_reports.h"

#include <gtest/gtest.h>

#include "contract/expect_result.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;
using Json = nlohmann::ordered_json;

const Json before = {{"generator", "old"}, {"faithfulness", 0.9}, {"p50_ms", 10.0}, {"sentences", 7}, {"gone", 1}};
const Json after = {
    {"generator", "<new>"}, {"faithfulness", 0.8}, {"p50_ms", 8.0}, {"sentences", 9}, {"cost", {{"price", 2}}}};

TEST(CompareReports, says_what_became_better_and_what_worse) {
  const auto figures = compare_reports(before, after);
  ASSERT_EQ(figures.size(), 5U);
  EXPECT_EQ(figures[0].name, "faithfulness");
  EXPECT_EQ(figures[0].verdict(), -1);
  EXPECT_EQ(figures[1].verdict(), 1);
  EXPECT_EQ(figures[2].verdict(), 0) << "a count is neither better nor worse";
  EXPECT_EQ(figures[3].name, "cost.price");
  EXPECT_FALSE(figures[3].before.has_value());
  EXPECT_EQ(figures[4].name, "gone");
  EXPECT_EQ(to_json(figures)["figures"][0]["verdict"], "worse");
}

TEST(CompareReports, the_page_loads_nothing_and_escapes_names) {
  const std::string page = comparison_page("<script>", "after.json", compare_reports(before, after));
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_NE(page.find("class=\"worse\""), std::string::npos);
}

TEST(CompareReports, bounds_tell_what_is_missed) {
  const auto missed =
      must(missed_bounds(after, {{"faithfulness", 0.95}, {"sentences", 9}}, {{"p50_ms", 5}, {"cost.price", 2}}));
  ASSERT_EQ(missed.size(), 2U);
  EXPECT_NE(missed[0].find("faithfulness is 0.8, below 0.95"), std::string::npos);
  EXPECT_NE(missed[1].find("p50_ms"), std::string::npos);
  EXPECT_TRUE(fails_with(ErrorKind::invalid, missed_bounds(after, {{"fame", 1}}, {})));
}

TEST(CompareReports, a_bound_is_a_name_and_a_number) {
  EXPECT_DOUBLE_EQ(must(parse_bound("faithfulness=0.95")).value, 0.95);
  for (const std::string bad : {"", "faithfulness", "=1", "faithfulness=", "faithfulness=high", "a=1x"})
    EXPECT_TRUE(fails_with(ErrorKind::invalid, parse_bound(bad))) << bad;
}

}  // namespace
}  // namespace cairn
