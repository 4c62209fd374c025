// What the scores promise whatever their weights: these come from regressions and may be fitted again.
#include "app/evidence_score.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

const EvidenceFeatures nothing{};

/// A sentence that says what was asked, in a chunk about the matter.
const EvidenceFeatures apt{.coverage = .9,
                           .context_coverage = .1,
                           .chunk_coverage = 1,
                           .similarity = .8,
                           .hit_similarity = .6,
                           .kind = 1,
                           .hit_score = 1};

EvidenceFeatures with(double EvidenceFeatures::* feature, double value) {
  EvidenceFeatures features = apt;
  features.*feature = value;
  return features;
}

TEST(EvidenceScore, TakesAnAptSentenceForAnAnswerAndAStrangeOneForNone) {
  EXPECT_GT(probability(support_score(apt)), .5);
  EXPECT_LT(probability(support_score(nothing)), .5);
  EXPECT_GT(rank_score(apt), rank_score(nothing));
}

TEST(EvidenceScore, RanksHigherWhatSaysMoreOfTheQuestion) {
  for (const auto feature : {&EvidenceFeatures::coverage, &EvidenceFeatures::similarity, &EvidenceFeatures::kind,
                             &EvidenceFeatures::hit_score})
    EXPECT_GT(rank_score(apt), rank_score(with(feature, 0)));
}

TEST(EvidenceScore, RanksAHeadingBelowASentenceOfTheSameWords) {
  EvidenceFeatures heading = apt;
  heading.heading = true;
  EXPECT_LT(rank_score(heading), rank_score(apt));
}

TEST(EvidenceScore, SupportsAnAnswerByWhatTheChunkAndTheSentenceHaveOfTheQuestion) {
  for (const auto feature :
       {&EvidenceFeatures::coverage, &EvidenceFeatures::chunk_coverage, &EvidenceFeatures::similarity})
    EXPECT_GT(support_score(apt), support_score(with(feature, 0)));
}

TEST(EvidenceScore, SupportsAnAnswerLessWhenANameOfTheQuestionIsNowhere) {
  EvidenceFeatures elsewhere = apt;
  elsewhere.lacks_name = true;
  EXPECT_LT(support_score(elsewhere), support_score(apt));
}

TEST(EvidenceScore, TurnsLogOddsIntoProbabilities) {
  EXPECT_DOUBLE_EQ(probability(0), .5);
  EXPECT_LT(probability(-3), probability(-1));
  EXPECT_DOUBLE_EQ(probability(2) + probability(-2), 1);
  EXPECT_GE(probability(-1'000), 0);
  EXPECT_LE(probability(1'000), 1);
}

TEST(EvidenceScore, ScalesSimilaritiesOfEveryModelUpToTheSameText) {
  for (const char* model : {"bge-small-en-v1.5", "bge-small-zh-v1.5", "another"}) {
    EXPECT_DOUBLE_EQ(relative_similarity(model, 1), 1);
    EXPECT_LT(relative_similarity(model, .1), .05) << model;  // Unrelated texts are near 0 or below.
    EXPECT_LT(relative_similarity(model, .5), relative_similarity(model, .6));
  }
}

}  // namespace
}  // namespace cairn
