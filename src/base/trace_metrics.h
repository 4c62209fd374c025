#pragma once

#include "base/metrics.h"
#include "base/trace.h"

namespace cairn {

/// Feeds histograms and counters from ended traces, so that a graph and a trace never disagree: there is one
/// measurement. Which spans and attributes become which metrics is the table in docs/how-to/observe.md.
class TraceMetrics final : public TraceSink {
 public:
  /// `registry` must outlive this.
  explicit TraceMetrics(MetricRegistry& registry);

  void ended(const std::shared_ptr<const EndedTrace>& trace) override;

 private:
  void count_request(const EndedTrace& trace);
  void count_task(const EndedTrace& trace);
  void count_stages(const EndedTrace& trace);
  void count_answer(const EndedTrace& trace, std::uint32_t span);

  Family<Counter>& requests_;
  Family<Histogram>& request_seconds_;
  Family<Counter>& request_bytes_;
  Family<Counter>& response_bytes_;
  Family<Histogram>& query_stages_;
  Family<Histogram>& ingest_stages_;
  Family<Counter>& tasks_;
  Family<Histogram>& queue_wait_;
  Counter& documents_;
  Counter& chunks_;
  Counter& tokens_;
  Family<Counter>& answers_;
  Family<Counter>& sentences_;
  Family<Counter>& embedded_queries_;
  Family<Counter>& snapshots_;
  Counter& opened_segments_;
};

}  // namespace cairn
