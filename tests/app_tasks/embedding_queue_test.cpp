// Long and short documents take turns, and the room in the queue is shared between them.
#include "app/embedding_queue.h"

#include <gmock/gmock.h>

#include "app/fakes.h"

namespace cairn {
namespace {

using ::testing::ElementsAre;
using testing::FakeEmbedder;

constexpr std::uint64_t unit = 20, most = 80;
constexpr std::uint32_t chunk = 10;

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
  EmbeddingQueue queue{unit, most};
};

std::vector<PreparedDocumentPtr> documents(const std::optional<EmbeddingUnit>& taken) {
  std::vector<PreparedDocumentPtr> found;
  for (const ChunkSlice& slice : taken.value().slices) found.push_back(slice.document);
  return found;
}

TEST_F(LongAndShort, OneLongDocumentLeavesRoomForOthers) {
  queue.push(document(1'000));
  EXPECT_TRUE(queue.has_room());
  queue.push(document(1));
  EXPECT_TRUE(queue.has_room());
}

TEST_F(LongAndShort, LongDocumentsDoNotPileUp) {
  for (int i = 0; i < 3; ++i) queue.push(document(1'000));
  EXPECT_TRUE(queue.has_room());
  queue.push(document(1'000));
  EXPECT_FALSE(queue.has_room());
  for (int i = 0; i < 100; ++i) (void)queue.pop();
  EXPECT_FALSE(queue.has_room()) << "all four have most of their chunks left";
}

TEST_F(LongAndShort, ShortDocumentsCountInFull) {
  for (std::uint64_t tokens = 0; tokens < most; tokens += chunk) {
    EXPECT_TRUE(queue.has_room());
    queue.push(document(1));
  }
  EXPECT_FALSE(queue.has_room());
  (void)queue.pop();
  EXPECT_TRUE(queue.has_room());
}

TEST_F(LongAndShort, ADrainedQueueIsAsGoodAsNew) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) queue.push(document(7));
    EXPECT_FALSE(queue.has_room());
    for (int i = 0; i < 4 * 7 * int{chunk} / int{unit}; ++i) (void)queue.pop();
    EXPECT_TRUE(queue.has_room());
  }
  queue.close();
  EXPECT_FALSE(queue.pop());
}

TEST_F(LongAndShort, AShortDocumentGoesIntoTheNextUnitButOne) {
  const auto big = document(1'000), small = document(1);
  queue.push(big);
  EXPECT_THAT(documents(queue.pop()), ElementsAre(big));
  queue.push(small);
  EXPECT_THAT(documents(queue.pop()), ElementsAre(big));
  EXPECT_THAT(documents(queue.pop()), ElementsAre(small, big)) << "what room it leaves is used";
  EXPECT_THAT(documents(queue.pop()), ElementsAre(big));
}

}  // namespace
}  // namespace cairn
