#include "app/beir.h"

#include <gtest/gtest.h>

#include <fstream>

#include "contract/expect_result.h"
#include "contract/temporary_folder.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

class BeirTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const char* name, const std::string& content) {
    std::ofstream(folder.path() / name) << content;
    return folder.path() / name;
  }

  testing::TemporaryFolder folder;
};

TEST_F(BeirTest, reads_queries_and_judgements) {
  const auto queries = must(
      read_beir_queries(write("queries.jsonl", "{\"_id\":\"1\",\"text\":\"why\"}\n\n{\"_id\":\"2\",\"text\":\"\"}")));
  ASSERT_EQ(queries.size(), 2U);
  EXPECT_EQ(queries[0].text, "why");
  const auto qrels =
      must(read_beir_qrels(write("qrels.tsv", "query-id\tcorpus-id\tscore\r\n1\ta\t2\r\n1\tb\t0\n2\ta\t1")));
  EXPECT_EQ(qrels, (std::map<std::string, Grades>{{"1", {{"a", 2}}}, {"2", {{"a", 1}}}}));
}

TEST_F(BeirTest, reads_answers_and_keeps_questions_without_any) {
  const auto answers = must(read_beir_answers(
      write("answers.jsonl", R"({"query-id":"1","answers":[{"text":"42","start":0},{"text":"forty-two"}]}
{"query-id":"2","answers":[]})")));
  EXPECT_EQ(answers.at("1"), (std::vector<std::string>{"42", "forty-two"}));
  EXPECT_TRUE(answers.at("2").empty());
}

TEST_F(BeirTest, gives_documents_one_by_one) {
  const auto next = must(open_beir_corpus(
      write("corpus.jsonl", "{\"_id\":\"a\",\"title\":\"T\",\"text\":\"body\"}\n{\"_id\":\"b\",\"text\":\"\"}")));
  const auto first = must(next());
  EXPECT_EQ(first->external_id, "a");
  EXPECT_EQ(first->facts.title, "T");
  EXPECT_EQ(std::get<std::string>(first->content), "body");
  EXPECT_EQ(must(next())->external_id, "b");
  EXPECT_FALSE(must(next()).has_value());
}

TEST_F(BeirTest, names_the_file_and_line_that_is_broken) {
  const auto broken = read_beir_queries(write("queries.jsonl", "{\"_id\":\"1\",\"text\":\"why\"}\n{\"_id\":\"2\"}"));
  ASSERT_TRUE(fails_with(ErrorKind::invalid, broken));
  EXPECT_NE(broken.error().message.find("queries.jsonl:2"), std::string::npos);
  EXPECT_TRUE(fails_with(ErrorKind::invalid, read_beir_qrels(write("qrels.tsv", "h\th\th\n1\ta"))));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, read_beir_queries(folder.path() / "missing.jsonl")));
}

}  // namespace
}  // namespace cairn
