// Long and short documents stand in two lines, and neither holds up the other.
#include "app/embedding_queue.h"

#include <gmock/gmock.h>

#include "app/fakes.h"

namespace cairn {
namespace {

using ::testing::ElementsAre;
using testing::FakeEmbedder;

constexpr std::uint32_t chunk = 10;
constexpr EmbeddingQueue::Options options{
    .unit_tokens = 20, .long_tokens = 50, .most_short_tokens = 80, .most_long_documents = 3};

struct LongAndShort : ::testing::Test {
  PreparedDocumentPtr document(std::size_t chunks) const {
    auto made = std::make_shared<PreparedDocument>();
    made->chunks.resize(chunks);
    made->chunk_tokens.assign(chunks, chunk);
    made->tokens = chunks * chunk;
    made->embedder = &embedder;
    return made;
  }

  FakeEmbedder embedder{"fake"};
  EmbeddingQueue queue{options};
};

std::vector<PreparedDocumentPtr> documents(const std::optional<EmbeddingUnit>& taken) {
  std::vector<PreparedDocumentPtr> found;
  for (const ChunkSlice& slice : taken.value().slices) found.push_back(slice.document);
  return found;
}

TEST_F(LongAndShort, AnyNumberOfLongDocumentsLeavesRoomForShortOnes) {
  for (int i = 0; i < 10; ++i) queue.push(document(1'000));
  EXPECT_FALSE(queue.has_room(Lane::slow));
  EXPECT_TRUE(queue.has_room(Lane::quick));
}

TEST_F(LongAndShort, LongDocumentsDoNotPileUp) {
  for (std::size_t i = 0; i < options.most_long_documents; ++i) {
    EXPECT_TRUE(queue.has_room(Lane::slow));
    queue.push(document(1'000));
  }
  for (int i = 0; i < 100; ++i) (void)queue.pop();
  EXPECT_FALSE(queue.has_room(Lane::slow)) << "all have most of their chunks left";
}

TEST_F(LongAndShort, ShortDocumentsCountInFull) {
  for (std::uint64_t tokens = 0; tokens < options.most_short_tokens; tokens += chunk) {
    EXPECT_TRUE(queue.has_room(Lane::quick));
    queue.push(document(1));
  }
  EXPECT_FALSE(queue.has_room(Lane::quick));
  EXPECT_TRUE(queue.has_room(Lane::slow));
  (void)queue.pop();
  EXPECT_TRUE(queue.has_room(Lane::quick));
}

TEST_F(LongAndShort, ADrainedQueueIsAsGoodAsNew) {
  for (int round = 0; round < 3; ++round) {
    for (const std::size_t chunks : {5, 7, 5, 7, 7}) queue.push(document(chunks));
    EXPECT_FALSE(queue.has_room(Lane::quick));
    EXPECT_FALSE(queue.has_room(Lane::slow));
    for (int i = 0; i < 31 * int{chunk}; i += int{options.unit_tokens}) (void)queue.pop();
    EXPECT_TRUE(queue.has_room(Lane::quick));
    EXPECT_TRUE(queue.has_room(Lane::slow));
  }
  queue.close();
  EXPECT_FALSE(queue.pop());
}

TEST_F(LongAndShort, AShortDocumentGoesIntoTheNextUnitButOne) {
  const auto big = document(1'000), other = document(1'000), small = document(1);
  queue.push(big);
  queue.push(other);
  EXPECT_THAT(documents(queue.pop()), ElementsAre(big));
  queue.push(small);
  EXPECT_THAT(documents(queue.pop()), ElementsAre(small, other)) << "what room it leaves is used";
  EXPECT_THAT(documents(queue.pop()), ElementsAre(big));
}

TEST_F(LongAndShort, ShortDocumentsThatKeepComingDoNotHoldUpALongOne) {
  const auto big = document(1'000);
  queue.push(big);
  int units_of_big = 0;
  for (int i = 0; i < 6; ++i) {
    queue.push(document(2));
    units_of_big += documents(queue.pop()) == std::vector{big} ? 1 : 0;
  }
  EXPECT_EQ(units_of_big, 3);
}

TEST_F(LongAndShort, DocumentsOfAnotherModelWaitForAUnitOfTheirOwn) {
  const FakeEmbedder second{"second"};
  const auto ours = document(1), theirs = document(1);
  theirs->embedder = &second;
  queue.push(ours);
  queue.push(theirs);
  EXPECT_THAT(documents(queue.pop()), ElementsAre(ours));
  EXPECT_THAT(documents(queue.pop()), ElementsAre(theirs));
}

}  // namespace
}  // namespace cairn
