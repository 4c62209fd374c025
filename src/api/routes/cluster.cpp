#include "api/routes/cluster.h"

#include <optional>

#include "api/json/shapes.h"
#include "api/routes/autoscaling.h"

namespace cairn::routes {
namespace {

struct Cluster {
  std::string mode = "single";
  std::uint64_t nodes = 0, ready = 0;
  NodeId node;
  std::string version;
};

const Shape<Node>& node_shape() {
  using N = Node;
  using shape::nullable;
  const auto count = shape::count<std::uint64_t>();
  const auto figure = [](auto NodeLoad::* member) {
    return [member](const N& node) { return node.report.load.*member; };
  };
  const auto said = [](auto NodeReport::* member) { return [member](const N& node) { return node.report.*member; }; };
  const auto state = [](const N& node) { return std::string(to_string(node.state)); };
  static const auto made =
      ObjectShape<N>("Node", "A running process.")
          .written("id", shape::id<NodeTag>(shape::text()), said(&NodeReport::id), "")
          .written("address", shape::text_or_null(), said(&NodeReport::address), "Where other nodes reach it.")
          .written("state", shape::text(), state, "joining, ready, suspect (silent for a moment), draining or gone.")
          .written("version", shape::text(), said(&NodeReport::version), "Of the program.")
          .written("roles", shape::list(shape::text()), said(&NodeReport::roles), "api, worker, search.")
          .written("started_at", shape::time(), said(&NodeReport::started_at), "")
          .required("seen_at", &N::seen_at, shape::time(), "When it was heard of last.")
          .written("cpu_cores", shape::number(), figure(&NodeLoad::cpu_cores), "That it may use.")
          .written("cpu_percent", nullable(shape::number()), figure(&NodeLoad::cpu_percent), "Of these cores, lately.")
          .written("memory_bytes", count, figure(&NodeLoad::memory_bytes), "Resident.")
          .written("memory_total_bytes", nullable(count), figure(&NodeLoad::memory_total_bytes), "")
          .written("disk_free_bytes", nullable(count), figure(&NodeLoad::disk_free_bytes),
                   "Left for data, on the disk that it lies on.")
          .written("disk_total_bytes", nullable(count), figure(&NodeLoad::disk_total_bytes), "")
          .written(
              "gpu", nullable(shape::text()), [](const N&) { return std::optional<std::string>(); },
              "Null: it uses none.")
          .written("requests", count, figure(&NodeLoad::requests), "Under way or waiting.")
          .written("search_ms", nullable(shape::number()), figure(&NodeLoad::search_ms),
                   "Mean time of the searches that it answered lately; null: none.")
          .written("segments", count, figure(&NodeLoad::segments), "That it serves.")
          .written("segment_bytes", count, figure(&NodeLoad::segment_bytes), "Of those.")
          .written(
              "lag", count, [](const N&) { return std::uint64_t{0}; },
              "Manifests that it has not seen yet; a search looks for the newest first, so a node has seen all.")
          .done();
  return made;
}

const Shape<Listing<Node>>& nodes_shape() {
  static const auto made = listing_shape("NodeList", node_shape());
  return made;
}

const Shape<Cluster>& cluster_shape() {
  using C = Cluster;
  const auto count = shape::count<std::uint64_t>();
  static const auto made = ObjectShape<C>("Cluster", "What serves together.")
                               .required("mode", &C::mode, shape::text(), "single, or cluster: nodes share a store.")
                               .required("nodes", &C::nodes, count, "How many there are, without those that are gone.")
                               .required("ready", &C::ready, count, "How many of them do their work.")
                               .required("node", &C::node, shape::id<NodeTag>(shape::text()), "Which of them answers.")
                               .required("version", &C::version, shape::text(), "Of the program that answers.")
                               .done();
  return made;
}

Cluster summary(const ClusterSource& source, const std::vector<Node>& nodes) {
  Cluster cluster{.mode = source.shared ? "cluster" : "single", .node = source.self, .version = source.version};
  for (const Node& node : nodes) {
    cluster.nodes += node.state != NodeState::gone ? 1 : 0;
    cluster.ready += node.state == NodeState::ready ? 1 : 0;
  }
  return cluster;
}

Route operation(const char* method, const char* path, const char* id, const char* summary, Handler handle) {
  return {.method = method,
          .path = path,
          .access = Access::operation,
          .id = id,
          .tag = "Operation",
          .summary = summary,
          .handle = std::move(handle)};
}

}  // namespace

void add_cluster(RouteTable& table, ClusterSource source) {
  Route cluster =
      operation("GET", "/v1/cluster", "get_cluster", "What serves together", [source](Call&) -> Result<http::Response> {
        CAIRN_TRY(const std::vector<Node> nodes, source.look());
        return json_response(200, cluster_shape(), summary(source, nodes));
      });
  cluster.replies = {answers(200, cluster_shape(), "")};
  table.add(std::move(cluster));

  Route nodes = operation("GET", "/v1/cluster/nodes", "list_nodes", "The nodes and what they have",
                          [source](Call&) -> Result<http::Response> {
                            CAIRN_TRY(std::vector<Node> all, source.look());
                            return json_response(200, nodes_shape(), {.items = std::move(all), .next_cursor = {}});
                          });
  nodes.replies = {answers(200, nodes_shape(), "")};
  table.add(std::move(nodes));
  add_autoscaling(table, {.shared = source.shared, .look = source.look, .store = source.scaling});
}

}  // namespace cairn::routes
