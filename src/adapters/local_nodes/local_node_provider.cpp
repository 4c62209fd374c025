#include "adapters/local_nodes/local_node_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

namespace cairn {
namespace {

constexpr std::chrono::milliseconds look_every{20};
constexpr std::chrono::seconds forgotten_after{60};  // So long without trouble, and the next is the first again.

}  // namespace

LocalNodeProvider::LocalNodeProvider(LocalNodeOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

LocalNodeProvider::~LocalNodeProvider() { end_all(); }

Result<void> LocalNodeProvider::provide(const NodeOrder& order) {
  for (const NodeId& lost : order.lost)
    if (Child* child = find(lost)) child->process.kill();
  look_after_children();
  std::erase_if(ended_, [&](const NodeId& node) { return std::ranges::count(order.live, node) == 0; });
  const auto is_anothers = [&](const NodeId& node) {
    return find(node) == nullptr && std::ranges::count(ended_, node) == 0;
  };
  const auto others = static_cast<std::size_t>(std::ranges::count_if(order.live, is_anothers));
  const std::size_t wanted = order.count > others ? order.count - others : 0;
  if (working() > wanted) end_too_many(order, working() - wanted);
  return start_missing(wanted);
}

std::vector<NodeId> LocalNodeProvider::running() {
  look_after_children();
  std::vector<NodeId> nodes;
  for (const Child& child : children_) nodes.push_back(child.node);
  return nodes;
}

void LocalNodeProvider::end_all() {
  for (Child& child : children_) end(child);
  while (!children_.empty()) {
    look_after_children();
    if (!children_.empty()) std::this_thread::sleep_for(look_every);
  }
}

/// Waits for those that have ended, and kills those that were told to and did not. Each is asked once: one that ends
/// between two questions would go without a word.
void LocalNodeProvider::look_after_children() {
  std::erase_if(children_, [&](Child& child) {
    if (!child.process.has_ended()) {
      if (child.end_by && clock_.monotonic() >= *child.end_by) child.process.kill();
      return false;
    }
    note_end(child);
    ended_.push_back(child.node);
    return true;
  });
}

/// What keeps ending by itself is not started again at once.
void LocalNodeProvider::note_end(const Child& child) {
  if (child.process.was_told_to_end()) return;
  if (clock_.monotonic() >= not_before_ + forgotten_after) retry_ = {};
  retry_ = std::clamp(retry_ * 2, options_.first_retry, options_.last_retry);
  not_before_ = clock_.monotonic() + retry_;
  trouble_ = fmt::format("node {} ended {}: see {}", child.node.value(), child.process.how_it_ended(),
                         (options_.folder / std::to_string(child.slot) / "node.log").string());
}

void LocalNodeProvider::end(Child& child) {
  if (child.end_by) return;
  child.end_by = clock_.monotonic() + options_.stop_patience;
  child.process.tell_to_end();
}

/// Those that are not known yet first, then as the order says.
void LocalNodeProvider::end_too_many(const NodeOrder& order, std::size_t count) {
  const auto rank = [&](const Child* child) { return std::ranges::find(order.live, child->node) - order.live.begin(); };
  std::vector<Child*> candidates;
  for (Child& child : children_)
    if (!child.process.was_told_to_end()) candidates.push_back(&child);
  const auto is_known = [&](const Child* child) { return std::ranges::count(order.live, child->node) > 0; };
  std::ranges::stable_sort(candidates, [&](const Child* a, const Child* b) {
    if (is_known(a) != is_known(b)) return is_known(b);
    return rank(a) < rank(b);
  });
  for (std::size_t i = 0; i < std::min(count, candidates.size()); ++i) end(*candidates[i]);
}

Result<void> LocalNodeProvider::start_missing(std::size_t count) {
  if (working() >= count) return {};
  if (clock_.monotonic() < not_before_) return fail(ErrorKind::unavailable, trouble_);
  while (working() < count) CAIRN_CHECK(start_one());
  return {};
}

/// In the first folder that no other one uses: it may still hold what its last node kept.
Result<void> LocalNodeProvider::start_one() {
  constexpr std::size_t most_slots = 1'000;
  for (std::size_t slot = 1; slot <= most_slots; ++slot) {
    if (std::ranges::count(children_, slot, &Child::slot) > 0) continue;
    const std::filesystem::path folder = options_.folder / std::to_string(slot);
    const NodeId node(fmt::format("{}.{}-{:06x}", options_.name, slot, std::random_device{}() & 0xffffff));
    auto process = local_nodes::NodeProcess::start({.program = options_.program,
                                                    .arguments = options_.arguments(folder),
                                                    .environment = options_.environment(node),
                                                    .folder = folder});
    if (!process && process.error().kind == ErrorKind::conflict) continue;
    if (!process) return fail(std::move(process).error());
    children_.push_back({.node = node, .slot = slot, .process = *std::move(process)});
    return {};
  }
  return fail(ErrorKind::unavailable, "all folders for nodes in " + options_.folder.string() + " are in use");
}

LocalNodeProvider::Child* LocalNodeProvider::find(const NodeId& node) {
  const auto found = std::ranges::find(children_, node, &Child::node);
  return found == children_.end() ? nullptr : &*found;
}

std::size_t LocalNodeProvider::working() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(children_, [](const Child& child) { return !child.process.was_told_to_end(); }));
}

}  // namespace cairn
