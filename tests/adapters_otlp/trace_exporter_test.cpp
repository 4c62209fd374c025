#include "adapters/otlp/trace_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <numeric>

#include "adapters/http_client/curl_http_client.h"
#include "adapters_otlp/collector.h"
#include "contract/manual_clock.h"

namespace cairn {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

/// Answers by a function.
class ScriptedClient final : public HttpClient {
 public:
  using Script = std::function<Result<HttpAnswer>(const HttpCall&, const CancelToken&)>;
  explicit ScriptedClient(Script script) : script_(std::move(script)) {}
  Result<HttpAnswer> send(const HttpCall& call, const CancelToken& cancel) override { return script_(call, cancel); }

 private:
  Script script_;
};

class TraceExporterTest : public ::testing::Test {
 protected:
  TraceExporterTest() {
    options.ratio = 1;
    options.batch_age = 0ms;
    options.first_retry = 1ms;
    options.longest_retry = 2ms;
    options.farewell = 60s;
  }

  std::shared_ptr<const EndedTrace> trace(std::chrono::milliseconds duration = 5ms,
                                          std::optional<Error> error = std::nullopt,
                                          std::optional<TraceContext> caller = std::nullopt) {
    Trace made("POST /v1/search", clock, {.caller = caller});
    clock.advance(duration);
    if (error) made.fail(*error);
    return made.end();
  }

  std::unique_ptr<TraceExporter> exporter(std::unique_ptr<HttpClient> client) {
    return std::make_unique<TraceExporter>(options, std::move(client), log, registry);
  }
  std::unique_ptr<TraceExporter> exporter(ScriptedClient::Script script) {
    return exporter(std::make_unique<ScriptedClient>(std::move(script)));
  }

  /// The value of a sample as it is written, or "absent".
  std::string metric(const std::string& sample) {
    const std::string text = "\n" + registry.to_prometheus();
    const std::size_t at = text.find("\n" + sample + " ");
    if (at == std::string::npos) return "absent";
    const std::size_t begin = at + sample.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
  }

  testing::ManualClock clock;
  std::mutex logged_mutex;
  std::string logged;
  Log log{{}, clock, [this](std::string_view lines) {
            const std::lock_guard lock(logged_mutex);
            logged += lines;
            return true;
          }};
  MetricRegistry registry;
  TraceExporterOptions options;
};

std::size_t spans_in(const std::string& body) {
  return Json::parse(body)["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
}

TEST_F(TraceExporterTest, a_collector_gets_each_trace_as_json) {
  testing::Collector collector;
  options.endpoint = collector.url();
  options.headers = {{"X-Tenant", "blue"}};
  const auto sending = exporter(make_curl_http_client());
  sending->ended(trace());
  const std::string request = collector.requests(1).front();
  EXPECT_THAT(request, HasSubstr("POST /v1/traces HTTP/1.1"));
  EXPECT_THAT(request, HasSubstr("Content-Type: application/json"));
  EXPECT_THAT(request, HasSubstr("X-Tenant: blue"));
  EXPECT_EQ(spans_in(request.substr(request.find("\r\n\r\n") + 4)), 1U);
}

TEST_F(TraceExporterTest, a_busy_collector_is_asked_again_and_one_that_refuses_is_not) {
  testing::Collector collector;
  collector.answer_with({503, 429, 200, 400});
  options.endpoint = collector.url();
  auto sending = exporter(make_curl_http_client());
  sending->ended(trace());
  collector.requests(3);
  sending->ended(trace());
  collector.requests(4);
  sending.reset();
  EXPECT_EQ(metric("cairn_traces_exported_total"), "1");
  EXPECT_EQ(metric(R"(cairn_traces_dropped_total{reason="refused"})"), "1");
  EXPECT_EQ(metric("cairn_trace_export_failures_total"), "3");
}

TEST_F(TraceExporterTest, a_collector_that_is_away_costs_traces_and_nothing_else) {
  options.endpoint = "http://collector.invalid";
  options.attempts = 3;
  std::atomic<int> calls = 0;
  std::promise<void> gave_up;
  auto sending = exporter([&](const HttpCall&, const CancelToken&) -> Result<HttpAnswer> {
    if (++calls == 3) gave_up.set_value();
    return fail(ErrorKind::unavailable, "nobody there");
  });
  sending->ended(trace());
  sending->ended(trace());
  gave_up.get_future().wait();
  sending.reset();
  EXPECT_THAT(metric(R"(cairn_traces_dropped_total{reason="gave_up"})"), "2");
  EXPECT_EQ(metric("cairn_traces_exported_total"), "0");
  log.flush();
  EXPECT_EQ(logged.find("takes no traces"), logged.rfind("takes no traces")) << "is logged once";
  EXPECT_THAT(logged, HasSubstr("nobody there"));
}

TEST_F(TraceExporterTest, a_full_queue_drops_and_counts_while_a_request_hangs) {
  options.max_queued = 3;
  options.batch_traces = 1;
  std::promise<void> entered, release;
  auto released = release.get_future().share();
  std::atomic<int> sent = 0;
  auto sending = exporter([&](const HttpCall&, const CancelToken&) -> Result<HttpAnswer> {
    if (++sent == 1) entered.set_value();
    released.wait();
    return HttpAnswer{.status = 200};
  });
  sending->ended(trace());
  entered.get_future().wait();
  for (int i = 0; i < 10; ++i) sending->ended(trace());
  EXPECT_EQ(metric(R"(cairn_traces_dropped_total{reason="queue_full"})"), "7");
  release.set_value();
  sending.reset();
  EXPECT_EQ(metric("cairn_traces_exported_total"), "4");
}

TEST_F(TraceExporterTest, what_is_queued_goes_in_batches_and_is_sent_before_the_end) {
  options.batch_traces = 4;
  options.batch_age = std::chrono::hours(1);
  std::vector<std::size_t> sizes;
  auto sending = exporter([&](const HttpCall& call, const CancelToken&) -> Result<HttpAnswer> {
    sizes.push_back(spans_in(call.body));
    return HttpAnswer{.status = 200};
  });
  for (int i = 0; i < 10; ++i) sending->ended(trace());
  sending.reset();
  EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}), 10U);
  for (const std::size_t size : sizes) EXPECT_LE(size, 4U);
}

TEST_F(TraceExporterTest, the_end_does_not_wait_for_a_collector_that_hangs) {
  options.farewell = 1ms;
  std::promise<void> entered;
  auto sending = exporter([&](const HttpCall&, const CancelToken& cancel) -> Result<HttpAnswer> {
    entered.set_value();
    while (!cancel.cancelled()) std::this_thread::yield();
    return fail(ErrorKind::cancelled, "cancelled");
  });
  sending->ended(trace());
  entered.get_future().wait();
  sending.reset();
  EXPECT_EQ(metric("cairn_traces_exported_total"), "0");
}

TEST_F(TraceExporterTest, slow_failed_and_sampled_traces_are_sent_whatever_the_share) {
  options.ratio = 0;
  const auto sending = exporter([](const HttpCall&, const CancelToken&) { return HttpAnswer{.status = 200}; });
  const TraceContext caller{.trace = trace()->context.trace, .span = 7, .sampled = true};
  EXPECT_FALSE(sending->wants(*trace()));
  EXPECT_FALSE(sending->wants(*trace(5ms, Error{ErrorKind::invalid, "the query is empty"})));
  EXPECT_TRUE(sending->wants(*trace(1'000ms)));
  EXPECT_TRUE(sending->wants(*trace(5ms, Error{ErrorKind::internal, "a bug"})));
  EXPECT_TRUE(sending->wants(*trace(5ms, std::nullopt, caller)));
}

TEST_F(TraceExporterTest, about_the_wanted_share_is_sent_and_the_same_trace_by_every_process) {
  options.ratio = 0.25;
  const auto one = exporter([](const HttpCall&, const CancelToken&) { return HttpAnswer{.status = 200}; });
  int wanted = 0;
  for (int i = 0; i < 4'000; ++i) {
    const auto made = trace(0ms);
    wanted += one->wants(*made) ? 1 : 0;
    EXPECT_EQ(one->wants(*made), one->wants(*made));
  }
  EXPECT_GT(wanted, 800);  // 1,000 expected, with a standard deviation of 27.
  EXPECT_LT(wanted, 1'200);
}

TEST_F(TraceExporterTest, an_event_stream_is_not_slow) {
  options.ratio = 0;
  const auto sending = exporter([](const HttpCall&, const CancelToken&) { return HttpAnswer{.status = 200}; });
  Trace stream("GET /v1/events", clock);
  stream.set("stream", true);
  clock.advance(std::chrono::hours(2));
  EXPECT_FALSE(sending->wants(*stream.end()));
}

}  // namespace
}  // namespace cairn
