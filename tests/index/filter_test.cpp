#include "index/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "index/corpus.h"

namespace cairn::index {
namespace {

using Matches = std::function<bool(const DocumentInput&)>;

std::vector<Value> values_of(const DocumentInput& document, std::string_view name) {
  std::vector<Value> out;
  for (const Property& property : document.properties)
    if (property.name == name) out.push_back(property.value);
  return out;
}

/// The numbers of the documents that a filter lets through, found by searching for the one term that all chunks share.
std::set<std::string> found(const Snapshot& snapshot, const Filter& filter) {
  std::set<std::string> out;
  for (const Candidate& hit : snapshot.search_lexical(std::vector<WeightedTerm>{{"all", 1}}, 10'000, &filter, {})) {
    const Segment& segment = *snapshot.segments()[hit.segment].segment;
    out.emplace(segment.stored(segment.chunk(hit.chunk).document));
  }
  return out;
}

class Filters : public testing::Test {
 protected:
  Filters() {
    test::Corpus corpus(21, {});
    for (std::uint32_t i = 0; i < 400; ++i) {
      DocumentInput& document = documents.emplace_back(corpus.document(i));
      document.chunks.resize(1 + i % 2);
      for (ChunkInput& chunk : document.chunks) chunk = {.terms = {{"all", 1}}, .length = 1};
      if (i % 5 == 0) document.properties.push_back({"number", "text " + std::to_string(i % 3)});
    }
    const std::span all(documents);
    snapshot.emplace(std::vector<LiveSegment>{{test::open(test::write({}, all.first(150))), {}},
                                              {test::open(test::write({}, all.subspan(150))), {0, 3}}});
    dead = {documents[150].stored, documents[153].stored};
  }

  void expect(const Filter& filter, const Matches& matches) {
    std::set<std::string> expected;
    for (const DocumentInput& document : documents)
      if (matches(document) && !dead.contains(document.stored)) expected.insert(document.stored);
    EXPECT_EQ(found(*snapshot, filter), expected);
  }

  std::vector<DocumentInput> documents;
  std::set<std::string> dead;
  std::optional<Snapshot> snapshot;
};

Matches any(std::string name, std::function<bool(const Value&)> holds) {
  return [=](const DocumentInput& document) { return std::ranges::any_of(values_of(document, name), holds); };
}

using Kind = Filter::Kind;

TEST_F(Filters, EqualityFindsAnyOfTheValuesOfAnyType) {
  expect({.kind = Kind::equals_any, .property = "group", .values = {"a", "d", "nobody"}},
         any("group", [](const Value& v) { return v == Value("a") || v == Value("d"); }));
  expect({.kind = Kind::equals_any, .property = "even", .values = {true}},
         any("even", [](const Value& v) { return v == Value(true); }));
  expect({.kind = Kind::equals_any, .property = "number", .values = {-0.0, 3.0, "text 1"}},
         any("number", [](const Value& v) { return v == Value(0.0) || v == Value(3.0) || v == Value("text 1"); }));
  expect({.kind = Kind::equals_any, .property = "missing", .values = {1.0}}, [](const auto&) { return false; });
  expect({.kind = Kind::equals_any, .property = "group"}, [](const auto&) { return false; });
}

TEST_F(Filters, RangesCompareNumbersWithNumbersAndTextWithText) {
  const auto number = [](const Value& v, auto holds) {
    return std::holds_alternative<double>(v) && holds(std::get<double>(v));
  };
  expect({.kind = Kind::range, .property = "number", .at_least = 3.0, .less_than = 7.0},
         any("number", [&](const Value& v) { return number(v, [](double x) { return x >= 3 && x < 7; }); }));
  expect({.kind = Kind::range, .property = "number", .greater_than = 3.0, .at_most = 7.0},
         any("number", [&](const Value& v) { return number(v, [](double x) { return x > 3 && x <= 7; }); }));
  expect(
      {.kind = Kind::range, .property = "group", .at_least = "b", .less_than = "d"},
      any("group", [](const Value& v) { return std::get<std::string>(v) >= "b" && std::get<std::string>(v) < "d"; }));
  expect({.kind = Kind::range, .property = "number", .at_least = 9.0, .less_than = 2.0},
         [](const auto&) { return false; });
  expect({.kind = Kind::range, .property = "number", .at_least = 3.0, .less_than = "x"},
         [](const auto&) { return false; });
}

TEST_F(Filters, TreesCombineAndNotIsTrueForWhatIsMissing) {
  const Filter a{.kind = Kind::equals_any, .property = "group", .values = {"a"}};
  const Filter even{.kind = Kind::equals_any, .property = "even", .values = {true}};
  const auto is_a = any("group", [](const Value& v) { return v == Value("a"); });
  const auto is_even = any("even", [](const Value& v) { return v == Value(true); });
  expect({.kind = Kind::all_of, .children = {a, even}}, [&](const auto& d) { return is_a(d) && is_even(d); });
  expect({.kind = Kind::any_of, .children = {a, even}}, [&](const auto& d) { return is_a(d) || is_even(d); });
  expect({.kind = Kind::none_of, .children = {a}}, [&](const auto& d) { return !is_a(d); });
  expect({.kind = Kind::none_of, .children = {a, even}}, [&](const auto& d) { return !is_a(d) && !is_even(d); });
  expect({.kind = Kind::all_of}, [](const auto&) { return true; });
  expect({.kind = Kind::any_of}, [](const auto&) { return false; });
  expect({.kind = Kind::all_of, .children = {{.kind = Kind::none_of, .children = {a}}, even}},
         [&](const auto& d) { return !is_a(d) && is_even(d); });
}

}  // namespace
}  // namespace cairn::index
