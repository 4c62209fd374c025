#include "api/routes/autoscaling.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "api/json/shapes.h"

namespace cairn::routes {
namespace {

constexpr std::size_t shown_decisions = 100;

constexpr const char* single_reason =
    "this server runs as a single node on a store of its own; there is nothing to scale";
constexpr const char* shared_reason = "nodes are started and stopped by whoever runs them; nothing here does it";

struct Autoscaling {
  std::uint64_t nodes = 1;
  ScalingView view;
};

std::optional<std::string> if_any(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

const Shape<ScalingDecision>& decision_shape() {
  using D = ScalingDecision;
  const auto count = shape::count<std::uint64_t>();
  const auto figure = shape::nullable(shape::number());
  static const auto made =
      ObjectShape<D>("ScalingDecision", "Why there were to be more or fewer nodes.")
          .written(
              "at", shape::time(), [](const D& d) { return d.at; }, "")
          .written(
              "cause", shape::text(), [](const D& d) { return std::string(to_string(d.cause)); },
              "queue, cpu or searches (a figure was above its limit), calm (fewer have been enough for a while), "
              "bounds "
              "(minimum or maximum), asked, lost (a node is replaced) or trouble (what starts nodes did not do it).")
          .written(
              "nodes_before", count, [](const D& d) { return std::uint64_t{d.before}; }, "Wanted until then.")
          .written(
              "nodes", count, [](const D& d) { return std::uint64_t{d.wanted}; }, "Wanted from then on.")
          .written(
              "figure", figure, [](const D& d) { return d.figure; },
              "What was measured: seconds, percent or milliseconds; with calm the number of nodes that were needed.")
          .written(
              "limit", figure, [](const D& d) { return d.limit; },
              "What it was compared with; with calm the seconds that it went on for.")
          .written(
              "subject", shape::nullable(shape::text()), [](const D& d) { return if_any(d.subject); },
              "The node that was lost, or who asked.")
          .written(
              "reason", shape::text(), [](const D& d) { return d.reason; }, "In words.")
          .done();
  return made;
}

const Shape<Autoscaling>& autoscaling_shape() {
  using A = Autoscaling;
  const auto count = shape::count<std::uint64_t>();
  const auto wanted = [](const A& a) { return std::uint64_t{a.view.enabled ? a.view.wanted.count : a.nodes}; };
  const auto bound = [](std::size_t ScalingView::* member) {
    return
        [member](const A& a) { return a.view.enabled ? std::optional(std::uint64_t{a.view.*member}) : std::nullopt; };
  };
  static const auto made =
      ObjectShape<A>("Autoscaling", "Whether nodes come and go with the load.")
          .written(
              "enabled", shape::boolean(), [](const A& a) { return a.view.enabled; }, "Whether a node decides it.")
          .required("nodes", &A::nodes, count, "Running now, without those that are about to end.")
          .written("wanted", count, wanted, "How many there should be.")
          .written("minimum", shape::nullable(count), bound(&ScalingView::minimum), "Null: nobody decides.")
          .written("maximum", shape::nullable(count), bound(&ScalingView::maximum), "")
          .written(
              "provider", shape::nullable(shape::text()), [](const A& a) { return if_any(a.view.provider); },
              "What starts and stops them: process, webhook or kubernetes.")
          .written(
              "leader", shape::nullable(shape::text()), [](const A& a) { return if_any(a.view.leader.value()); },
              "The node that decides.")
          .written(
              "cause", shape::text(), [](const A& a) { return std::string(to_string(a.view.now.cause)); },
              "Why it is as it is: steady, or as in decisions.")
          .written(
              "reason", shape::text(), [](const A& a) { return a.view.now.reason; }, "The same in words.")
          .written(
              "decisions", shape::list(decision_shape()), [](const A& a) { return a.view.decisions; },
              "The newest hundred, the newest first.")
          .done();
  return made;
}

Result<Autoscaling> look(const ScalingSource& source) {
  Autoscaling now;
  CAIRN_TRY(const std::vector<Node> nodes, source.look());
  now.nodes = static_cast<std::uint64_t>(std::ranges::count_if(
      nodes, [](const Node& node) { return node.state != NodeState::gone && node.state != NodeState::draining; }));
  if (source.store != nullptr) { CAIRN_TRY(now.view, source.store->view(shown_decisions)); }
  if (now.view.enabled) return now;
  now.view.leader = {};
  now.view.provider.clear();
  now.view.now = {};
  now.view.now.reason = source.shared ? shared_reason : single_reason;
  return now;
}

Result<http::Response> scale(const ScalingSource& source, const Call& call, int change) {
  if (source.store == nullptr) return fail(ErrorKind::conflict, source.shared ? shared_reason : single_reason);
  CAIRN_CHECK(source.store->ask(change, call.request.caller));
  CAIRN_TRY(const Autoscaling now, look(source));
  return json_response(200, autoscaling_shape(), now);
}

Route operation(const char* method, const std::string& path, const std::string& id, const char* summary) {
  return {.method = method,
          .path = path,
          .access = Access::operation,
          .id = id,
          .tag = "Operation",
          .summary = summary,
          .replies = {answers(200, autoscaling_shape(), "")}};
}

}  // namespace

void add_autoscaling(RouteTable& table, const ScalingSource& source) {
  Route state = operation("GET", "/v1/autoscaling", "get_autoscaling", "Whether nodes come and go with the load");
  state.handle = [source](Call&) -> Result<http::Response> {
    CAIRN_TRY(const Autoscaling now, look(source));
    return json_response(200, autoscaling_shape(), now);
  };
  table.add(std::move(state));

  for (const int change : {1, -1}) {
    const std::string name = change > 0 ? "up" : "down";
    Route route = operation("POST", "/v1/autoscaling/scale-" + name, "scale_" + name,
                            change > 0 ? "Start another node" : "Let a node end what it does, and stop it");
    route.problems = {{409, "There is nothing to scale, or minimum or maximum are reached."}};
    route.handle = [source, change](Call& call) { return scale(source, call, change); };
    table.add(std::move(route));
  }
}

}  // namespace cairn::routes
