#include "app/check_answer.h"

#include <gtest/gtest.h>

#include <set>

#include "app/fakes.h"
#include "text/fold.h"

namespace cairn {
namespace {

Evidence evidence(std::string text, std::string language) {
  Evidence made;
  made.text = std::move(text);
  made.language = std::move(language);
  return made;
}

/// What a model embeds from now on.
std::set<std::string>& watch(testing::FakeEmbedder& embedder, std::set<std::string>& seen) {
  embedder.before_embedding = [&seen](std::span<const std::string_view> texts, const CancelToken&) -> Result<void> {
    seen.insert(texts.begin(), texts.end());
    return {};
  };
  return seen;
}

TEST(CheckAnswer, a_passage_is_compared_by_the_model_that_its_sentence_is_compared_by) {
  testing::FakeEmbedders embedders;
  std::set<std::string> english, chinese;
  watch(embedders.add("english", {"en"}), english);
  watch(embedders.add("chinese", {"zh"}), chinese);
  const std::vector<Evidence> passages = {evidence("Herons lay four eggs in April.", "en"),
                                          evidence("蒼鷺在四月產四顆蛋。", "zh-Hant")};
  const SentenceChecker checker;
  CheckAnswer check(checker, embedders, passages, "", CancelToken());

  EXPECT_TRUE(check.check({"Herons lay four eggs in April.", {0, 1}, std::nullopt}, "en").supported);
  EXPECT_TRUE(english.contains(text::fold(passages[1].text))) << "the first passage's model compares them all";
  EXPECT_TRUE(check.check({"蒼鷺四月產四顆蛋。", {1}, std::nullopt}, "zh-Hant").supported);
  EXPECT_TRUE(chinese.contains(text::fold(passages[1].text)));
}

TEST(CheckAnswer, a_sentence_that_only_repeats_the_question_answers_nothing) {
  testing::FakeEmbedders none;
  const std::vector<Evidence> passages = {
      evidence("With a measurement every 5 minutes the TL-450 works for 34 days on one pack.", "en"),
      evidence("探頭的保固為十二個月。", "zh-Hant")};
  const SentenceChecker checker;
  const auto supported = [&](std::string question, std::string sentence, std::size_t passage, std::string language) {
    CheckAnswer check(checker, none, passages, std::move(question), CancelToken());
    return check.check({std::move(sentence), {passage}, std::nullopt}, language).supported;
  };
  constexpr auto question = "How long does the TL-450 work on one pack when it measures every 5 minutes?";
  EXPECT_FALSE(supported(question, "The TL-450 works on one pack when it measures every 5 minutes.", 0, "en"));
  EXPECT_TRUE(supported(question, "The TL-450 works on one pack for 34 days.", 0, "en"));
  EXPECT_TRUE(supported("Does the TL-450 work on one pack?", "The TL-450 works on one pack.", 0, "en"))
      << "that is a yes";
  EXPECT_FALSE(supported("探頭的保固多久？", "探頭的保固。", 1, "zh-Hant"));
  EXPECT_TRUE(supported("探頭的保固多久？", "探頭的保固為十二個月。", 1, "zh-Hant"));
}

}  // namespace
}  // namespace cairn
