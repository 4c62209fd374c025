#include "base/trace.h"

#include <gtest/gtest.h>

#include <barrier>
#include <map>
#include <set>

#include "base/result.h"
#include "contract/manual_clock.h"

namespace cairn {
namespace {

using namespace std::chrono_literals;

class TraceTest : public ::testing::Test {
 protected:
  testing::ManualClock clock_;
};

std::uint32_t index_of(const EndedTrace& trace, std::string_view name) {
  for (std::uint32_t i = 0; i < trace.spans.size(); ++i)
    if (trace.name_of(i) == name) return i;
  ADD_FAILURE() << "there is no span " << name;
  return 0;
}

TEST_F(TraceTest, SpansKnowTheirTimesTheirParentsAndWhatWasSaidAboutThem) {
  Trace trace("POST /v1/search", clock_);
  clock_.advance(2ms);
  {
    ScopedSpan outer(&trace, "query.dense");
    clock_.advance(3ms);
    ScopedSpan inner(&trace, "query.embed");
    inner.set("model", "bge-small");
    inner.set("tokens", std::size_t{12});
    inner.set("cached", false);
    clock_.advance(5ms);
  }
  ScopedSpan(&trace, "query.fuse").set("share", 0.5);
  const auto ended = trace.end();
  ASSERT_EQ(ended->spans.size(), 4u);
  const SpanRecord& inner = ended->spans[index_of(*ended, "query.embed")];
  EXPECT_EQ(ended->name_of(inner.parent), "query.dense");
  EXPECT_EQ(inner.start, 5ms);
  EXPECT_EQ(inner.end, 10ms);
  EXPECT_EQ(ended->spans[index_of(*ended, "query.fuse")].parent, 0u);
  EXPECT_EQ(ended->duration(), 10ms);
  EXPECT_EQ(std::get<std::string>(*ended->attribute("model", 2)), "bge-small");
  EXPECT_EQ(std::get<std::int64_t>(*ended->attribute("tokens", 2)), 12);
  EXPECT_EQ(std::get<bool>(*ended->attribute("cached", 2)), false);
  EXPECT_EQ(std::get<double>(*ended->attribute("share", 3)), 0.5);
}

TEST_F(TraceTest, NothingIsMeasuredWithoutATrace) {
  ScopedSpan span(nullptr, "query.embed");
  span.set("model", "m");
  span.fail({ErrorKind::internal, "no"});
  span.end();
}

TEST_F(TraceTest, AStageOnAnotherThreadIsNoChildOfWhatThisOneHasOpen) {
  Trace trace("search", clock_);
  ScopedSpan here(&trace, "query.lexical");
  std::thread([&] {
    const ScopedSpan there(&trace, "query.dense");
    const ScopedSpan below(&trace, "query.embed");
  }).join();
  here.end();
  const auto ended = trace.end();
  EXPECT_EQ(ended->spans[index_of(*ended, "query.dense")].parent, 0u);
  EXPECT_EQ(ended->spans[index_of(*ended, "query.embed")].parent, index_of(*ended, "query.dense"));
}

TEST_F(TraceTest, WorkThatIsHandedToAnotherThreadBelongsToTheStageThatHandsIt) {
  Trace trace("search", clock_);
  {
    const ScopedSpan outer(&trace, "outer");
    const ScopedStage::Place place = ScopedStage::place(&trace);
    std::jthread([&] {
      {
        const ScopedStage stage(place);
        const ScopedSpan handed(&trace, "handed");
      }
      const ScopedSpan after(&trace, "after");
    }).join();
    const ScopedStage here(place);  // Whoever hands work may do it itself.
    const ScopedSpan own(&trace, "own");
  }
  const ScopedStage nowhere(ScopedStage::place(nullptr));
  const auto ended = trace.end();
  ASSERT_EQ(ended->spans.size(), 5u);
  std::map<std::string_view, std::string_view> parents;
  for (const SpanRecord& span : ended->spans) parents[span.name] = ended->spans[span.parent].name;
  EXPECT_EQ(parents["handed"], "outer");
  EXPECT_EQ(parents["after"], "");
  EXPECT_EQ(parents["own"], "outer");
}

TEST_F(TraceTest, ManyThreadsRecordAtOnceWithinBounds) {
  Trace trace("ingest", clock_);
  constexpr int threads = 4, spans = 200;
  std::barrier start(threads);
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < spans; ++i) ScopedSpan(&trace, "ingest.embed").set("chunks", i);
    });
  for (std::thread& thread : running) thread.join();
  const auto ended = trace.end();
  EXPECT_EQ(ended->spans.size(), Trace::max_spans);
  EXPECT_EQ(ended->dropped, threads * spans + 1 - Trace::max_spans);
  std::set<std::uint64_t> ids;
  for (std::size_t i = 0; i < ended->spans.size(); ++i) ids.insert(ended->span_id(i));
  EXPECT_EQ(ids.size(), ended->spans.size());
}

TEST_F(TraceTest, WhatIsStillOpenEndsWithTheTraceAndWhatComesLaterIsIgnored) {
  Trace trace("search", clock_);
  ScopedSpan open(&trace, "query.dense");
  clock_.advance(4ms);
  const auto ended = trace.end();
  open.set("late", true);
  open.end();
  ScopedSpan(&trace, "query.fuse").set("late", true);
  trace.fail({ErrorKind::internal, "late"});
  EXPECT_EQ(ended->spans.size(), 2u);
  EXPECT_EQ(ended->spans[1].end, 4ms);
  EXPECT_TRUE(ended->attributes.empty());
}

TEST_F(TraceTest, ATraceMayHaveBegunBeforeItWasMade) {
  const auto received = clock_.monotonic();
  const auto wall = clock_.now();
  clock_.advance(7ms);
  Trace trace("task", clock_, {.kind = TraceKind::task, .started = received});
  trace.add("task.queued", received, clock_.monotonic(), {{0, "attempt", std::int64_t{2}}});
  const auto ended = trace.end();
  EXPECT_EQ(ended->duration(), 7ms);
  EXPECT_EQ(ended->spans[1].start, 0ms);
  EXPECT_EQ(ended->spans[1].end, 7ms);
  EXPECT_EQ(std::get<std::int64_t>(*ended->attribute("attempt", 1)), 2);
  EXPECT_EQ(ended->started, wall.time_since_epoch());
}

TEST_F(TraceTest, AnErrorOfTheCallerIsNoFailureOfOurs) {
  Trace theirs("search", clock_), ours("search", clock_);
  theirs.fail({ErrorKind::invalid, "the query is empty"});
  {
    ScopedSpan span(&ours, "query.embed");
    const auto result = span.watch(Result<int>(fail(ErrorKind::unavailable, "no model")));
    EXPECT_FALSE(result);
  }
  EXPECT_FALSE(theirs.end()->failed());
  const auto ended = ours.end();
  EXPECT_TRUE(ended->failed());
  EXPECT_EQ(ended->spans[1].error->message, "no model");
}

TEST_F(TraceTest, ATraceOfACallerGoesOn) {
  const auto caller = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_TRUE(caller);
  EXPECT_TRUE(caller->sampled);
  Trace trace("search", clock_, {.caller = caller});
  EXPECT_EQ(trace.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
  const auto ended = trace.end();
  EXPECT_EQ(span_hex(ended->parent_span), "00f067aa0ba902b7");
  EXPECT_NE(ended->context.span, ended->parent_span);
  EXPECT_EQ(to_traceparent(ended->context),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-" + span_hex(ended->context.span) + "-01");
}

TEST_F(TraceTest, TracesHaveIdsOfTheirOwn) {
  Trace one("a", clock_), other("a", clock_);
  EXPECT_NE(one.id(), other.id());
  EXPECT_EQ(one.id().size(), 32u);
  EXPECT_TRUE(parse_traceparent(to_traceparent(one.context())));
}

TEST(Traceparent, MalformedOnesAreIgnored) {
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  for (const std::string& bad :
       {std::string(), good.substr(0, 54), good + "-00", "ff" + good.substr(2), "0g" + good.substr(2),
        std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
        std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
        std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        std::string("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), "01" + good.substr(2) + "x"})
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
  EXPECT_TRUE(parse_traceparent("01" + good.substr(2) + "-what-comes-later"));
  EXPECT_FALSE(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")->sampled);
}

}  // namespace
}  // namespace cairn
