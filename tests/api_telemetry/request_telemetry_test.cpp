#include "api/telemetry/request_telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/exposition.h"
#include "base/trace_metrics.h"
#include "contract/manual_clock.h"

namespace cairn::telemetry {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

struct LastTrace final : TraceSink {
  void ended(const std::shared_ptr<const EndedTrace>& trace) override { last = trace; }
  std::shared_ptr<const EndedTrace> last;
};

class RequestTelemetryTest : public ::testing::Test {
 protected:
  http::Request search() {
    http::Request request;
    request.method = "POST";
    request.target = "/v1/search?q=what%20I%20asked";
    request.path = "/v1/search";
    request.route = "/v1/search";
    request.id = "r-1";
    request.peer = "10.0.0.7";
    request.body = R"({"query":"what I asked"})";
    request.received = clock.monotonic();
    return request;
  }

  double metric(const std::string& sample) {
    return testing::read_exposition(registry.to_prometheus()).samples.at(sample);
  }

  Json line() {
    log->flush();
    return Json::parse(logged);
  }

  testing::ManualClock clock;
  std::string logged;
  MetricRegistry registry;
  std::unique_ptr<Log> log = std::make_unique<Log>(LogOptions{}, clock, [this](std::string_view lines) {
    logged += lines;
    return true;
  });
  LastTrace last;
  TraceMetrics metrics{registry};
  TraceSinks sinks{{&metrics, &last}};
  RequestTelemetry telemetry{clock, *log, sinks, registry};
};

TEST_F(RequestTelemetryTest, a_request_is_traced_counted_and_logged) {
  http::Request request = search();
  request.headers.add("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  clock.advance(3ms);
  telemetry.begun(request);
  EXPECT_EQ(metric("cairn_http_requests_in_flight"), 1);
  request.caller = "ann";
  request.tenant = "blue";
  clock.advance(7ms);
  telemetry.ended(request, 200, 27, 512);
  EXPECT_EQ(metric("cairn_http_requests_in_flight"), 0);
  EXPECT_EQ(metric(R"(cairn_http_requests_total{method="POST",route="/v1/search",status="2xx"})"), 1);
  EXPECT_EQ(metric(R"(cairn_http_request_bytes_total{route="/v1/search"})"), 27);
  EXPECT_EQ(last.last->duration(), 10ms);
  const Json logged_line = line();
  EXPECT_EQ(logged_line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(logged_line["request_id"], "r-1");
  EXPECT_EQ(logged_line["status"], 200);
  EXPECT_EQ(logged_line["duration_ms"], 10.0);
  EXPECT_EQ(logged_line["caller"], "ann");
  EXPECT_EQ(logged_line["tenant"], "blue");
  EXPECT_EQ(logged_line["route"], "/v1/search");
}

TEST_F(RequestTelemetryTest, the_question_stays_out_of_log_and_trace) {
  http::Request request = search();
  telemetry.begun(request);
  telemetry.ended(request, 200, 27, 512);
  EXPECT_THAT(line().dump(), Not(HasSubstr("asked")));
  for (const SpanAttribute& attribute : last.last->attributes) {
    const auto* text = std::get_if<std::string>(&attribute.value);
    EXPECT_THAT(text != nullptr ? *text : "", Not(HasSubstr("asked")));
  }
}

TEST_F(RequestTelemetryTest, a_request_that_the_transport_refused_is_counted_too) {
  http::Request request;
  request.method = "BREW\r\nX: y";
  request.id = "r-2";
  telemetry.ended(request, 400, 0, 100);
  EXPECT_EQ(metric(R"(cairn_http_requests_total{method="other",route="none",status="4xx"})"), 1);
  EXPECT_EQ(metric("cairn_http_requests_in_flight"), 0);
}

TEST_F(RequestTelemetryTest, made_up_paths_are_no_labels) {
  for (int i = 0; i < 500; ++i) {
    http::Request request = search();
    request.route.clear();
    request.path = "/made/up/" + std::to_string(i);
    telemetry.begun(request);
    telemetry.ended(request, 404, 0, 50);
  }
  EXPECT_EQ(metric(R"(cairn_http_requests_total{method="POST",route="none",status="4xx"})"), 500);
}

TEST_F(RequestTelemetryTest, a_client_that_went_away_is_told_apart) {
  http::Request request = search();
  telemetry.begun(request);
  telemetry.ended(request, 0, 0, 0);
  EXPECT_EQ(metric(R"(cairn_http_requests_total{method="POST",route="/v1/search",status="gone"})"), 1);
  EXPECT_EQ(line()["message"], "client went away");
}

TEST_F(RequestTelemetryTest, probes_are_counted_and_not_logged) {
  http::Request request = search();
  request.method = "GET";
  request.route = "/healthz";
  telemetry.begun(request);
  telemetry.ended(request, 200, 0, 20);
  log->flush();
  EXPECT_EQ(logged, "");
  EXPECT_EQ(metric(R"(cairn_http_requests_total{method="GET",route="/healthz",status="2xx"})"), 1);
}

TEST_F(RequestTelemetryTest, an_open_event_stream_is_no_duration) {
  http::Request request = search();
  request.route = "/v1/events";
  telemetry.begun(request);
  clock.advance(std::chrono::hours(3));
  telemetry.ended(request, 200, 0, 20);
  const auto read = testing::read_exposition(registry.to_prometheus());
  EXPECT_FALSE(read.samples.contains(R"(cairn_http_request_duration_seconds_count{method="POST",route="/v1/events"})"));
}

TEST_F(RequestTelemetryTest, a_server_error_is_logged_as_one) {
  http::Request request = search();
  telemetry.begun(request);
  telemetry.ended(request, 500, 0, 20);
  EXPECT_EQ(line()["level"], "error");
}

}  // namespace
}  // namespace cairn::telemetry
