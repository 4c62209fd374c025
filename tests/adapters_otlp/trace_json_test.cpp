#include "adapters/otlp/trace_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "contract/manual_clock.h"

namespace cairn {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

class TraceJsonTest : public ::testing::Test {
 protected:
  Json spans_of(const std::shared_ptr<const EndedTrace>& trace) {
    const Json body =
        Json::parse(traces_as_otlp({.service = "cairn", .version = "1.2", .instance = "host:7"}, std::span(&trace, 1)));
    resource = body.at("resourceSpans").at(0).at("resource");
    return body.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans");
  }

  static Json attribute(const Json& of, const std::string& key) {
    for (const Json& one : of.at("attributes"))
      if (one.at("key") == key) return one.at("value");
    return nullptr;
  }

  testing::ManualClock clock;
  Json resource;
};

TEST_F(TraceJsonTest, spans_are_written_as_the_protocol_wants_them) {
  const auto caller = parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  Trace trace("POST /v1/search", clock, {.caller = caller});
  trace.set("method", std::string("POST"));
  trace.set("status", std::int64_t{200});
  trace.set("caller", std::string("ann"));
  clock.advance(5ms);
  {
    ScopedSpan span(&trace, "query.embed");
    span.set("model", "bge");
    span.set("share", 0.5);
    span.set("cold", true);
    clock.advance(20ms);
  }
  const Json spans = spans_of(trace.end());
  ASSERT_EQ(spans.size(), 2U);
  const Json &root = spans[0], &embed = spans[1];
  EXPECT_EQ(root["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(root["parentSpanId"], "00f067aa0ba902b7");
  EXPECT_EQ(root["spanId"].get<std::string>().size(), 16U);
  EXPECT_EQ(root["name"], "POST /v1/search");
  EXPECT_EQ(root["kind"], 2);
  EXPECT_EQ(root["startTimeUnixNano"], "1800000000000000000");
  EXPECT_EQ(root["endTimeUnixNano"], "1800000000025000000");
  EXPECT_EQ(attribute(root, "http.request.method"), Json({{"stringValue", "POST"}}));
  EXPECT_EQ(attribute(root, "http.response.status_code"), Json({{"intValue", "200"}}));
  EXPECT_EQ(attribute(root, "cairn.caller"), Json({{"stringValue", "ann"}}));
  EXPECT_EQ(embed["traceId"], root["traceId"]);
  EXPECT_EQ(embed["parentSpanId"], root["spanId"]);
  EXPECT_EQ(embed["kind"], 1);
  EXPECT_EQ(embed["startTimeUnixNano"], "1800000000005000000");
  EXPECT_EQ(attribute(embed, "cairn.model"), Json({{"stringValue", "bge"}}));
  EXPECT_EQ(attribute(embed, "cairn.share"), Json({{"doubleValue", 0.5}}));
  EXPECT_EQ(attribute(embed, "cairn.cold"), Json({{"boolValue", true}}));
  EXPECT_EQ(attribute(resource, "service.name"), Json({{"stringValue", "cairn"}}));
  EXPECT_EQ(attribute(resource, "service.instance.id"), Json({{"stringValue", "host:7"}}));
}

TEST_F(TraceJsonTest, an_error_is_a_status_and_a_task_is_a_consumer_without_parent) {
  Trace trace("task ingest", clock, {.kind = TraceKind::task});
  trace.fail({ErrorKind::unavailable, "no model\xff"});
  const Json root = spans_of(trace.end())[0];
  EXPECT_EQ(root["kind"], 5);
  EXPECT_EQ(root["status"]["code"], 2);
  EXPECT_EQ(root["status"]["message"], "no model\xef\xbf\xbd");
  EXPECT_EQ(attribute(root, "error.type"), Json({{"stringValue", "unavailable"}}));
  EXPECT_FALSE(root.contains("parentSpanId"));
}

TEST_F(TraceJsonTest, what_was_dropped_is_said) {
  Trace trace("task ingest", clock);
  for (std::size_t i = 0; i < Trace::max_spans + 4; ++i) ScopedSpan(&trace, "ingest.store").end();
  const Json spans = spans_of(trace.end());
  EXPECT_EQ(spans.size(), Trace::max_spans);
  EXPECT_EQ(attribute(spans[0], "cairn.dropped"), Json({{"intValue", "5"}}));
}

}  // namespace
}  // namespace cairn
