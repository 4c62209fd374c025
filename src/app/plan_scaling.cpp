#include "app/plan_scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace cairn {
namespace {

constexpr double tolerance = 1.1;                // A figure may be so much above its limit.
constexpr double slack = 0.8;                    // Fewer nodes must stay below this share of the limit.
constexpr std::chrono::seconds longest_gap{30};  // Who has not looked for longer does not know what was meanwhile.
constexpr std::chrono::seconds old_loss{60};     // Lost so long ago: whoever decided then has said so.

/// Settings that make no sense still mean one node.
std::size_t fewest(const ScalingSettings& settings) { return std::max<std::size_t>(1, settings.minimum); }
std::size_t most(const ScalingSettings& settings) { return std::max(fewest(settings), settings.maximum); }

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000.0; }

/// What the nodes' reports say together.
struct Looked {
  std::size_t live = 0;     // Ready, suspect or joining.
  std::size_t serving = 0;  // Ready or suspect: they have figures.
  std::optional<double> cpu_percent, search_ms;
  std::vector<NodeId> lost, end_first;
  std::set<NodeId> lost_long_ago;
};

std::optional<double> mean(std::span<const Node> nodes, std::optional<double> NodeLoad::* figure) {
  double sum = 0;
  std::size_t count = 0;
  for (const Node& node : nodes) {
    if (node.state != NodeState::ready || !(node.report.load.*figure)) continue;
    sum += *(node.report.load.*figure);
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

/// Nodes that said nothing when they fell silent; those that end in order are not missed.
bool fell_silent(const Node& node) {
  return node.state == NodeState::gone && node.report.state != NodeState::gone &&
         node.report.state != NodeState::draining;
}

bool takes_too_long(const Node& node, TimePoint now, ScalingMemory& memory) {
  if (node.state != NodeState::joining) return memory.joining.erase(node.report.id), false;
  const auto [seen, is_new] = memory.joining.try_emplace(node.report.id, now);
  return now - seen->second >= longest_joining;
}

/// Those that have just come are the first to go again: the others have warm caches.
bool is_done_without_sooner(const Node* a, const Node* b) {
  const bool a_joins = a->state == NodeState::joining, b_joins = b->state == NodeState::joining;
  if (a_joins != b_joins) return a_joins;
  if (a->report.started_at != b->report.started_at) return a->report.started_at > b->report.started_at;
  return a->report.id.value() > b->report.id.value();
}

Looked look_at(std::span<const Node> nodes, TimePoint now, ScalingMemory& memory) {
  Looked looked;
  std::vector<const Node*> live;
  std::erase_if(memory.joining, [&](const auto& entry) {
    return std::ranges::none_of(nodes, [&](const Node& node) { return node.report.id == entry.first; });
  });
  for (const Node& node : nodes) {
    if (fell_silent(node) || takes_too_long(node, now, memory)) {
      looked.lost.push_back(node.report.id);
      if (now - node.seen_at >= old_loss) looked.lost_long_ago.insert(node.report.id);
      continue;
    }
    if (node.state == NodeState::gone || node.state == NodeState::draining) continue;
    live.push_back(&node);
    if (node.state != NodeState::joining) ++looked.serving;
  }
  looked.live = live.size();
  std::ranges::sort(live, is_done_without_sooner);
  for (const Node* node : live) looked.end_first.push_back(node->report.id);
  looked.cpu_percent = mean(nodes, &NodeLoad::cpu_percent);
  looked.search_ms = mean(nodes, &NodeLoad::search_ms);
  return looked;
}

/// What one figure asks for.
struct Pressure {
  ScalingCause cause = ScalingCause::steady;
  double figure = 0, limit = 0;
  std::size_t enough = 1;  // Nodes that stay below the limit with some slack.
  std::size_t needed = 0;  // More than there are; 0: it asks for no more.
};

std::size_t rounded_up(double count) {
  constexpr double most = 1e6;
  return static_cast<std::size_t>(std::ceil(std::min(count, most) - 1e-9));
}

Pressure pressure_of(ScalingCause cause, double figure, double limit, std::size_t serving) {
  Pressure pressure{.cause = cause, .figure = figure, .limit = limit};
  const double nodes = static_cast<double>(std::max<std::size_t>(1, serving));
  pressure.enough = std::max<std::size_t>(1, rounded_up(nodes * figure / (limit * slack)));
  if (figure > limit * tolerance) pressure.needed = rounded_up(nodes * figure / limit);
  return pressure;
}

/// A wait says that there are too few, and not how many are: between half the limit and the limit it is left alone.
Pressure pressure_of_queue(const ScalingSettings& settings, const QueueLoad& queue, std::size_t serving) {
  const double wait = queue.queued == 0 ? 0 : seconds(queue.longest_wait), limit = seconds(settings.queue_wait);
  Pressure pressure = pressure_of(ScalingCause::queue, wait, limit, serving);
  pressure.enough = wait <= limit / 2 ? 1 : std::max<std::size_t>(1, serving);
  const std::size_t useful = serving + static_cast<std::size_t>(std::min<std::uint64_t>(queue.queued, 1'000'000));
  pressure.needed = std::min(pressure.needed, useful);
  return pressure;
}

std::vector<Pressure> pressures(const ScalingSettings& settings, const Looked& looked, const QueueLoad& queue) {
  std::vector<Pressure> all;
  if (settings.queue_wait.count() > 0) all.push_back(pressure_of_queue(settings, queue, looked.serving));
  if (settings.cpu_percent > 0 && looked.cpu_percent)
    all.push_back(pressure_of(ScalingCause::cpu, *looked.cpu_percent, settings.cpu_percent, looked.serving));
  if (settings.search_ms > 0 && looked.search_ms)
    all.push_back(pressure_of(ScalingCause::searches, *looked.search_ms, settings.search_ms, looked.serving));
  return all;
}

std::string in_words(const Pressure& pressure) {
  switch (pressure.cause) {
    case ScalingCause::queue:
      return fmt::format("tasks wait {:.0f} s, more than {:.0f} s", pressure.figure, pressure.limit);
    case ScalingCause::cpu:
      return fmt::format("processors are used {:.0f} %, more than {:.0f} %", pressure.figure, pressure.limit);
    default: return fmt::format("searches take {:.0f} ms, more than {:.0f} ms", pressure.figure, pressure.limit);
  }
}

/// The largest need of the last `calm`; nothing while nobody has watched for so long.
std::optional<std::size_t> largest_need(std::size_t need, TimePoint now, std::chrono::milliseconds calm,
                                        ScalingMemory& memory) {
  if (!memory.last || now - *memory.last > longest_gap || now < *memory.last) {
    memory.since = now;
    memory.needs.clear();
  }
  memory.last = now;
  while (!memory.needs.empty() && memory.needs.back().nodes <= need) memory.needs.pop_back();
  memory.needs.push_back({.at = now, .nodes = need});
  // What ended just at the beginning of the window still counts: one that lies outside goes when the next has come.
  while (memory.needs.size() > 1 && memory.needs[0].at < now - calm) memory.needs.pop_front();
  if (now - *memory.since < calm) return std::nullopt;
  return memory.needs.front().nodes;
}

bool has_passed(const std::optional<TimePoint>& since, std::chrono::milliseconds time, TimePoint now) {
  return !since || now - *since >= time || now < *since;
}

/// Comes to one plan.
class Planner {
 public:
  Planner(const ScalingSettings& settings, const WantedNodes& wanted, TimePoint now, Looked looked)
      : settings_(settings), now_(now), looked_(std::move(looked)) {
    plan_.wanted = wanted;
    plan_.live = looked_.live;
  }

  void say_what_was_lost(ScalingMemory& memory) {
    for (const NodeId& node : looked_.lost) {
      if (!memory.lost.insert(node).second || looked_.lost_long_ago.contains(node)) continue;
      plan_.decisions.push_back(
          {.at = now_,
           .cause = ScalingCause::lost,
           .before = plan_.wanted.count,
           .wanted = plan_.wanted.count,
           .subject = node.value(),
           .reason = fmt::format("node {} is not heard of or does not get ready: another one takes its place",
                                 node.value())});
    }
    std::erase_if(memory.lost, [&](const NodeId& node) { return std::ranges::count(looked_.lost, node) == 0; });
  }

  void keep_bounds() {
    const std::size_t from = plan_.wanted.count == 0 ? looked_.live : plan_.wanted.count;
    const std::size_t to = std::clamp(from, fewest(settings_), most(settings_));
    if (to == plan_.wanted.count) return;
    const std::string reason =
        from == to ? fmt::format("it begins with the {} that there are", count_of_nodes(to))
                   : fmt::format("there are to be {} to {}", fewest(settings_), count_of_nodes(most(settings_)));
    decide({.cause = ScalingCause::bounds, .reason = reason}, to);
  }

  /// More, if something asks for more; whether something does.
  bool raise(const std::vector<Pressure>& all) {
    const auto worst = std::ranges::max_element(all, {}, &Pressure::needed);
    if (worst == all.end() || worst->needed <= plan_.wanted.count) return false;
    ScalingDecision why{.cause = worst->cause, .figure = worst->figure, .limit = worst->limit};
    const std::size_t most_allowed = most(settings_);
    if (plan_.wanted.count >= most_allowed) {
      why.reason = in_words(*worst) + ", but there are to be no more than " + count_of_nodes(most_allowed);
      stay(std::move(why));
      return true;
    }
    if (!has_passed(plan_.wanted.raised_at, settings_.pause_up, now_) ||
        !has_passed(plan_.wanted.lowered_at, settings_.pause_up, now_)) {
      why.reason = in_words(*worst) + ": it is waited for what the last change does";
      stay(std::move(why));
      return true;
    }
    const std::size_t to = std::min({worst->needed, plan_.wanted.count * 2, most_allowed});
    why.reason = fmt::format("{}: {} instead of {}", in_words(*worst), count_of_nodes(to), plan_.wanted.count);
    decide(std::move(why), to);
    return true;
  }

  void lower(const std::optional<std::size_t>& largest_need) {
    const std::size_t count = plan_.wanted.count;
    if (!largest_need || *largest_need >= count || count <= fewest(settings_)) return;
    if (!has_passed(plan_.wanted.raised_at, settings_.calm, now_) ||
        !has_passed(plan_.wanted.lowered_at, settings_.pause_down, now_))
      return;
    decide({.cause = ScalingCause::calm,
            .figure = static_cast<double>(*largest_need),
            .limit = seconds(settings_.calm),
            .reason = fmt::format("for {:.0f} s {} would have done: {} instead of {}", seconds(settings_.calm),
                                  count_of_nodes(*largest_need), count_of_nodes(count - 1), count)},
           count - 1);
  }

  ScalingPlan done() {
    if (plan_.now.reason.empty())
      stay({.cause = ScalingCause::steady, .reason = count_of_nodes(plan_.wanted.count) + " can do what there is"});
    plan_.lost = std::move(looked_.lost);
    plan_.end_first = std::move(looked_.end_first);
    return std::move(plan_);
  }

 private:
  void stay(ScalingDecision why) {
    why.at = now_;
    why.before = why.wanted = plan_.wanted.count;
    plan_.now = std::move(why);
  }

  void decide(ScalingDecision why, std::size_t wanted) {
    why.at = now_;
    why.before = plan_.wanted.count;
    why.wanted = wanted;
    (wanted > plan_.wanted.count ? plan_.wanted.raised_at : plan_.wanted.lowered_at) = now_;
    plan_.wanted.count = wanted;
    plan_.now = why;
    plan_.decisions.push_back(std::move(why));
  }

  const ScalingSettings& settings_;
  const TimePoint now_;
  Looked looked_;
  ScalingPlan plan_;
};

}  // namespace

std::string count_of_nodes(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "node" : "nodes"); }

ScalingPlan plan_scaling(const ScalingSettings& settings, const WantedNodes& wanted, std::span<const Node> nodes,
                         const QueueLoad& queue, ScalingMemory& memory) {
  Looked looked = look_at(nodes, queue.now, memory);
  const std::vector<Pressure> all = pressures(settings, looked, queue);
  std::size_t need = 1;
  for (const Pressure& pressure : all) need = std::max({need, pressure.enough, pressure.needed});
  const auto largest = largest_need(std::min(need, most(settings)), queue.now, settings.calm, memory);
  Planner planner(settings, wanted, queue.now, std::move(looked));
  planner.say_what_was_lost(memory);
  planner.keep_bounds();
  if (!planner.raise(all)) planner.lower(largest);
  return planner.done();
}

}  // namespace cairn
