#include "app/share_search.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace cairn {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds least_pace = milliseconds(5);
constexpr nanoseconds first_pace = milliseconds(100);
constexpr nanoseconds avoided_for = milliseconds(1'000);  // Heartbeats tell the rest.

/// A part that is the work of one node.
struct Share {
  std::size_t owner = 0;       ///< Among the nodes that may be asked.
  std::size_t substitute = 0;  ///< Who is asked when the owner is slow; the owner itself: nobody.
  index::SegmentNumbers segments;
  std::uint64_t chunks = 0;
};

std::uint64_t chunks_of(const CollectionSnapshot& snapshot, std::size_t segment) {
  return snapshot.snapshot.segments()[segment].segment->chunk_count();
}

/// The shares of all nodes that have one.
std::vector<Share> shares_of(const CollectionSnapshot& snapshot, const std::vector<PlacementNode>& nodes,
                             std::size_t replicas) {
  const std::vector<std::size_t> chosen = share_out(snapshot.placed, nodes, replicas);
  std::vector<Share> shares(nodes.size());
  for (std::uint32_t i = 0; i < chosen.size(); ++i) {
    Share& share = shares[chosen[i]];
    share.segments.push_back(i);
    share.chunks += chunks_of(snapshot, i);
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i].owner = shares[i].substitute = i;
    if (shares[i].segments.empty()) continue;
    // The next owner of its largest segment.
    const auto& largest = std::ranges::max(shares[i].segments, {}, [&](auto s) { return snapshot.placed[s].bytes; });
    for (const std::size_t node : placement_order(snapshot.placed[largest].id, nodes))
      if (node != i && shares[i].substitute == i) shares[i].substitute = node;
  }
  return shares;
}

}  // namespace

/// How long answers of each node usually take (mean and deviation as in RFC 6298), and who does not answer just now.
class ShareSearch::Paces {
 public:
  explicit Paces(const Clock& clock) : clock_(clock) {}

  void answered(const NodeId& node, nanoseconds took) {
    const std::scoped_lock lock(mutex_);
    Pace& pace = paces_[node];
    const auto sample = static_cast<double>(took.count());
    if (pace.mean == 0) pace.mean = sample, pace.deviation = sample / 2;
    pace.deviation += (std::abs(sample - pace.mean) - pace.deviation) / 4;
    pace.mean += (sample - pace.mean) / 8;
  }

  void did_not_answer(const NodeId& node) {
    const std::scoped_lock lock(mutex_);
    paces_[node].avoided_until = clock_.monotonic() + avoided_for;
  }

  bool is_avoided(const NodeId& node) const {
    const std::scoped_lock lock(mutex_);
    const auto known = paces_.find(node);
    return known != paces_.end() && clock_.monotonic() < known->second.avoided_until;
  }

  /// An answer that takes longer than this is unusual.
  nanoseconds usual(const NodeId& node) const {
    const std::scoped_lock lock(mutex_);
    const auto known = paces_.find(node);
    if (known == paces_.end() || known->second.mean == 0) return first_pace;
    return std::max(least_pace, nanoseconds(std::llround(known->second.mean + 4 * known->second.deviation)));
  }

 private:
  struct Pace {
    double mean = 0, deviation = 0;  ///< Nanoseconds.
    nanoseconds avoided_until{};
  };
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<NodeId, Pace> paces_;  // Guarded by mutex_.
};

/// One search from its shares to what they have found together.
class ShareSearch::Run {
 public:
  Run(ShareSearch& shared, HttpExchange& exchange, const std::vector<Node>& nodes, const CollectionSnapshot& snapshot,
      const PartQuery& query, Trace* trace)
      : shared_(shared), exchange_(exchange), nodes_(nodes), snapshot_(snapshot), query_(query), trace_(trace) {}

  PartFound operator()(std::vector<Share> shares, std::size_t self) {
    ScopedSpan span(trace_, "query.peers");
    index::SegmentNumbers here;
    for (Share& share : shares) {
      const bool is_worth_asking =
          share.owner != self && !share.segments.empty() && share.chunks >= shared_.options_.least_chunks;
      if (is_worth_asking) begin(std::move(share), self);
      else here.insert(here.end(), share.segments.begin(), share.segments.end());
    }
    span.set("asked", asked_.size());
    std::ranges::sort(here);
    search_here(here);
    while (std::ranges::any_of(asked_, &Asked::is_open)) go_on();
    span.set("hedged", hedged_);
    span.set("unanswered", unanswered_);
    return std::move(found_);
  }

 private:
  struct Attempt {
    HttpExchange::Ticket ticket = 0;
    std::size_t node = 0;
    nanoseconds begun{};
  };
  struct Asked {
    Share share;
    std::vector<Attempt> attempts;  ///< Under way.
    nanoseconds begun{}, hedge_at{};
    bool may_hedge = true, is_open = true;
  };

  nanoseconds now() const { return shared_.clock_.monotonic(); }

  void begin(Share share, std::size_t self) {
    Asked& asked = asked_.emplace_back();
    asked.share = std::move(share);
    asked.begun = now();
    asked.hedge_at = asked.begun + shared_.paces_->usual(nodes_[asked.share.owner].report.id);
    asked.may_hedge = asked.share.substitute != asked.share.owner;
    self_ = self;
    send(asked, asked.share.owner);
  }

  void send(Asked& asked, std::size_t node) {
    PartRequest request{.collections = {}, .segments = asked.share.segments, .query = query_};
    for (const auto& member : snapshot_.members) request.collections.push_back({member.id, member.manifest});
    HttpCall call;
    call.method = "POST";
    call.url = nodes_[node].report.address + part_path;
    call.headers = {{"Content-Type", part_media_type}, {"Authorization", "Bearer " + shared_.options_.secret}};
    call.body = to_wire(request);
    asked.attempts.push_back({exchange_.begin(std::move(call)), node, now()});
  }

  /// Waits for the next thing to happen, and does what it asks for.
  void go_on() {
    const nanoseconds until = next_deadline() - now();
    // Rounded up: waking up a little early would be waking up twice.
    auto ended = exchange_.next(std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until)));
    // All that are in, before anybody is called slow: they may have come while this node searched.
    for (; ended; ended = exchange_.next(milliseconds(0))) take(std::move(*ended));
    for (Asked& asked : asked_)
      if (asked.is_open) look_at_clock(asked);
  }

  nanoseconds next_deadline() const {
    nanoseconds next = nanoseconds::max();
    for (const Asked& asked : asked_) {
      if (!asked.is_open) continue;
      next = std::min(next, asked.begun + shared_.options_.patience);
      if (asked.may_hedge) next = std::min(next, asked.hedge_at);
    }
    return next;
  }

  void look_at_clock(Asked& asked) {
    if (asked.attempts.empty() || now() >= asked.begun + shared_.options_.patience) {
      for (const Attempt& attempt : asked.attempts) shared_.paces_->did_not_answer(nodes_[attempt.node].report.id);
      ++unanswered_;
      close(asked);
      search_here(asked.share.segments);
    } else if (asked.may_hedge && now() >= asked.hedge_at) {
      asked.may_hedge = false;
      ++hedged_;
      if (asked.share.substitute != self_) return send(asked, asked.share.substitute);
      shared_.paces_->did_not_answer(nodes_[asked.share.owner].report.id);
      close(asked);
      search_here(asked.share.segments);
    }
  }

  void take(HttpExchange::Ended ended) {
    for (Asked& asked : asked_) {
      const auto attempt = std::ranges::find(asked.attempts, ended.ticket, &Attempt::ticket);
      if (attempt == asked.attempts.end()) continue;
      const Attempt done = *attempt;
      asked.attempts.erase(attempt);
      const NodeId& node = nodes_[done.node].report.id;
      if (!ended.answer) shared_.paces_->did_not_answer(node);
      auto found = found_in(ended.answer, asked.share);
      if (!found) return;  // Whoever else was asked may still answer; else it is searched here.
      shared_.paces_->answered(node, now() - done.begun);
      // Who was asked first and is still not back is slow.
      for (const Attempt& other : asked.attempts)
        if (other.begun < done.begun) shared_.paces_->did_not_answer(nodes_[other.node].report.id);
      found_.add(std::move(*found));
      return close(asked);
    }
  }

  void close(Asked& asked) {
    for (const Attempt& attempt : asked.attempts) exchange_.abandon(attempt.ticket);
    asked.attempts.clear();
    asked.is_open = false;
  }

  /// Nothing when it is no answer to what was asked.
  std::optional<PartFound> found_in(const Result<HttpAnswer>& answer, const Share& share) const {
    if (!answer || answer->status != 200) return std::nullopt;
    auto found = found_from_wire(answer->body);
    if (!found || found->dense.size() != query_.vectors.size()) return std::nullopt;
    const auto is_asked_for = [&](const index::Candidate& candidate) {
      return std::ranges::binary_search(share.segments, candidate.segment) &&
             candidate.chunk < chunks_of(snapshot_, candidate.segment);
    };
    if (!std::ranges::all_of(found->lexical, is_asked_for)) return std::nullopt;
    for (const auto& findings : found->dense)
      if (!std::ranges::all_of(findings, is_asked_for, &index::DenseFinding::candidate)) return std::nullopt;
    return std::move(*found);
  }

  void search_here(const index::SegmentNumbers& segments) {
    if (!segments.empty()) found_.add(search_part(snapshot_.snapshot, query_, &segments, trace_));
    else found_.dense.resize(query_.vectors.size());
  }

  ShareSearch& shared_;
  HttpExchange& exchange_;
  const std::vector<Node>& nodes_;
  const CollectionSnapshot& snapshot_;
  const PartQuery& query_;
  Trace* trace_;
  std::size_t self_ = 0;
  std::vector<Asked> asked_;
  PartFound found_;
  std::size_t hedged_ = 0, unanswered_ = 0;
};

ShareSearch::ShareSearch(const ClusterMembership& membership, const Clock& clock, MakeExchange make_exchange,
                         ShareOptions options)
    : membership_(membership),
      clock_(clock),
      make_exchange_(std::move(make_exchange)),
      options_(std::move(options)),
      paces_(std::make_unique<Paces>(clock)) {}

ShareSearch::~ShareSearch() = default;

PartFound ShareSearch::search(const CollectionSnapshot& snapshot, const PartQuery& query, Trace* trace) {
  // A look at the size first: most searches on a small store need no more.
  const bool is_small = snapshot.snapshot.live_chunk_count() < 2 * options_.least_chunks;
  const std::vector<Node> nodes = is_small ? std::vector<Node>() : nodes_to_ask();
  if (nodes.size() < 2) return search_part(snapshot.snapshot, query, nullptr, trace);
  std::vector<PlacementNode> places;
  for (const Node& node : nodes) places.push_back({.id = node.report.id});
  const auto self = std::ranges::find(nodes, membership_.self(), [](const Node& node) { return node.report.id; });
  auto exchange = take_exchange();
  PartFound found = Run(*this, *exchange, nodes, snapshot, query, trace)(
      shares_of(snapshot, places, options_.replicas), static_cast<std::size_t>(self - nodes.begin()));
  give_back(std::move(exchange));
  return found;
}

/// Those that are ready, and always this one.
std::vector<Node> ShareSearch::nodes_to_ask() const {
  std::vector<Node> nodes;
  const auto known = membership_.nodes();
  bool has_self = false;
  for (const Node& node : *known) {
    const bool is_self = node.report.id == membership_.self();
    has_self = has_self || is_self;
    const bool may_be_asked = node.state == NodeState::ready && !node.report.address.empty();
    if (is_self || (may_be_asked && !paces_->is_avoided(node.report.id))) nodes.push_back(node);
  }
  if (!has_self) nodes.clear();
  return nodes;
}

std::unique_ptr<HttpExchange> ShareSearch::take_exchange() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto exchange = std::move(idle_.back());
      idle_.pop_back();
      return exchange;
    }
  }
  return make_exchange_();
}

void ShareSearch::give_back(std::unique_ptr<HttpExchange> exchange) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(exchange));
}

}  // namespace cairn
