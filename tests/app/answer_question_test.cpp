#include "app/answer_question.h"

#include <gtest/gtest.h>

#include <set>

#include "app/test_store.h"
#include "base/utf8.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

/// Cites what it is told to, whatever the evidence.
class ScriptedGenerator final : public Generator {
 public:
  std::vector<GeneratedSentence> script;
  mutable std::vector<Evidence> seen;

  std::string name() const override { return "scripted"; }
  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>&) override {
    seen.assign(request.evidence.begin(), request.evidence.end());
    return GeneratedAnswer{script, std::nullopt};
  }
};

class AnswerQuestionTest : public ::testing::Test {
 protected:
  AnswerQuestionTest() {
    store.ingest("birds.txt",
                 "Herons nest in the reeds. 鷺は葦に。 They lay four eggs in April.\nOtters sleep in the holt.");
    store.work();
  }

  Result<Answer> ask(std::string question, std::string generator_name = "scripted") {
    const Searcher searcher(*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{});
    const AnswerQuestion use_case(searcher, store.embedders, {&generator}, store.clock);
    AnswerRequest request;
    request.question = std::move(question);
    request.generator = std::move(generator_name);
    return use_case.answer(Principal{}, request, {});
  }

  testing::TestStore store;
  ScriptedGenerator generator;
};

TEST_F(AnswerQuestionTest, evidence_is_literal_text_at_its_span) {
  must(ask("How many eggs do herons lay?"));
  const std::string text = store.live().at("birds.txt").text;
  const utf8::CodePointIndex index(text);
  ASSERT_FALSE(generator.seen.empty());
  for (const Evidence& evidence : generator.seen) EXPECT_EQ(index.slice(evidence.span), evidence.text);
}

TEST_F(AnswerQuestionTest, a_question_in_a_document_is_no_evidence_but_heads_the_answer) {
  store.ingest("faq.txt",
               "How long is the warranty?\nInstruments have one of 24 months.\n保固期多久？主機保固二十四個月。");
  store.work();
  for (const std::string question : {"How long is the warranty?", "保固期多久？"}) {
    must(ask(question));
    ASSERT_FALSE(generator.seen.empty());
    for (const Evidence& evidence : generator.seen) EXPECT_NE(evidence.text, question);
  }
}

TEST_F(AnswerQuestionTest, a_heading_inside_a_chunk_is_no_evidence_and_speaks_for_what_stands_below_it) {
  store.extractor.headings = {"Paternity leave", "Marriage leave"};
  store.ingest("rules.txt",
               "Marriage leave\nIt is eight days, also here.\nPaternity leave\nIt is ten days, also here.");
  store.work();
  must(ask("How long is paternity leave?"));
  ASSERT_FALSE(generator.seen.empty());
  const Evidence& best = generator.seen.front();
  EXPECT_EQ(best.text, "It is ten days, also here.");
  EXPECT_TRUE(best.context.starts_with("Marriage leave")) << "both sections are small: one chunk";
  for (const Evidence& evidence : generator.seen) EXPECT_FALSE(evidence.text.ends_with("leave")) << evidence.text;
}

TEST_F(AnswerQuestionTest, a_row_is_understood_by_the_head_of_its_table) {
  store.ingest("codes.txt",
               "Code | Meaning\nE-12 | The wiper is stalled\nE-17 | No network\n"
               "Since spring E-12 is told later.");
  store.work();
  must(ask("What is the meaning of code E-12?"));
  ASSERT_FALSE(generator.seen.empty());
  EXPECT_EQ(generator.seen.front().text, "E-12 | The wiper is stalled");
}

TEST_F(AnswerQuestionTest, the_mark_of_a_list_is_not_quoted) {
  store.ingest("notes.txt",
               "- The kettle whistles at noon.\n\n\u2022 The kettle holds two litres.\n\n12) The kettle is red.\n\n"
               "-4 degrees suit the kettle.");
  store.work();
  must(ask("What about the kettle?"));
  std::set<std::string> quoted;
  for (const Evidence& evidence : generator.seen) quoted.insert(evidence.text);
  EXPECT_TRUE(quoted.contains("The kettle whistles at noon."));
  EXPECT_TRUE(quoted.contains("The kettle holds two litres."));
  EXPECT_TRUE(quoted.contains("The kettle is red."));
  EXPECT_TRUE(quoted.contains("-4 degrees suit the kettle."));
  const std::string text = store.live().at("notes.txt").text;
  const utf8::CodePointIndex index(text);
  for (const Evidence& evidence : generator.seen)
    if (evidence.external_id.ends_with("notes.txt")) EXPECT_EQ(index.slice(evidence.span), evidence.text);
}

TEST_F(AnswerQuestionTest, numbers_citations_in_the_order_they_are_pointed_to) {
  generator.script = {{"First.", {1}}, {"Second.", {0, 1}}};
  const Answer answer = must(ask("herons and otters"));
  EXPECT_FALSE(answer.abstained);
  EXPECT_EQ(answer.answer, "First. Second.");
  ASSERT_EQ(answer.citations.size(), 2U);
  EXPECT_EQ(answer.citations[0].quote, generator.seen[1].text);
  EXPECT_EQ(answer.sentences[1].citations, (std::vector<std::uint32_t>{2, 1}));
  EXPECT_EQ(answer.manifests.at("papers"), store.manifest().number);
}

TEST_F(AnswerQuestionTest, drops_sentences_that_point_to_no_evidence) {
  generator.script = {{"Invented.", {}}, {"Also invented.", {4'000}}};
  const Answer answer = must(ask("herons"));
  EXPECT_TRUE(answer.abstained);
  EXPECT_TRUE(answer.answer.empty());
  EXPECT_TRUE(answer.citations.empty());
}

TEST_F(AnswerQuestionTest, refuses_an_empty_question_and_an_unknown_generator) {
  EXPECT_TRUE(fails_with(ErrorKind::invalid, ask(" \n")));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, ask("herons", "oracle")));
}

TEST_F(AnswerQuestionTest, an_empty_store_abstains) {
  store.collection = must(store.catalog->create_collection({.tenant = local_tenant, .name = "other"}));
  must(store.catalog->delete_collection(must(store.catalog->collection(local_tenant, "papers")).id));
  EXPECT_TRUE(must(ask("herons")).abstained);
}

}  // namespace
}  // namespace cairn
