#include "base/metrics.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "base/exposition.h"

namespace cairn {
namespace {

using testing::Exposition;
using testing::read_exposition;

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  MetricRegistry registry;
  registry.counter("cairn_events_total", "Events.").add(3);
  registry.gauge("cairn_open_files", "Open\nfiles \\ now.").set(1.5);
  registry.counters("cairn_requests_total", "Requests.", {"route", "status"}).with({"/v1/search", "2xx"}).add(2);
  const Exposition read = read_exposition(registry.to_prometheus());
  EXPECT_EQ(read.types.at("cairn_events_total"), "counter");
  EXPECT_EQ(read.types.at("cairn_open_files"), "gauge");
  EXPECT_EQ(read.helps.at("cairn_open_files"), "Open\\nfiles \\\\ now.");
  EXPECT_EQ(read.samples.at("cairn_events_total"), 3);
  EXPECT_EQ(read.samples.at("cairn_open_files"), 1.5);
  EXPECT_EQ(read.samples.at(R"(cairn_requests_total{route="/v1/search",status="2xx"})"), 2);
}

TEST(Metrics, ValuesOfLabelsCannotForgeLines) {
  MetricRegistry registry;
  registry.counters("cairn_requests_total", "Requests.", {"route"}).with({"a\"} 1\nforged 2\\"}).add();
  const Exposition read = read_exposition(registry.to_prometheus());
  ASSERT_EQ(read.samples.size(), 1u);
  EXPECT_EQ(read.samples.begin()->first, R"(cairn_requests_total{route="a\"} 1\nforged 2\\"})");
}

TEST(Metrics, HistogramsCountUpToEachBound) {
  MetricRegistry registry;
  constexpr std::array<double, 3> bounds{0.1, 1, 10};
  auto& family = registry.histograms("cairn_stage_seconds", "Stages.", {"stage"}, bounds);
  for (const double value : {0.05, 0.1, 0.5, 5.0, 50.0}) family.with({"embed"}).observe(value);
  const Exposition read = read_exposition(registry.to_prometheus());
  const auto bucket = [&](const std::string& bound) {
    return read.samples.at("cairn_stage_seconds_bucket{stage=\"embed\",le=\"" + bound + "\"}");
  };
  EXPECT_EQ(bucket("0.1"), 2);
  EXPECT_EQ(bucket("1"), 3);
  EXPECT_EQ(bucket("10"), 4);
  EXPECT_EQ(bucket("+Inf"), 5);
  EXPECT_EQ(read.samples.at(R"(cairn_stage_seconds_count{stage="embed"})"), 5);
  EXPECT_DOUBLE_EQ(read.samples.at(R"(cairn_stage_seconds_sum{stage="embed"})"), 55.65);
}

TEST(Metrics, MadeUpLabelsAreCountedTogetherOnceThereAreTooMany) {
  MetricRegistry registry;
  auto& family = registry.counters("cairn_requests_total", "Requests.", {"route"}, 10);
  for (int i = 0; i < 1000; ++i) family.with({"/made/up/" + std::to_string(i)}).add();
  const Exposition read = read_exposition(registry.to_prometheus());
  EXPECT_EQ(read.samples.size(), 11u);
  EXPECT_EQ(read.samples.at(R"(cairn_requests_total{route="other"})"), 990);
  EXPECT_EQ(read.samples.at(R"(cairn_requests_total{route="/made/up/3"})"), 1);
}

TEST(Metrics, ManyThreadsCountWithoutLosingAny) {
  MetricRegistry registry;
  auto& counters = registry.counters("cairn_requests_total", "Requests.", {"route"});
  auto& seconds = registry.histogram("cairn_seconds", "Seconds.", duration_bounds());
  auto& gauge = registry.gauge("cairn_in_flight", "In flight.");
  std::vector<std::thread> running;
  for (int t = 0; t < 4; ++t)
    running.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        counters.with({"/r" + std::to_string(i % 50)}).add();
        seconds.observe(0.25);
        gauge.add(1);
        gauge.add(-1);
      }
    });
  for (int i = 0; i < 20; ++i) read_exposition(registry.to_prometheus());
  for (std::thread& thread : running) thread.join();
  const Exposition read = read_exposition(registry.to_prometheus());
  for (int r = 0; r < 50; ++r)
    EXPECT_EQ(read.samples.at("cairn_requests_total{route=\"/r" + std::to_string(r) + "\"}"), 800);
  EXPECT_EQ(read.samples.at("cairn_seconds_count"), 40'000);
  EXPECT_EQ(read.samples.at("cairn_seconds_sum"), 10'000);
  EXPECT_EQ(read.samples.at("cairn_in_flight"), 0);
}

TEST(Metrics, NumbersKeptElsewhereAreReadWhenAsked) {
  MetricRegistry registry;
  double queued = 4;
  registry.on_scrape([&](MetricWriter& writer) {
    writer.family("cairn_tasks", MetricType::gauge, "Tasks by status.");
    writer.sample("cairn_tasks", {"status"}, std::vector<std::string>{"queued"}, queued);
    writer.single("cairn_up", MetricType::gauge, "One.", 1);
  });
  queued = 7;
  const Exposition read = read_exposition(registry.to_prometheus());
  EXPECT_EQ(read.samples.at(R"(cairn_tasks{status="queued"})"), 7);
  EXPECT_EQ(read.samples.at("cairn_up"), 1);
}

TEST(Metrics, ANameIsRegisteredOnceAndWellFormed) {
  MetricRegistry registry;
  registry.counter("cairn_events_total", "Events.");
  EXPECT_THROW(registry.gauge("cairn_events_total", "Again."), std::logic_error);
  EXPECT_THROW(registry.counter("cairn events", "A space."), std::logic_error);
  EXPECT_THROW(registry.counters("cairn_ok", "A bad label.", {"a-b"}), std::logic_error);
  auto& family = registry.counters("cairn_two", "Two labels.", {"a", "b"});
  EXPECT_THROW(family.with({"one"}), std::logic_error);
}

TEST(Metrics, OddNumbersAreWrittenAsTheFormatSays) {
  MetricRegistry registry;
  registry.gauge("cairn_a", "Infinite.").set(std::numeric_limits<double>::infinity());
  registry.gauge("cairn_b", "None.").set(std::numeric_limits<double>::quiet_NaN());
  registry.gauge("cairn_c", "Large.").set(123456789012.0);
  const Exposition read = read_exposition(registry.to_prometheus());
  EXPECT_TRUE(std::isinf(read.samples.at("cairn_a")));
  EXPECT_TRUE(std::isnan(read.samples.at("cairn_b")));
  EXPECT_EQ(read.samples.at("cairn_c"), 123456789012.0);
}

}  // namespace
}  // namespace cairn
