#include "adapters/openai/event_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "contract/expect_result.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

/// The data of all events when `text` comes in pieces of `size` bytes.
std::vector<std::string> events_of(std::string_view text, std::size_t size) {
  EventStream stream(1000);
  std::vector<std::string> events;
  const auto keep = [&](std::string_view data) -> Result<bool> {
    events.emplace_back(data);
    return data != "[DONE]";
  };
  for (std::size_t at = 0; at < text.size(); at += size)
    if (!must(stream.add(text.substr(at, size), keep))) return events;
  must(stream.finish(keep));
  return events;
}

TEST(EventStream, FindsTheSameEventsHoweverTheyAreCut) {
  const std::string text =
      "\xEF\xBB\xBF: hello\n\ndata: {\"a\":1}\n\ndata:{\"b\":\"\xE4\xBD\xA0\"}\r\n\r\nevent: x\rid: 7\rdata: "
      "{\"c\":3}\r\r"
      "retry: 10\n\n: keep-alive\n\ndata: one\ndata: two\n\ndata\n\nerror: {\"d\":4}\n\ndata: [DONE]\n\ndata: late\n\n";
  const std::vector<std::string> expected = {
      "{\"a\":1}", "{\"b\":\"\xE4\xBD\xA0\"}", "{\"c\":3}", "one\ntwo", "", "{\"d\":4}", "[DONE]"};
  for (std::size_t size = 1; size <= text.size(); ++size) EXPECT_EQ(events_of(text, size), expected) << size;
}

TEST(EventStream, TakesTheLastEventWithoutABlankLineAndEventsWithoutOneBetween) {
  for (std::size_t size : {1u, 3u, 100u}) {
    EXPECT_EQ(events_of("data: {}", size), (std::vector<std::string>{"{}"}));
    EXPECT_EQ(events_of("data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n", size),
              (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}", "[DONE]"}));
  }
}

TEST(EventStream, ALineThatNeverEndsIsRefused) {
  EventStream stream(1000);
  const auto ignore = [](std::string_view) -> Result<bool> { return true; };
  EXPECT_TRUE(stream.add("data: " + std::string(900, 'x'), ignore));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, stream.add(std::string(200, 'x'), ignore)));
  EventStream lines(1000);
  Result<bool> last = true;
  for (int i = 0; i < 30 && last; ++i) last = lines.add("data: " + std::string(100, 'x') + "\n", ignore);
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, last));
}

}  // namespace
}  // namespace cairn
