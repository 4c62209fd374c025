#include "api/telemetry/scaling_metrics.h"

namespace cairn::telemetry {

void add_scaling_metrics(MetricRegistry& registry, const ScalingStore& store) {
  registry.on_scrape([&store](MetricWriter& writer) {
    const auto view = store.view(0);
    if (!view || !view->enabled) return;
    const auto gauge = [&](const char* name, const char* help, std::size_t value) {
      writer.family(name, MetricType::gauge, help);
      writer.sample(name, static_cast<double>(value));
    };
    gauge("cairn_scaling_wanted_nodes", "Nodes that there should be.", view->wanted.count);
    gauge("cairn_scaling_minimum_nodes", "Nodes that there must be.", view->minimum);
    gauge("cairn_scaling_maximum_nodes", "Nodes that there may be.", view->maximum);
  });
}

}  // namespace cairn::telemetry
