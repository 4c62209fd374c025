#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/exposition.h"
#include "base/trace_log.h"
#include "base/trace_metrics.h"
#include "contract/manual_clock.h"

namespace cairn {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using Json = nlohmann::json;

class TraceSinksTest : public ::testing::Test {
 protected:
  /// A request that took 30 ms, 20 of them to embed its query.
  std::shared_ptr<const EndedTrace> answered(std::chrono::milliseconds embedding = 20ms) {
    Trace trace("POST /v1/answers", clock_);
    trace.set("method", std::string("POST"));
    trace.set("route", std::string("/v1/answers"));
    trace.set("status", std::int64_t{200});
    trace.set("bytes_out", std::int64_t{512});
    {
      const ScopedSpan snapshot(&trace, "query.snapshot");
      const ScopedSpan load(&trace, "query.load_snapshot");
      const ScopedSpan cold(&trace, "query.open_segment");
    }
    { const ScopedSpan warm(&trace, "query.snapshot"); }
    {
      ScopedSpan embed(&trace, "query.embed");
      embed.set("model", "bge-small");
      clock_.advance(embedding);
    }
    ScopedSpan(&trace, "query.dense").set("chunks", 1000);
    ScopedSpan verify(&trace, "query.verify");
    verify.set("generator", "extractive");
    verify.set("abstained", false);
    verify.set("supported", 3);
    verify.set("unsupported", 1);
    clock_.advance(10ms);
    verify.end();
    return trace.end();
  }

  std::shared_ptr<const EndedTrace> ingested(std::chrono::milliseconds waited, bool fails = false) {
    const auto queued = clock_.monotonic();
    clock_.advance(waited);
    Trace trace("task ingest", clock_, {.kind = TraceKind::task, .started = queued});
    trace.add("task.queued", queued, clock_.monotonic());
    trace.set("type", std::string("ingest"));
    trace.set("status", std::string(fails ? "failed" : "succeeded"));
    if (fails) trace.fail({ErrorKind::unavailable, "the model does not answer"});
    if (!fails) trace.set("chunks", std::int64_t{7});
    if (!fails) trace.set("tokens", std::int64_t{900});
    const ScopedSpan extract(&trace, "ingest.extract");
    clock_.advance(40ms);
    return trace.end();
  }

  std::vector<Json> logged(LogLevel level, const std::vector<std::shared_ptr<const EndedTrace>>& traces) {
    std::string out;
    {
      Log log({.level = level}, clock_, [&](std::string_view lines) {
        out += lines;
        return true;
      });
      TraceLog sink(log, {.slow_request = 100ms, .slow_task = 1s});
      for (const auto& trace : traces) sink.ended(trace);
    }
    std::vector<Json> lines;
    std::istringstream stream(out);
    for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
    return lines;
  }

  testing::ManualClock clock_;
};

TEST_F(TraceSinksTest, StagesOfATraceAreTheHistograms) {
  MetricRegistry registry;
  TraceMetrics metrics(registry);
  metrics.ended(answered());
  metrics.ended(ingested(3s));
  metrics.ended(ingested(1s, true));
  const auto read = testing::read_exposition(registry.to_prometheus());
  const auto value = [&](const std::string& sample) { return read.samples.at(sample); };
  EXPECT_EQ(value(R"(cairn_http_requests_total{method="POST",route="/v1/answers",status="2xx"})"), 1);
  EXPECT_DOUBLE_EQ(value(R"(cairn_http_request_duration_seconds_sum{method="POST",route="/v1/answers"})"), 0.03);
  EXPECT_EQ(value(R"(cairn_http_response_bytes_total{route="/v1/answers"})"), 512);
  EXPECT_DOUBLE_EQ(value(R"(cairn_query_stage_duration_seconds_sum{stage="embed"})"), 0.02);
  EXPECT_EQ(value(R"(cairn_query_stage_duration_seconds_count{stage="dense"})"), 1);
  EXPECT_EQ(value(R"(cairn_query_embeddings_total{model="bge-small",outcome="done"})"), 1);
  EXPECT_EQ(value("cairn_segments_opened_total"), 1);
  EXPECT_EQ(value(R"(cairn_snapshot_cache_requests_total{outcome="hit"})"), 1);
  EXPECT_EQ(value(R"(cairn_snapshot_cache_requests_total{outcome="miss"})"), 1);
  EXPECT_EQ(value(R"(cairn_answers_total{generator="extractive",outcome="answered"})"), 1);
  EXPECT_EQ(value(R"(cairn_answer_sentences_total{supported="true"})"), 3);
  EXPECT_EQ(value(R"(cairn_answer_sentences_total{supported="false"})"), 1);
  EXPECT_DOUBLE_EQ(value(R"(cairn_task_queue_wait_seconds_sum{type="ingest"})"), 4);
  EXPECT_DOUBLE_EQ(value(R"(cairn_ingest_stage_duration_seconds_sum{stage="extract"})"), 0.08);
  EXPECT_EQ(value(R"(cairn_tasks_ended_total{type="ingest",status="succeeded"})"), 1);
  EXPECT_EQ(value(R"(cairn_tasks_ended_total{type="ingest",status="failed"})"), 1);
  EXPECT_EQ(value("cairn_ingested_documents_total"), 1);
  EXPECT_EQ(value("cairn_ingested_chunks_total"), 7);
  EXPECT_EQ(value("cairn_ingested_tokens_total"), 900);
}

TEST_F(TraceSinksTest, ASlowRequestIsLoggedWithItsStages) {
  const auto trace = answered(200ms);
  const auto lines = logged(LogLevel::info, {answered(), trace});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["message"], "slow request");
  EXPECT_EQ(lines[0]["level"], "warning");
  EXPECT_EQ(lines[0]["operation"], "POST /v1/answers");
  EXPECT_EQ(lines[0]["duration_ms"], 210.0);
  EXPECT_EQ(lines[0]["stages_ms"]["query.embed"], 200.0);
  EXPECT_EQ(lines[0]["stages_ms"]["query.verify"], 10.0);
  EXPECT_EQ(lines[0]["status"], 200);
  EXPECT_EQ(lines[0]["trace_id"].get<std::string>().size(), 32u);
}

TEST_F(TraceSinksTest, ATaskIsSlowByItsWorkAndNotByItsQueue) {
  EXPECT_THAT(logged(LogLevel::info, {ingested(10min)}), IsEmpty());
}

TEST_F(TraceSinksTest, AFailureOfOursIsLoggedHoweverQuickAndOneOfTheCallerIsNot) {
  Trace theirs("POST /v1/search", clock_);
  theirs.fail({ErrorKind::invalid, "the query is empty"});
  const auto lines = logged(LogLevel::info, {ingested(0ms, true), theirs.end()});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["error_kind"], "unavailable");
  EXPECT_EQ(lines[0]["error"], "the model does not answer");
}

TEST_F(TraceSinksTest, ATaskThatFailedForGoodIsLoggedWithItsReason) {
  Trace trace("task ingest", clock_, {.kind = TraceKind::task});
  trace.set("status", std::string("failed"));
  trace.set("document_id", std::string("d1"));
  trace.fail({ErrorKind::invalid, "the file is broken: save it again"});
  const auto lines = logged(LogLevel::info, {trace.end()});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0]["message"], "task failed");
  EXPECT_EQ(lines[0]["document_id"], "d1");
  EXPECT_EQ(lines[0]["error"], "the file is broken: save it again");
}

TEST_F(TraceSinksTest, AnEventStreamIsLongAndNotSlow) {
  Trace trace("GET /v1/events", clock_);
  trace.set("stream", true);
  clock_.advance(1h);
  EXPECT_THAT(logged(LogLevel::info, {trace.end()}), IsEmpty());
}

TEST_F(TraceSinksTest, AtDebugEveryOperationIsLogged) {
  EXPECT_EQ(logged(LogLevel::debug, {answered(), ingested(0ms)}).size(), 2u);
}

TEST_F(TraceSinksTest, EverySinkIsTold) {
  struct Count final : TraceSink {
    int ended_count = 0;
    void ended(const std::shared_ptr<const EndedTrace>&) override { ++ended_count; }
  } one, other;
  TraceSinks sinks({&one, &other});
  sinks.ended(answered());
  EXPECT_EQ(one.ended_count + other.ended_count, 2);
}

}  // namespace
}  // namespace cairn
