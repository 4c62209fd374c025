#include "api/cli/terminal.h"

#include <gtest/gtest.h>

#include "api/cli/context.h"
#include "api/cli/progress.h"

namespace cairn::cli {
namespace {

TEST(Terminal, ColorIsLeftOutWhereItIsNotWanted) {
  EXPECT_EQ(Terminal(false, false, 80).bold("x"), "x");
  EXPECT_EQ(Terminal(true, false, 80).bold("x"), "\x1b[1mx\x1b[0m");
}

TEST(Printable, ShowsEscapeSequencesAndDirectionMarksInsteadOfObeyingThem) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\u001b[2Jb");
  EXPECT_EQ(printable("invoice\u202Egpj.exe"), "invoice\\u202egpj.exe");
  EXPECT_EQ(printable("two\nlines"), "two lines");
  EXPECT_EQ(printable("two\nlines", true), "two\nlines");
  EXPECT_EQ(printable("bad \xFF byte"), "bad \uFFFD byte");
}

TEST(Wrapped, BreaksBetweenWordsAndBetweenWideCharacters) {
  EXPECT_EQ(wrapped("one two three four five six", 24, 4), "    one two three four\n    five six");
  EXPECT_EQ(wrapped("特別休假特別休假特別休假", 22, 2), "  特別休假特別休假特別\n  休假");
}

TEST(DisplayWidth, CountsWideCharactersTwiceAndCombiningOnesNot) {
  EXPECT_EQ(display_width("ab"), 2u);
  EXPECT_EQ(display_width("會議"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(HumanFigures, CarryUnitsAndSeparators) {
  EXPECT_EQ(human_count(1400), "1,400");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1234567), "1,234,567");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1'400'000), "1.4 MB");
  EXPECT_EQ(human_duration(0.85), "850 ms");
  EXPECT_EQ(human_duration(200), "3 min 20 s");
}

TEST(ProgressLine, SaysShareRateAndTimeLeft) {
  const std::string text = ProgressLine::text("Indexing", 50, 200, 10, "a.pdf", 120);
  EXPECT_NE(text.find("25 %  50 of 200  5.0/s  30 s left  a.pdf"), std::string::npos) << text;
  EXPECT_LE(display_width(ProgressLine::text("Indexing", 50, 200, 10, std::string(300, 'x'), 60)), 60u);
}

TEST(Table, AlignsColumnsByDisplayWidth) {
  const Table table{{"name", "n"}, {{"會議", "1"}, {"abc", "20"}}, {false, true}};
  EXPECT_EQ(table.to_text(Terminal(false, false, 80)), "name   n\n會議   1\nabc   20\n");
}

}  // namespace
}  // namespace cairn::cli
