#include "ports/reply_text.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace cairn {
namespace {

struct Passed {
  std::string text;
  bool stopped = false;
};

/// What is passed on of `bytes` that come in pieces of `size`.
Passed pass(const std::string& bytes, std::size_t size, const std::vector<std::string>& stop) {
  ReplyText reply(stop);
  Passed passed;
  const auto keep = [&](const std::string& piece) {
    EXPECT_TRUE(utf8::is_valid(piece)) << piece;
    passed.text += piece;
  };
  for (std::size_t at = 0; at < bytes.size(); at += size) keep(reply.add(bytes.substr(at, size)));
  keep(reply.finish());
  passed.stopped = reply.stopped();
  return passed;
}

void expect_for_every_cut(const std::string& bytes, const std::vector<std::string>& stop, const std::string& expected) {
  for (std::size_t size = 1; size <= bytes.size(); ++size) EXPECT_EQ(pass(bytes, size, stop).text, expected) << size;
}

TEST(ReplyText, KeepsCharactersWholeHoweverTheyAreCut) { expect_for_every_cut("né 你好 🎉!", {}, "né 你好 🎉!"); }

TEST(ReplyText, ReplacesWhatIsNoCharacter) { expect_for_every_cut("a\xFFz\xE4\xBD", {}, "a\xEF\xBF\xBDz\xEF\xBF\xBD"); }

TEST(ReplyText, EndsBeforeTheFirstStopString) {
  expect_for_every_cut("one two three two", {"three", "two"}, "one ");
  expect_for_every_cut("aaab", {"aab"}, "a");
  expect_for_every_cut("one tw", {"two", ""}, "one tw");
  EXPECT_TRUE(pass("one two", 3, {"two"}).stopped);
  EXPECT_FALSE(pass("one tw", 3, {"two"}).stopped);
}

TEST(ReplyText, HoldsBackOnlyWhatMayBeginAStopString) {
  ReplyText reply({"END"});
  EXPECT_EQ(reply.add("text E"), "text ");
  EXPECT_EQ(reply.add("at"), "Eat");
  EXPECT_EQ(reply.add(" EN"), " ");
  EXPECT_EQ(reply.add("D more"), "");
  EXPECT_EQ(reply.add("and more"), "");
  EXPECT_EQ(reply.finish(), "");
}

TEST(ReplyText, LeavesOutReasoningBeforeTheReplyOnly) {
  expect_for_every_cut("\n<think>\nhm, 好</think>\n\nYes <think>", {}, "Yes <think>");
  expect_for_every_cut("<thin air", {}, "<thin air");
  expect_for_every_cut("<think>never ending", {}, "");
  expect_for_every_cut("<think>STOP</think>Yes STOP", {"STOP"}, "Yes ");
}

}  // namespace
}  // namespace cairn
