#include "api/routes/cluster.h"

#include <optional>

#include "api/json/shapes.h"

namespace cairn::routes {
namespace {

struct Cluster {
  std::string mode = "single";
  std::uint64_t nodes = 1;
  std::string version;
};

struct Autoscaling {
  bool enabled = false;
  std::uint64_t nodes = 1;
  std::string reason = "this server runs as a single node on a store of its own; there is nothing to scale";
};

const Shape<NodeFigures>& node_shape() {
  using N = NodeFigures;
  static const auto made =
      ObjectShape<N>("Node", "A running process.")
          .required("id", &N::id, shape::id<NodeTag>(shape::text()), "")
          .required("version", &N::version, shape::text(), "Of the program.")
          .required("roles", &N::roles, shape::list(shape::text()), "api, worker, search.")
          .required("started_at", &N::started_at, shape::time(), "")
          .required("cpu_cores", &N::cpu_cores, shape::number(), "That it may use.")
          .required("cpu_percent", &N::cpu_percent, shape::nullable(shape::number()), "Of these cores, lately.")
          .required("memory_bytes", &N::memory_bytes, shape::count<std::uint64_t>(), "Resident.")
          .required("memory_total_bytes", &N::memory_total_bytes, shape::nullable(shape::count<std::uint64_t>()), "")
          .required("disk_free_bytes", &N::disk_free_bytes, shape::nullable(shape::count<std::uint64_t>()),
                    "Left for data, on the disk that it lies on.")
          .required("disk_total_bytes", &N::disk_total_bytes, shape::nullable(shape::count<std::uint64_t>()), "")
          .written(
              "gpu", shape::nullable(shape::text()), [](const N&) { return std::optional<std::string>(); },
              "Null: it uses none.")
          .required("segments", &N::segments, shape::count<std::uint64_t>(), "That it serves.")
          .written(
              "lag", shape::count<std::uint64_t>(), [](const N&) { return std::uint64_t{0}; },
              "Manifests that it has not seen yet; a node that commits them has seen all.")
          .done();
  return made;
}

const Shape<Listing<NodeFigures>>& nodes_shape() {
  static const auto made = listing_shape("NodeList", node_shape());
  return made;
}

const Shape<Cluster>& cluster_shape() {
  static const auto made = ObjectShape<Cluster>("Cluster", "What serves together.")
                               .required("mode", &Cluster::mode, shape::text(), "single")
                               .required("nodes", &Cluster::nodes, shape::count<std::uint64_t>(), "How many.")
                               .required("version", &Cluster::version, shape::text(), "Of the program.")
                               .done();
  return made;
}

const Shape<Autoscaling>& autoscaling_shape() {
  using A = Autoscaling;
  static const auto made = ObjectShape<A>("Autoscaling", "Whether nodes come and go with the load.")
                               .required("enabled", &A::enabled, shape::boolean(), "")
                               .required("nodes", &A::nodes, shape::count<std::uint64_t>(), "Running now.")
                               .required("reason", &A::reason, shape::text(), "Why it is as it is.")
                               .done();
  return made;
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

Result<http::Response> refuse_to_scale(Call&) {
  return fail(ErrorKind::conflict, Autoscaling{}.reason + ": run more nodes on a shared store first");
}

}  // namespace

void add_cluster(RouteTable& table, std::function<Result<NodeFigures>()> look) {
  Route cluster =
      operation("GET", "/v1/cluster", "get_cluster", "What serves together", [look](Call&) -> Result<http::Response> {
        CAIRN_TRY(const NodeFigures node, look());
        return json_response(200, cluster_shape(), {.version = node.version});
      });
  cluster.replies = {answers(200, cluster_shape(), "")};
  table.add(std::move(cluster));

  Route nodes = operation("GET", "/v1/cluster/nodes", "list_nodes", "The nodes and what they have",
                          [look](Call&) -> Result<http::Response> {
                            CAIRN_TRY(NodeFigures node, look());
                            return json_response(200, nodes_shape(), {.items = {std::move(node)}, .next_cursor = {}});
                          });
  nodes.replies = {answers(200, nodes_shape(), "")};
  table.add(std::move(nodes));

  Route state = operation("GET", "/v1/autoscaling", "get_autoscaling", "Whether nodes come and go with the load",
                          [](Call&) -> Result<http::Response> { return json_response(200, autoscaling_shape(), {}); });
  state.replies = {answers(200, autoscaling_shape(), "")};
  table.add(std::move(state));

  for (const char* direction : {"up", "down"}) {
    const std::string name = direction;
    Route scale = operation("POST", ("/v1/autoscaling/scale-" + name).c_str(), ("scale_" + name).c_str(),
                            name == "up" ? "Start another node" : "Stop a node", refuse_to_scale);
    scale.problems = {{409, "There is nothing to scale."}};
    table.add(std::move(scale));
  }
}

}  // namespace cairn::routes
