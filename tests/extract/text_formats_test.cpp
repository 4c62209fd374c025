#include <gmock/gmock.h>

#include "extract/extracting.h"

namespace cairn::extraction::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum text::BlockKind;

TEST(PlainText, ParagraphsAreSeparatedByEmptyLines) {
  EXPECT_THAT(blocks_of(extracted("one\r\ntwo\r\n\r\n\r\n  three  \t here ", "a.txt")),
              ElementsAre(Seen{paragraph, "one\ntwo"}, Seen{paragraph, "three here"}));
}

TEST(PlainText, LinesBrokenByTheTypistAreJoined) {
  const std::string text =
      "The committee met on the first of March and discussed the price list\n"
      "for the coming year, which the members found to be far too high for\n"
      "most of them.\n";
  EXPECT_EQ(
      extracted(text, "a.txt").text,
      "The committee met on the first of March and discussed the price list for the coming year, which the members "
      "found to be far too high for most of them.");
}

TEST(PlainText, ShortLinesStayLines) {
  EXPECT_EQ(extracted("12 Harbour Road\nKeelung\n", "a.txt").text, "12 Harbour Road\nKeelung");
}

TEST(PlainText, ControlAndInvisibleCharactersAreDropped) {
  EXPECT_EQ(extracted(std::string("a\0b\xef\xbb\xbf c\xc2\xad"
                                  "d\x07 e\xc2\xa0"
                                  "f\n",
                                  17),
                      "a.txt")
                .text,
            "ab cd e f");
}

TEST(PlainText, ZeroWidthSpacesStayWhereTheySeparateWords) {
  EXPECT_EQ(extracted("Setup​ now", "a.txt").text, "Setup now");
  EXPECT_EQ(extracted("สวัสดี​ครับ", "a.txt").text, "สวัสดี​ครับ");
}

TEST(PlainText, NothingToReadIsAnError) {
  EXPECT_EQ(error_of("", "a.txt"), "the file is empty");
  EXPECT_EQ(error_of(" \t\n\u3000\u200b\n", "a.txt"), "the file contains no text");
}

TEST(PlainText, TooMuchTextNamesTheLimitAndTheSetting) {
  const Limits limits{.max_text_bytes = 2'000'000};
  EXPECT_THAT(error_of(std::string(2'100'000, 'x'), "a.txt", limits), HasSubstr("longer than 2 MB"));
  EXPECT_THAT(error_of(std::string(50'000'000, 'x'), "a.txt", limits), HasSubstr("extract.max_text_mb"));
}

TEST(Markdown, BlocksHaveKindsAndHeadingPaths) {
  const auto document = extracted(
      "---\ntitle: \"Pump\"\n---\n# Pump\n\nText with *emphasis*, `code` and [a link](http://x.y).\n\n## Parts\n\n- "
      "one\n  - two\n\n"
      "1. first\n2. second\n\n> quoted\n\n```c\nint x;\n  int y;\n```\n\n| a | b |\n|---|---|\n| 1 |   |\n| 2 | x "
      "&amp; y |\n",
      "a.md");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{heading, "Pump"}, Seen{paragraph, "Text with emphasis, code and a link."},
                          Seen{heading, "Parts"}, Seen{list_item, "- one"}, Seen{list_item, "- two"},
                          Seen{list_item, "1. first"}, Seen{list_item, "2. second"}, Seen{quote, "quoted"},
                          Seen{code, "int x;\n  int y;"}, Seen{table_row, "a | b"}, Seen{table_row, "1"},
                          Seen{table_row, "2 | x & y"}));
  EXPECT_EQ(document.title, "Pump");
  EXPECT_EQ(paths_of(document)[1], "Pump");
  EXPECT_EQ(paths_of(document)[2], "Pump");
  EXPECT_EQ(paths_of(document)[3], "Pump/Parts");
}

TEST(Markdown, ChineseLinesJoinWithoutASpace) {
  EXPECT_EQ(extracted("請假須於\n三日前提出", "a.md").text, "請假須於三日前提出");
}

TEST(Html, NavigationAndProgramsAreLeftOut) {
  const auto document = extracted(
      "<!doctype html><title>Ducks</title><nav><a href=/>Home</a> <a href=/x>All</a></nav><div "
      "class='cookie-banner'>We use cookies</div>"
      "<script>var x = 1;</script><main><h1>Ducks</h1><p>Ducks are <b>birds</b> that live near\n water, and many "
      "people feed them.</p></main>"
      "<footer>Imprint</footer>",
      "a.html");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{heading, "Ducks"},
                          Seen{paragraph, "Ducks are birds that live near water, and many people feed them."}));
  EXPECT_EQ(document.title, "Ducks");
}

TEST(Html, APageThatLooksLikeNavigationOnlyIsStillRead) {
  EXPECT_EQ(extracted("<body><div class=menu>Soup 4.50<br>Bread 1.20</div></body>", "menu.html").text,
            "Soup 4.50\nBread 1.20");
}

TEST(Html, MergedCellsRepeatInEachRowThatTheyCover) {
  const auto document = extracted(
      "<table><tr><th>Region</th><th>City</th><th colspan=2>Rate</th></tr><tr><td "
      "rowspan=2>North</td><td>Keelung</td><td>1</td><td>2</td></tr>"
      "<tr><td>Taipei</td><td></td><td>4</td></tr><tr><td colspan=4>All in TWD</td></tr></table>",
      "a.html");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{table_row, "Region | City | Rate | Rate"}, Seen{table_row, "North | Keelung | 1 | 2"},
                          Seen{table_row, "North | Taipei | | 4"}, Seen{table_row, "All in TWD"}));
}

TEST(Html, ListsCodeQuotesAndEntities) {
  EXPECT_THAT(
      blocks_of(extracted("<ul><li>a<ol start=3><li>b</ol><li>c &lt; d</ul><pre>x\n  y</pre><blockquote>q</blockquote>",
                          "a.html")),
      ElementsAre(Seen{list_item, "- a"}, Seen{list_item, "3. b"}, Seen{list_item, "- c < d"}, Seen{code, "x\n  y"},
                  Seen{quote, "q"}));
}

TEST(Html, TenThousandNestedElementsAreRead) {
  std::string page = "<!doctype html>";
  for (int i = 0; i < 10'000; ++i) page += "<div>";
  EXPECT_EQ(extracted(page + "the innermost words", "a.html").text, "the innermost words");
}

TEST(Html, APageWithAMillionTagsIsReadWithoutATree) {
  std::string page = "<!doctype html><title>Big</title><style>x</style>";
  for (int i = 0; i < 300'000; ++i) page += "<b></b>";
  page +=
      "<h2>End</h2><p>words <i>after</i><p>more &amp; "
      "more<ul><li>x</ul><table><tr><td>a<p>b</td><td>c</td></tr></table>";
  const auto document = extracted(page, "a.html");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{heading, "End"}, Seen{paragraph, "words after"}, Seen{paragraph, "more & more"},
                          Seen{list_item, "- x"}, Seen{table_row, "a b | c"}));
  EXPECT_EQ(document.title, "Big");
}

TEST(PlainText, ALineOfAMegabyteBecomesManyBlocks) {
  std::string line;
  while (line.size() < 1'000'000) line += "alpha bravo charlie ";
  const auto document = extracted(line, "a.txt");
  EXPECT_GT(document.blocks.size(), 20u);
  std::string chinese;
  while (chinese.size() < 100'000) chinese += "請假須於三日前提出。";
  const auto blocks = blocks_of(extracted(chinese, "a.txt"));
  EXPECT_GT(blocks.size(), 2u);
  EXPECT_TRUE(blocks[0].text.ends_with("。"));
}

TEST(Csv, QuotesSeparatorsAndShortRows) {
  EXPECT_THAT(
      blocks_of(extracted("name;note\n\"a; b\";\"say \"\"hi\"\"\nagain\"\nc\n", "a.csv")),
      ElementsAre(Seen{table_row, "name | note"}, Seen{table_row, "a; b | say \"hi\" again"}, Seen{table_row, "c"}));
  EXPECT_EQ(extracted("a\tb\n1,5\t2\n", "a.tsv").text, "a | b\n1,5 | 2");
}

TEST(Csv, AQuoteThatNeverClosesCostsItsRowOnly) {
  EXPECT_THAT(extracted("id,name\n1,\"open\n2,fine\n3,\"also\" open\n", "a.csv").text, HasSubstr("2 | fine"));
}

TEST(Json, ObjectsBecomeLinesAndProseBecomesParagraphs) {
  const auto document = extracted(
      R"([{"name":"Lin","address":{"city":"Taipei"},"tags":["a","b"],"ok":true,"none":null},{"name":"Wu","bio":"First.\n\nSecond."}])",
      "a.json");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{paragraph, "name: Lin\naddress.city: Taipei\ntags: a, b\nok: true"},
                          Seen{paragraph, "name: Wu\nbio:"}, Seen{paragraph, "First.\n\nSecond."}));
}

TEST(Json, AListInsideAnObjectHoldsRecords) {
  EXPECT_THAT(
      blocks_of(extracted(R"({"network":"river","stations":[{"id":1,"at":{"km":3}},{"id":2}],"end":true})", "a.json")),
      ElementsAre(Seen{paragraph, "network: river"}, Seen{paragraph, "stations.id: 1\nstations.at.km: 3"},
                  Seen{paragraph, "stations.id: 2"}, Seen{paragraph, "end: true"}));
}

TEST(Json, ErrorsSayWhere) {
  EXPECT_EQ(error_of("{\"a\": }", "a.json"), "not valid JSON: error at byte 7");
  EXPECT_THAT(error_of("{\"a\":1}\n{\"a\":", "a.jsonl"), HasSubstr("line 2"));
  EXPECT_THAT(error_of(std::string(100'000, '['), "a.json"), HasSubstr("nests deeper"));
}

TEST(Json, LinesAreRecordsUnderEitherName) {
  EXPECT_EQ(extracted("{\"a\":1}\n{\"a\":2}\n", "a.jsonl").blocks.size(), 2u);
  EXPECT_EQ(extracted("{\"a\":1}\n{\"a\":2}\n", "a.json").blocks.size(), 2u);
}

TEST(Xml, ElementsAreParagraphsAndEntitiesAreRefused) {
  EXPECT_EQ(extracted("<?xml version='1.0'?><a><b>one &amp; two</b><c><![CDATA[<3>]]></c></a>", "a.xml").text,
            "one & two\n\n<3>");
  EXPECT_THAT(error_of("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY l 'x'>]><a>&l;</a>", "a.xml"),
              HasSubstr("entities"));
  EXPECT_THAT(error_of("<a><b>", "a.xml"), HasSubstr("ends too early"));
}

TEST(SourceCode, KeepsIndentation) {
  const auto document = extracted("def f():\n    return 1\n", "a.py");
  EXPECT_THAT(blocks_of(document), ElementsAre(Seen{code, "def f():\n    return 1"}));
}

TEST(Types, ContentComesBeforeTheName) {
  EXPECT_EQ(extracted("<!DOCTYPE html><p>x", "a.txt").media_type, "text/html");
  EXPECT_EQ(error_of(std::string("MZ\x90\0\3\0\0\0", 8), "a.docx"),
            "not a Word document although its name ends in .docx: it is a Windows program");
  EXPECT_EQ(error_of("hello", "a.pdf"), "not a PDF although its name ends in .pdf");
  EXPECT_THAT(error_of("\x89PNG\r\n\x1a\n", "a.png"), HasSubstr("an image"));
  EXPECT_THAT(error_of("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.doc"), HasSubstr("save it as .docx"));
  EXPECT_THAT(error_of(std::string("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
                                   "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
                                   40),
                       "a.docx"),
              HasSubstr("password"));
  EXPECT_THAT(error_of(std::string(400, '\x01'), "a"), HasSubstr("binary data"));
}

TEST(Types, PlainTextIsBelieved) {
  const auto result = extract_document("<p>not markup", "", "text/plain", {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->text, "<p>not markup");
}

}  // namespace
}  // namespace cairn::extraction::testing
