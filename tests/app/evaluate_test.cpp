// evaluate_retrieval and evaluate_answers from an evaluation folder to their figures, with figures that can be told by
// hand.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "app/evaluate_answers.h"
#include "app/evaluate_retrieval.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using testing::fails_with;
using ::testing::HasSubstr;
using testing::must;

/// Quotes all evidence from documents that have the word "eggs".
class QuotesEggs final : public Generator {
 public:
  std::string name() const override { return "eggs"; }
  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>&) override {
    std::vector<GeneratedSentence> sentences;
    for (std::size_t i = 0; i < request.evidence.size(); ++i)
      if (request.evidence[i].text.find("eggs") != std::string::npos)
        sentences.push_back({.text = request.evidence[i].text, .evidence = {i}});
    return GeneratedAnswer{sentences, std::nullopt};
  }
};

class Evaluate : public ::testing::Test {
 protected:
  Evaluate() {
    write("corpus.jsonl", R"({"_id":"heron","title":"Herons","text":"Herons lay four eggs in April."})"
                          "\n"
                          R"({"_id":"otter","title":"Otters","text":"Otters sleep in the holt."})"
                          "\n"
                          R"({"_id":"pump","title":"Pumps","text":"The pump needs oil."})"
                          "\n");
    write("queries.jsonl", R"({"_id":"1","text":"heron eggs"})"
                           "\n"
                           R"({"_id":"2","text":"otter holt"})"
                           "\n"
                           R"({"_id":"3","text":"nobody judged this pump"})"
                           "\n"
                           R"({"_id":"4","text":"oil of the pump"})"
                           "\n");
    // The second query's right document is one that its words do not find; the third has none.
    write("qrels.tsv", "query-id\tcorpus-id\tscore\n1\theron\t1\n2\tpump\t1\n4\tpump\t2\n");
    write("answers.jsonl", R"({"query-id":"1","answers":[{"text":"four eggs"}]})"
                           "\n"
                           R"({"query-id":"2","answers":[{"text":"in the holt"}]})"
                           "\n"
                           R"({"query-id":"4","answers":[]})"
                           "\n");
  }

  void write(const char* name, const std::string& content) { std::ofstream(folder.path() / name) << content; }

  Result<RetrievalReport> retrieval() {
    RetrievalOptions options;
    options.folder = folder.path();
    options.run_file = folder.path() / "run.trec";
    options.mode = SearchMode::lexical;
    options.corpus.worker = store.options;
    return evaluate_retrieval(store.ports(), options);
  }

  Result<AnswersReport> answers() {
    AnswersOptions options;
    options.folder = folder.path();
    options.details_file = folder.path() / "details.jsonl";
    options.corpus.worker = store.options;
    return evaluate_answers(store.ports(), generator, options);
  }

  std::string content(const char* name) const {
    std::stringstream text;
    text << std::ifstream(folder.path() / name).rdbuf();
    return text.str();
  }

  testing::TestStore store;
  testing::TemporaryFolder folder;
  QuotesEggs generator;
};

TEST_F(Evaluate, RetrievalFiguresAreMeansOverTheJudgedQueries) {
  const RetrievalReport report = must(retrieval());
  EXPECT_EQ(report.documents, 3U);
  EXPECT_EQ(report.chunks, 3U);
  EXPECT_EQ(report.queries, 3U);
  EXPECT_DOUBLE_EQ(report.ndcg_at_10, 2.0 / 3);  // Two right documents first, one not found.
  EXPECT_DOUBLE_EQ(report.mrr_at_10, 2.0 / 3);
  EXPECT_DOUBLE_EQ(report.recall_at_100, 2.0 / 3);
  EXPECT_GT(report.ingest_tokens, 0U);
  EXPECT_EQ(report.embedding_models, std::vector<std::string>{"fake"});
  EXPECT_EQ(to_json(report).at("mode"), "lexical");
  const std::string run = content("run.trec");
  EXPECT_THAT(run, HasSubstr("1 Q0 heron 1 "));
  EXPECT_THAT(run, HasSubstr("4 Q0 pump 1 "));
  EXPECT_EQ(run.find("3 Q0"), std::string::npos);
}

TEST_F(Evaluate, ASecondRetrievalRunEmbedsNothing) {
  must(retrieval());
  const RetrievalReport again = must(retrieval());
  EXPECT_EQ(again.ingest_tokens, 0U);
  EXPECT_EQ(again.documents, 3U);
  EXPECT_DOUBLE_EQ(again.ndcg_at_10, 2.0 / 3);
}

TEST_F(Evaluate, AnswersAreCountedAgainstTheGoldAndTheDocuments) {
  const AnswersReport report = must(answers());
  EXPECT_EQ(report.questions, 2U);  // The third has no answer in the documents and is counted apart.
  EXPECT_EQ(report.unanswerable, 1U);
  EXPECT_EQ(report.answered + report.abstained, 2U);
  EXPECT_EQ(report.quote_contains_answer, 1U);
  EXPECT_GT(report.quotes, 0U);
  EXPECT_EQ(report.quotes_literal, report.quotes);
  EXPECT_DOUBLE_EQ(report.literal_quotes(), 1);
  EXPECT_EQ(to_json(report).at("unanswerable").at("questions"), 1);
  EXPECT_THAT(content("details.jsonl"), HasSubstr("Herons lay four eggs in April."));
}

TEST_F(Evaluate, BrokenFoldersAreNamed) {
  write("qrels.tsv", "query-id\tcorpus-id\tscore\n1\theron\tmany\n");
  const auto retrieved = retrieval();
  ASSERT_TRUE(fails_with(ErrorKind::invalid, retrieved));
  EXPECT_THAT(retrieved.error().message, HasSubstr("qrels.tsv"));
  std::filesystem::remove(folder.path() / "answers.jsonl");
  const auto answered = answers();
  ASSERT_TRUE(fails_with(ErrorKind::invalid, answered));
  EXPECT_THAT(answered.error().message, HasSubstr("answers.jsonl"));
}

}  // namespace
}  // namespace cairn
