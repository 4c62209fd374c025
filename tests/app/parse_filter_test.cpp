#include "app/parse_filter.h"

#include <gtest/gtest.h>

#include <string>

#include "contract/expect_result.h"

namespace cairn {
namespace {

using index::Filter;
using nlohmann::json;
using testing::must;

Filter parse(const char* text) { return must(parse_filter(json::parse(text))).value(); }

std::string error_of(const char* text) {
  const auto parsed = parse_filter(json::parse(text));
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
  return parsed.error().message;
}

TEST(ParseFilter, null_is_no_filter) { EXPECT_FALSE(must(parse_filter(json())).has_value()); }

TEST(ParseFilter, a_value_means_equality) {
  const Filter filter = parse(R"({"year": 2026})");
  EXPECT_EQ(filter.kind, Filter::Kind::equals_any);
  EXPECT_EQ(filter.property, "year");
  EXPECT_EQ(filter.values, (std::vector<index::Value>{2026.0}));
}

TEST(ParseFilter, several_fields_must_all_hold) {
  const Filter filter = parse(R"({"year": 2026, "open": true, "kind": {"in": ["a", "b"]}})");
  EXPECT_EQ(filter.kind, Filter::Kind::all_of);
  EXPECT_EQ(filter.children.size(), 3U);
}

TEST(ParseFilter, ranges_take_each_bound) {
  const Filter filter = parse(R"({"price": {"gte": 10, "lt": 20}})");
  EXPECT_EQ(filter.kind, Filter::Kind::range);
  EXPECT_EQ(filter.at_least, index::Value(10.0));
  EXPECT_EQ(filter.less_than, index::Value(20.0));
  EXPECT_FALSE(filter.at_most.has_value());
  EXPECT_EQ(parse(R"({"day": {"gt": "2026-01-01", "lte": "2026-02-01"}})").at_most,
            index::Value(std::string("2026-02-01")));
}

TEST(ParseFilter, combines_with_and_or_not) {
  const Filter filter = parse(R"({"or": [{"a": 1}, {"not": {"b": 2}}, {"and": [{"c": 3}, {"d": 4}]}]})");
  ASSERT_EQ(filter.kind, Filter::Kind::any_of);
  EXPECT_EQ(filter.children[1].kind, Filter::Kind::none_of);
  EXPECT_EQ(filter.children[2].kind, Filter::Kind::all_of);
}

TEST(ParseFilter, in_and_a_range_on_one_field_must_both_hold) {
  const Filter filter = parse(R"({"n": {"in": [1, 2, 3], "gt": 1}})");
  ASSERT_EQ(filter.kind, Filter::Kind::all_of);
  EXPECT_EQ(filter.children[0].kind, Filter::Kind::equals_any);
  EXPECT_EQ(filter.children[1].kind, Filter::Kind::range);
}

TEST(ParseFilter, names_what_it_does_not_know) {
  EXPECT_NE(error_of(R"({"year": {"eq": 1}})").find("`filter.year.eq`"), std::string::npos);
  EXPECT_NE(error_of(R"({"$acl": "group:board"})").find("`filter.$acl`"), std::string::npos);
}

TEST(ParseFilter, refuses_what_has_no_meaning) {
  for (const char* text : {"[]", "3", R"({"and": {}})", R"({"not": []})", R"({"a": null})", R"({"a": [1]})",
                           R"({"a": {}})", R"({"a": {"in": 1}})", R"({"a": {"gt": true}})", R"({"a": {"in": [{}]}})"})
    EXPECT_NE(error_of(text), "accepted") << text;
}

TEST(ParseFilter, bounds_depth_and_size) {
  json deep = {{"a", 1}};
  for (int i = 0; i < 1'000; ++i) deep = {{"not", std::move(deep)}};
  EXPECT_FALSE(parse_filter(deep).has_value());
  EXPECT_FALSE(parse_filter({{"a", {{"in", std::vector<int>(5000)}}}}).has_value());
}

TEST(VisibleTo, is_everything_for_the_owner_and_groups_for_others) {
  EXPECT_FALSE(visible_to(Principal{}).has_value());
  const auto filter = visible_to({.groups = {"group:board"}, .is_owner = false});
  ASSERT_TRUE(filter.has_value());
  EXPECT_EQ(filter->property, "$acl");
  EXPECT_EQ(filter->values, (std::vector<index::Value>{std::string("*"), std::string("group:board")}));
}

}  // namespace
}  // namespace cairn
