#include "app/share_search.h"

#include <gtest/gtest.h>

#include <bit>
#include <deque>
#include <map>

#include "app/search.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using std::chrono::milliseconds;
using testing::must;

/// How a node answers what other nodes ask.
enum class Manner { answers, refuses, is_silent, babbles, knows_another_manifest };

/// A node of a cluster within this process: what others ask it goes through the whole wire form, but over no wire.
struct TestNode {
  TestNode(testing::TestStore& store, NodeRegistry& registry, const std::string& id)
      : searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{}),
        membership(registry, {.id = NodeId(id), .address = "http://" + id, .state = NodeState::ready},
                   [] { return NodeLoad{}; }) {}

  Searcher searcher;
  ClusterMembership membership;
  std::unique_ptr<ShareSearch> shared;
  Manner manner = Manner::answers;
  int asked = 0;
};

class TestCluster;

/// Time passes only while somebody waits for a node that is silent.
class TestExchange final : public HttpExchange {
 public:
  explicit TestExchange(TestCluster& cluster) : cluster_(cluster) {}
  Ticket begin(HttpCall call) override;
  std::optional<Ended> next(milliseconds patience) override;
  void abandon(Ticket ticket) override {
    std::erase_if(ended_, [&](const Ended& each) { return each.ticket == ticket; });
  }

 private:
  TestCluster& cluster_;
  std::deque<Ended> ended_;
  Ticket last_ = 0;
};

/// The nodes of a store, which know of each other.
class Registry final : public NodeRegistry {
 public:
  Result<void> report(const NodeReport& report) override {
    reports[report.id.value()] = report;
    return {};
  }
  Result<std::vector<Node>> nodes() const override {
    std::vector<Node> nodes;
    for (const auto& [id, report] : reports) nodes.push_back({.report = report, .state = report.state});
    return nodes;
  }
  std::map<std::string, NodeReport> reports;
};

class TestCluster {
 public:
  TestCluster(testing::TestStore& store, std::size_t count) : clock(store.clock) {
    ShareOptions options{.secret = "secret of the nodes", .replicas = 2, .least_chunks = 0};
    for (std::size_t i = 0; i < count; ++i) {
      auto& node =
          *nodes.emplace_back(std::make_unique<TestNode>(store, registry, std::string("node-") + std::to_string(i)));
      node.shared = std::make_unique<ShareSearch>(
          node.membership, store.clock, [this] { return std::make_unique<TestExchange>(*this); }, options);
      node.searcher.search_parts_with([&node](const CollectionSnapshot& snapshot, const PartQuery& query,
                                              Trace* trace) { return node.shared->search(snapshot, query, trace); });
      must(node.membership.beat());
    }
    for (auto& node : nodes) must(node->membership.beat());
  }

  int requests() const {
    int sum = 0;
    for (const auto& node : nodes) sum += node->asked;
    return sum;
  }

  testing::ManualClock& clock;
  Registry registry;
  std::vector<std::unique_ptr<TestNode>> nodes;
};

HttpExchange::Ticket TestExchange::begin(HttpCall call) {
  const Ticket ticket = ++last_;
  const std::string id = call.url.substr(7, call.url.find('/', 7) - 7);
  const auto node =
      std::ranges::find(cluster_.nodes, NodeId(id), [](const auto& each) { return each->membership.self(); });
  EXPECT_NE(node, cluster_.nodes.end()) << call.url;
  EXPECT_TRUE(call.url.ends_with(part_path));
  EXPECT_NE(std::ranges::find(call.headers,
                              std::pair<std::string, std::string>("Authorization", "Bearer secret of the nodes")),
            call.headers.end());
  ++(*node)->asked;
  const Manner manner = (*node)->manner;
  if (manner == Manner::is_silent) return ticket;
  if (manner == Manner::refuses) {
    ended_.push_back({ticket, fail(ErrorKind::unavailable, "no answer")});
  } else if (manner == Manner::babbles) {
    ended_.push_back({ticket, HttpAnswer{.status = 200, .body = "nonsense"}});
  } else if (manner == Manner::knows_another_manifest) {
    ended_.push_back({ticket, HttpAnswer{.status = 409}});
  } else {
    const PartRequest request = must(request_from_wire(call.body));
    ended_.push_back(
        {ticket, HttpAnswer{.status = 200, .body = to_wire(must((*node)->searcher.find_part(request, nullptr)))}});
  }
  return ticket;
}

std::optional<HttpExchange::Ended> TestExchange::next(milliseconds patience) {
  if (ended_.empty()) {
    cluster_.clock.advance(std::max(patience, milliseconds(1)));
    return std::nullopt;
  }
  Ended first = std::move(ended_.front());
  ended_.pop_front();
  return first;
}

class ShareSearchTest : public ::testing::Test {
 protected:
  ShareSearchTest() {
    const std::vector<std::string> words = {"heron", "reed", "pump", "oil", "valve", "tide", "ledger", "鷺", "station"};
    for (int c = 0; c < 7; ++c) {
      if (c > 0)
        store.collection =
            must(store.catalog->create_collection({.tenant = local_tenant, .name = "papers " + std::to_string(c)}));
      std::vector<IngestSource> sources;
      for (int i = 0; i < 12; ++i) {
        std::string text;
        for (int w = 0; w < 10 + i; ++w)
          text += words[static_cast<std::size_t>(w * w + c * 5 + i * 7) % words.size()] + " ";
        DocumentFacts facts;
        facts.metadata = {{"year", 2000 + i}, {"half", i % 2 == 0}, {"place", "harbour " + std::to_string(c % 3)}};
        if (i % 5 == 0) facts.acl = {"group:board"};
        sources.push_back({.external_id = std::to_string(c) + "/" + std::to_string(i),
                           .facts = std::move(facts),
                           .content = text + "\nThe " + words[static_cast<std::size_t>(i) % words.size()] + " again."});
      }
      store.ingest(std::move(sources));
      store.work();
      store.ingest(std::to_string(c) + "/3", "What replaces it: the tide at the station.");
      store.work();
    }
  }

  static std::vector<SearchRequest> requests() {
    std::vector<SearchRequest> all;
    for (const SearchMode mode : {SearchMode::hybrid, SearchMode::dense, SearchMode::lexical})
      for (const char* query : {"heron in the reeds", "oil of the pump valve", "tide", "鷺", "nothing of this"})
        all.push_back({.query = query, .mode = mode});
    all.push_back({.query = "heron pump", .fusion = Fusion::rrf, .limit = 100});
    all.push_back({.query = "heron pump", .collections = {"papers 2", "papers 5"}, .limit = 3});
    all.push_back({.query = "tide", .filter = {{"year", {{"gte", 2003}, {"lt", 2009}}}, {"half", true}}});
    all.push_back(
        {.query = "tide", .filter = {{"not", {{"place", {{"in", {"harbour 1", "harbour 2"}}}}}}}, .explain = true});
    return all;
  }

  static Principal reader() {
    Principal principal;
    principal.is_owner = false;
    principal.groups = {"group:board"};
    return principal;
  }

  /// Everything that a search says but how long it took.
  static std::string told(const SearchResponse& response) {
    std::string text = response.complete ? "" : "incomplete ";
    for (const auto& [name, number] : response.manifests) text += name + "=" + std::to_string(number) + " ";
    for (const Hit& hit : response.hits) {
      const auto bits = [](double score) { return std::to_string(std::bit_cast<std::uint64_t>(score)); };
      text += "\n" + hit.chunk_id + " " + bits(hit.score) + " " + bits(hit.dense_score) + " " +
              bits(hit.lexical_score) + " " + hit.explanation.dump();
    }
    return text;
  }

  std::vector<std::string> answers(const Searcher& searcher) const {
    std::vector<std::string> all;
    for (const Principal& principal : {Principal{}, reader()})
      for (const SearchRequest& request : requests()) all.push_back(told(must(searcher.search(principal, request))));
    return all;
  }

  std::vector<std::string> answers_of_one() const {
    const Searcher alone(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
    return answers(alone);
  }

  testing::TestStore store;
};

TEST_F(ShareSearchTest, any_number_of_nodes_gives_the_same_hits_and_scores) {
  const auto expected = answers_of_one();
  for (const std::size_t count : {1, 3, 5}) {
    TestCluster cluster(store, count);
    for (const auto& node : cluster.nodes) EXPECT_EQ(answers(node->searcher), expected);
    for (const auto& node : cluster.nodes) EXPECT_EQ(node->asked > 0, count > 1);
  }
}

TEST_F(ShareSearchTest, nodes_that_fail_in_any_manner_change_nothing) {
  const auto expected = answers_of_one();
  for (const Manner manner : {Manner::refuses, Manner::is_silent, Manner::babbles, Manner::knows_another_manifest}) {
    TestCluster cluster(store, 3);
    cluster.nodes[1]->manner = manner;
    EXPECT_EQ(answers(cluster.nodes[0]->searcher), expected);
    EXPECT_GT(cluster.nodes[1]->asked, 0);
    cluster.nodes[2]->manner = manner;
    EXPECT_EQ(answers(cluster.nodes[0]->searcher), expected);
  }
}

TEST_F(ShareSearchTest, a_node_that_is_silent_is_left_alone_for_a_while) {
  TestCluster cluster(store, 2);
  cluster.nodes[1]->manner = Manner::is_silent;
  const auto before = store.clock.monotonic();
  must(cluster.nodes[0]->searcher.search({}, {.query = "tide"}));
  EXPECT_LT(store.clock.monotonic() - before, milliseconds(500));
  for (int i = 0; i < 5; ++i) must(cluster.nodes[0]->searcher.search({}, {.query = "tide"}));
  EXPECT_EQ(cluster.nodes[1]->asked, 1);
  store.clock.advance(milliseconds(2'000));
  cluster.nodes[1]->manner = Manner::answers;
  must(cluster.nodes[0]->searcher.search({}, {.query = "tide"}));
  EXPECT_EQ(cluster.nodes[1]->asked, 2);
}

TEST_F(ShareSearchTest, only_nodes_that_are_ready_are_asked) {
  for (const NodeState state : {NodeState::joining, NodeState::suspect, NodeState::draining, NodeState::gone}) {
    TestCluster cluster(store, 2);
    cluster.registry.reports["node-1"].state = state;
    must(cluster.nodes[0]->membership.beat());
    must(cluster.nodes[0]->searcher.search({}, {.query = "tide"}));
    EXPECT_EQ(cluster.requests(), 0) << to_string(state);
  }
}

TEST_F(ShareSearchTest, a_part_that_is_not_worth_asking_for_is_searched_here) {
  TestCluster cluster(store, 3);
  TestNode& node = *cluster.nodes[0];
  ShareSearch patient(node.membership, store.clock, [&] { return std::make_unique<TestExchange>(cluster); },
                      {.secret = "secret of the nodes", .least_chunks = 10'000});
  node.searcher.search_parts_with([&](const CollectionSnapshot& snapshot, const PartQuery& query, Trace* trace) {
    return patient.search(snapshot, query, trace);
  });
  must(node.searcher.search({}, {.query = "tide"}));
  EXPECT_EQ(cluster.requests(), 0);
}

TEST_F(ShareSearchTest, a_manifest_that_is_not_the_newest_is_refused) {
  const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
  PartRequest request{.collections = {{store.collection.id, store.manifest().number}}, .segments = {0}, .query = {}};
  request.query.depth = 10;
  EXPECT_TRUE(searcher.find_part(request, nullptr));
  request.collections[0].manifest += 1;
  EXPECT_TRUE(testing::fails_with(ErrorKind::conflict, searcher.find_part(request, nullptr)));
  request.collections[0] = {CollectionId("none"), 1};
  EXPECT_TRUE(testing::fails_with(ErrorKind::not_found, searcher.find_part(request, nullptr)));
  request.query.dense.query_bits = 9;
  EXPECT_TRUE(testing::fails_with(ErrorKind::invalid, searcher.find_part(request, nullptr)));
}

TEST_F(ShareSearchTest, what_is_no_request_is_refused) {
  PartRequest request{.collections = {{store.collection.id, 1}}, .segments = {0, 1}, .query = {}};
  const std::string whole = to_wire(request);
  EXPECT_TRUE(request_from_wire(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(testing::fails_with(ErrorKind::invalid, request_from_wire(std::string_view(whole).substr(0, size))));
  EXPECT_TRUE(testing::fails_with(ErrorKind::invalid, found_from_wire("{}")));
}

}  // namespace
}  // namespace cairn
