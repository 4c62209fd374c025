#include <gtest/gtest.h>

#include <set>

#include "adapters/extractive/extractive_generator.h"
#include "adapters/fault/faulty_blob_store.h"
#include "adapters/fault/faulty_catalog.h"
#include "app/answer_question.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using testing::must;
using Names = std::vector<std::string>;

Names names_of(const EndedTrace& trace) {
  Names names;
  for (std::size_t i = 1; i < trace.spans.size(); ++i) names.emplace_back(trace.spans[i].name);
  return names;
}

std::uint32_t find(const EndedTrace& trace, std::string_view name) {
  for (std::uint32_t i = 1; i < trace.spans.size(); ++i)
    if (trace.spans[i].name == name) return i;
  ADD_FAILURE() << "no span " << name;
  return 0;
}

std::int64_t number(const EndedTrace& trace, std::string_view span, std::string_view key) {
  const SpanValue* value = trace.attribute(key, find(trace, span));
  EXPECT_NE(value, nullptr) << span << " has no " << key;
  return value == nullptr ? -1 : std::get<std::int64_t>(*value);
}

class QueryTraceTest : public ::testing::Test {
 protected:
  QueryTraceTest() {
    store.ingest("birds.txt", "Herons nest in the reeds.\nThey lay four eggs in April.");
    store.work();
  }

  std::shared_ptr<const EndedTrace> search(SearchRequest request) {
    Trace trace("search", store.clock);
    request.trace = &trace;
    (void)searcher.search(Principal{}, request);
    return trace.end();
  }

  testing::TestStore store;
  Searcher searcher{*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{}};
};

TEST_F(QueryTraceTest, a_search_shows_each_of_its_stages_and_what_it_read) {
  const auto trace = search({.query = "heron"});
  const Names names = names_of(*trace);
  const std::set<std::string> seen(names.begin(), names.end());
  for (const char* stage : {"query.parse", "query.snapshot", "query.load_snapshot", "query.open_segment",
                            "query.lexical", "query.embed", "query.dense", "query.fuse", "query.read"})
    EXPECT_TRUE(seen.contains(stage)) << stage;
  EXPECT_EQ(number(*trace, "query.snapshot", "collections"), 1);
  EXPECT_EQ(number(*trace, "query.snapshot", "segments"), 1);
  EXPECT_EQ(number(*trace, "query.snapshot", "chunks"), 1);
  EXPECT_EQ(number(*trace, "query.read", "hits"), 1);
  EXPECT_EQ(std::get<std::string>(*trace->attribute("model", find(*trace, "query.embed"))), "fake");
  EXPECT_EQ(trace->name_of(trace->spans[find(*trace, "query.load_snapshot")].parent), "query.snapshot");
  EXPECT_EQ(trace->name_of(trace->spans[find(*trace, "query.open_segment")].parent), "query.load_snapshot");
}

TEST_F(QueryTraceTest, a_segment_is_cold_only_once) {
  search({.query = "heron"});
  const Names names = names_of(*search({.query = "reeds"}));
  EXPECT_EQ(std::ranges::count(names, "query.open_segment"), 0);
  EXPECT_EQ(std::ranges::count(names, "query.snapshot"), 1);
}

TEST_F(QueryTraceTest, a_lexical_search_embeds_nothing) {
  const Names names = names_of(*search({.query = "heron", .mode = SearchMode::lexical}));
  EXPECT_EQ(std::ranges::count(names, "query.embed"), 0);
  EXPECT_EQ(std::ranges::count(names, "query.lexical"), 1);
}

TEST_F(QueryTraceTest, no_attribute_holds_the_question_or_a_text) {
  const auto trace = search({.query = "heron"});
  for (const SpanAttribute& attribute : trace->attributes)
    if (const auto* text = std::get_if<std::string>(&attribute.value)) {
      EXPECT_EQ(text->find("eron"), std::string::npos) << attribute.key;
    }
}

TEST_F(QueryTraceTest, an_answer_adds_evidence_generation_and_the_verifying_of_quotes) {
  ExtractiveGenerator generator;
  const AnswerQuestion answers(searcher, store.embedders, {&generator}, store.clock);
  Trace trace("answer", store.clock);
  AnswerRequest request;
  request.question = "How many eggs do herons lay?";
  request.trace = &trace;
  const Answer answer = must(answers.answer(Principal{}, request, {}));
  const auto ended = trace.end();
  find(*ended, "query.lexical");
  EXPECT_GT(number(*ended, "query.evidence", "evidence"), 0);
  EXPECT_EQ(std::get<std::string>(*ended->attribute("generator", find(*ended, "query.generate"))), "extractive");
  EXPECT_EQ(std::get<bool>(*ended->attribute("abstained", find(*ended, "query.verify"))), answer.abstained);
  EXPECT_EQ(number(*ended, "query.verify", "supported"), static_cast<std::int64_t>(answer.sentences.size()));
}

constexpr std::chrono::milliseconds patience{10};  // What each call of a slow port takes.

class SlowEmbedders final : public EmbedderSet, private Embedder {
 public:
  SlowEmbedders(const EmbedderSet& set, testing::ManualClock& clock)
      : set_(set), inner_(*set.for_language("en")), clock_(clock) {}

  const Embedder* find(std::string_view model) const override { return set_.find(model) == nullptr ? nullptr : this; }
  const Embedder* for_language(std::string_view) const override { return this; }
  std::vector<EmbeddingModel> models() const override { return set_.models(); }

 private:
  const EmbeddingModel& model() const override { return inner_.model(); }
  Result<std::vector<float>> embed_passages(std::span<const std::string_view> texts,
                                            const CancelToken& cancel) const override {
    clock_.advance(patience);
    return inner_.embed_passages(texts, cancel);
  }
  Result<std::vector<float>> embed_query(std::string_view query) const override {
    clock_.advance(patience);
    return inner_.embed_query(query);
  }
  std::vector<Span> piece_spans(std::string_view text) const override { return inner_.piece_spans(text); }

  const EmbedderSet& set_;
  const Embedder& inner_;
  testing::ManualClock& clock_;
};

/// Understands a conversation, and answers with what the best passage says, in words of its own.
class SlowGenerator final : public Generator {
 public:
  explicit SlowGenerator(testing::ManualClock& clock) : clock_(clock) {}
  std::string name() const override { return "slow"; }
  bool writes() const override { return true; }

  Result<std::optional<std::string>> stand_alone(std::span<const ConversationTurn>, const CancelToken&) override {
    clock_.advance(patience);
    return std::optional<std::string>("How many eggs do herons lay?");
  }
  Result<GeneratedAnswer> generate(const GenerateRequest&, const std::function<void(std::string_view)>&) override {
    clock_.advance(patience);
    return GeneratedAnswer{.sentences = {{.text = "Herons lay four eggs in April.", .evidence = {0}}}, .usage = {}};
  }

 private:
  testing::ManualClock& clock_;
};

TEST_F(QueryTraceTest, whatever_takes_long_does_so_in_a_stage_that_says_what_it_was) {
  const auto plan = std::make_shared<FaultPlan>(FaultOptions{.crash_point = [this](std::string_view point) {
    if (point.ends_with(":before")) store.clock.advance(patience);
  }});
  const SlowEmbedders embedders(store.embedders, store.clock);
  SlowGenerator generator(store.clock);
  FaultyCatalog catalog(*store.catalog, plan);
  FaultyBlobStore blobs(*store.blobs, plan);
  const Searcher slow(catalog, blobs, embedders, store.clock, SearchTuning{});
  const AnswerQuestion answers(slow, embedders, {&generator}, store.clock);

  Trace trace("answer", store.clock);
  AnswerRequest request;
  request.question = "How many do they lay?";
  request.conversation = {{ConversationTurn::Role::user, "Where do herons nest?"}};
  request.generator = "slow";
  request.trace = &trace;
  EXPECT_FALSE(must(answers.answer(Principal{}, request, {})).abstained);
  const auto ended = trace.end();

  std::chrono::nanoseconds accounted{};
  for (std::size_t i = 1; i < ended->spans.size(); ++i)
    if (ended->spans[i].parent == 0) accounted += ended->spans[i].end - ended->spans[i].start;
  EXPECT_EQ(accounted, ended->duration()) << "some of the answer's time is in no stage";
  for (const char* stage : {"query.rewrite", "query.snapshot", "query.load_snapshot", "query.open_segment",
                            "query.embed", "query.generate"}) {
    const SpanRecord& span = ended->spans[find(*ended, stage)];
    EXPECT_GE(span.end - span.start, patience) << stage;
  }
}

}  // namespace
}  // namespace cairn
