#include <gmock/gmock.h>

#include "extract/builders.h"
#include "extract/extracting.h"

namespace cairn::extraction::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum text::BlockKind;

constexpr const char* kStyles =
    "<w:styles><w:style w:type='paragraph' w:styleId='Ttl'><w:name w:val='Title'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Mine'><w:name w:val='My heading'/><w:basedOn "
    "w:val='H1'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr></w:style></w:styles>";
constexpr const char* kNumbering =
    "<w:numbering><w:abstractNum w:abstractNumId='7'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt "
    "w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>"
    "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText "
    "w:val='%1.%2)'/></w:lvl></w:abstractNum>"
    "<w:abstractNum w:abstractNumId='8'><w:lvl w:ilvl='0'><w:numFmt w:val='bullet'/><w:lvlText "
    "w:val='&#xF0B7;'/></w:lvl></w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num><w:num w:numId='2'><w:abstractNumId "
    "w:val='8'/></w:num></w:numbering>";

std::string item(const char* list, int level, const char* text) {
  return std::string("<w:p><w:pPr><w:numPr><w:ilvl w:val='") + std::to_string(level) + "'/><w:numId w:val='" + list +
         "'/></w:numPr></w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

std::string paragraph_of(const std::string& style, const std::string& text) {
  return "<w:p><w:pPr><w:pStyle w:val='" + style + "'/></w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

TEST(Docx, HeadingsListsAndParagraphs) {
  const std::string body =
      paragraph_of("Ttl", "Handbook") + paragraph_of("H1", "Leave") + paragraph_of("Mine", "Sick leave") +
      "<w:p><w:r><w:t xml:space='preserve'>Thirty "
      "</w:t></w:r><w:del><w:r><w:delText>forty</w:delText></w:r></w:del><w:ins><w:r><w:t>days</w:t></w:r></w:ins>"
      "<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>year</w:t></w:r></w:p>" +
      item("1", 0, "first") + item("1", 1, "sub") + item("1", 0, "second") + item("2", 0, "dot");
  const auto document =
      extracted(make_docx(body, {{"word/styles.xml", kStyles}, {"word/numbering.xml", kNumbering}}), "a.docx");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{heading, "Handbook"}, Seen{heading, "Leave"}, Seen{heading, "Sick leave"},
                          Seen{paragraph, "Thirty days a\nyear"}, Seen{list_item, "1. first"},
                          Seen{list_item, "1.a) sub"}, Seen{list_item, "2. second"}, Seen{list_item, "- dot"}));
  EXPECT_EQ(paths_of(document)[3], "Handbook/Leave/Sick leave");
  EXPECT_EQ(document.title, "Handbook");
  EXPECT_EQ(document.media_type, "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
}

TEST(Docx, ShortBoldLinesAreHeadingsBelowTheStyledOnes) {
  const auto bold = [](const std::string& text, const char* value) {
    return "<w:p><w:r><w:rPr><w:b" + std::string(value) + "/></w:rPr><w:t>" + text + "</w:t></w:r></w:p>";
  };
  const auto document = extracted(make_docx(paragraph_of("H1", "Leave") + bold("Sick leave", "") +
                                                bold("Never mind.", "") + bold("plain", " w:val='0'"),
                                            {{"word/styles.xml", kStyles}}),
                                  "a.docx");
  EXPECT_THAT(blocks_of(document), ElementsAre(Seen{heading, "Leave"}, Seen{heading, "Sick leave"},
                                               Seen{paragraph, "Never mind."}, Seen{paragraph, "plain"}));
  EXPECT_EQ(paths_of(document).back(), "Leave/Sick leave");
}

TEST(Docx, MergedCellsAndNestedTables) {
  const auto cell = [](const std::string& properties, const std::string& text) {
    return "<w:tc><w:tcPr>" + properties + "</w:tcPr><w:p><w:r><w:t>" + text + "</w:t></w:r></w:p></w:tc>";
  };
  const std::string nested = "<w:tc><w:p/><w:tbl><w:tr>" + cell("", "x") + cell("", "y") + "</w:tr></w:tbl></w:tc>";
  const std::string body = "<w:tbl><w:tr>" + cell("<w:vMerge w:val='restart'/>", "Region") +
                           cell("<w:gridSpan w:val='2'/>", "Rate") + "</w:tr><w:tr>" + cell("<w:vMerge/>", "") +
                           cell("", "1") + nested + "</w:tr></w:tbl>";
  EXPECT_THAT(blocks_of(extracted(make_docx(body), "a.docx")),
              ElementsAre(Seen{table_row, "Region | Rate | Rate"}, Seen{table_row, "Region | 1 | x y"}));
}

TEST(Docx, PagesNotesAndHeaders) {
  const std::string body =
      "<w:p><w:r><w:t>one</w:t></w:r></w:p><w:p><w:r><w:lastRenderedPageBreak/><w:t>two</w:t></w:r></w:p>";
  const auto document = extracted(
      make_docx(body, {{"word/footnotes.xml", "<w:footnotes><w:p><w:r><w:t>a note</w:t></w:r></w:p></w:footnotes>"},
                       {"word/header1.xml", "<w:hdr><w:p><w:r><w:t>No. 17</w:t></w:r></w:p></w:hdr>"}}),
      "a.docx");
  EXPECT_EQ(document.text, "one\n\ntwo\n\na note\n\nNo. 17");
  EXPECT_EQ(document.blocks[0].page, 1u);
  EXPECT_EQ(document.blocks[1].page, 2u);
  EXPECT_EQ(document.pages, 2u);
}

TEST(Pptx, SlidesInTheOrderOfTheShow) {
  const auto slide = [](const char* title, const char* body) {
    return std::string("<p:sld><p:sp><p:nvPr><p:ph type='title'/></p:nvPr><a:p><a:r><a:t>") + title +
           "</a:t></a:r></a:p></p:sp><p:sp><p:nvPr><p:ph idx='1'/></p:nvPr><a:p><a:r><a:t>" + body +
           "</a:t></a:r></a:p></p:sp><p:sp><p:nvPr><p:ph "
           "type='sldNum'/></p:nvPr><a:p><a:r><a:t>9</a:t></a:r></a:p></p:sp></p:sld>";
  };
  const auto document =
      extracted(make_zip({{"ppt/presentation.xml",
                           "<p:presentation><p:sldIdLst><p:sldId id='256' r:id='rB'/><p:sldId id='257' "
                           "r:id='rA'/></p:sldIdLst></p:presentation>"},
                          {"ppt/_rels/presentation.xml.rels",
                           "<R><Relationship Id='rA' Target='slides/slide1.xml'/><Relationship Id='rB' "
                           "Target='slides/slide2.xml'/></R>"},
                          {"ppt/slides/slide1.xml", slide("Second", "two")},
                          {"ppt/slides/slide2.xml", slide("First", "one")},
                          {"ppt/slides/_rels/slide2.xml.rels",
                           "<R><Relationship Id='n' Target='../notesSlides/notesSlide1.xml'/></R>"},
                          {"ppt/notesSlides/notesSlide1.xml",
                           "<p:notes><p:sp><a:p><a:r><a:t>say hello</a:t></a:r></a:p></p:sp></p:notes>"}}),
                "a.pptx");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{heading, "First"}, Seen{list_item, "- one"}, Seen{paragraph, "say hello"},
                          Seen{heading, "Second"}, Seen{list_item, "- two"}));
  EXPECT_EQ(document.blocks.back().page, 2u);
  EXPECT_EQ(document.pages, 2u);
}

TEST(Xlsx, CellsKeepTheirColumnsAndDatesAreDates) {
  const auto document = extracted(
      make_zip(
          {{"xl/workbook.xml", "<workbook><sheets><sheet name='Prices' sheetId='1' r:id='r1'/></sheets></workbook>"},
           {"xl/_rels/workbook.xml.rels", "<R><Relationship Id='r1' Target='/xl/worksheets/sheet1.xml'/></R>"},
           {"xl/sharedStrings.xml",
            "<sst><si><t>Item</t></si><si><r><t>Pu</t></r><r><t>mp</t></r><rPh><t>x</t></rPh></si></sst>"},
           {"xl/styles.xml",
            "<s><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd'/></numFmts><cellStyleXfs><xf "
            "numFmtId='9'/></cellStyleXfs>"
            "<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='10'/></cellXfs></s>"},
           {"xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c r='A1' t='s'><v>0</v></c><c r='C1' "
            "t='inlineStr'><is><t>Price</t></is></c></row>"
            "<row><c r='A2' t='s'><v>1</v></c><c r='B2' s='1'><v>46082</v></c><c "
            "r='C2'><f>1+1</f><v>0.30000000000000004</v></c><c r='D2' s='2'><v>0.125</v></c>"
            "<c r='E2' t='b'><v>1</v></c></row></sheetData></worksheet>"}}),
      "a.xlsx");
  EXPECT_THAT(blocks_of(document), ElementsAre(Seen{heading, "Prices"}, Seen{table_row, "Item | | Price"},
                                               Seen{table_row, "Pump | 2026-03-01 | 0.3 | 12.5% | TRUE"}));
}

TEST(OpenDocument, TextWithHeadingsListsAndTables) {
  const auto document =
      extracted(make_zip({{"mimetype", "application/vnd.oasis.opendocument.text"},
                          {"content.xml",
                           "<o><text:h "
                           "text:outline-level='2'>Leave</text:h><text:p>a<text:s/>b<text:line-break/>c</"
                           "text:p><text:list><text:list-item><text:p>x</text:p>"
                           "</text:list-item></text:list><table:table><table:table-row><table:table-cell "
                           "table:number-columns-spanned='2'><text:p>wide</text:p></table:table-cell>"
                           "<table:covered-table-cell/><table:table-cell><text:p>z</text:p></table:table-cell></"
                           "table:table-row></table:table></o>"}}),
                "a.odt");
  EXPECT_THAT(blocks_of(document), ElementsAre(Seen{heading, "Leave"}, Seen{paragraph, "a b\nc"},
                                               Seen{list_item, "- x"}, Seen{table_row, "wide | wide | z"}));
}

TEST(Epub, ChaptersInReadingOrder) {
  const auto document =
      extracted(make_zip({{"mimetype", "application/epub+zip"},
                          {"META-INF/container.xml", "<container><rootfile full-path='OPS/book.opf'/></container>"},
                          {"OPS/book.opf",
                           "<package><dc:title>A Book</dc:title><manifest><item id='b' href='two.xhtml'/><item id='a' "
                           "href='one%20x.xhtml'/>"
                           "<item id='n' href='nav.xhtml' properties='nav'/></manifest><spine><itemref "
                           "idref='n'/><itemref idref='a'/><itemref idref='b'/></spine></package>"},
                          {"OPS/one x.xhtml", "<html><body><h1>One</h1><p>first</p></body></html>"},
                          {"OPS/two.xhtml", "<html><body><h1>Two</h1><p>second</p></body></html>"},
                          {"OPS/nav.xhtml", "<html><body>contents</body></html>"}}),
                "a.epub");
  EXPECT_EQ(document.text, "One\n\nfirst\n\nTwo\n\nsecond");
  EXPECT_EQ(document.title, "A Book");
}

TEST(Packages, EntityBombsAreRefused) {
  EXPECT_THAT(error_of(make_zip({{"word/document.xml",
                                  "<!DOCTYPE d [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]><w:p><w:t>&b;</w:t></w:p>"}}),
                       "a.docx"),
              HasSubstr("entities"));
}

TEST(Packages, ClaimsBeyondTheLimitsAreRefusedBeforeUnpacking) {
  EXPECT_EQ(error_of(make_zip({{"word/document.xml", "<w:p/>"}}, 201'000'000), "a.docx"),
            "expands to more than 200 MB: not opened");
  EXPECT_THAT(error_of(make_zip({{"word/document.xml", "<w:p/>"}}, 50'000'000), "a.docx"),
              HasSubstr("times its size: not opened"));
  EXPECT_THAT(error_of(make_zip({{"word/document.xml", "<w:p/>"}}, 4'000), "a.docx"), HasSubstr("damaged"));
}

TEST(Packages, ArchivesAreNotDocuments) {
  const std::string inner = make_docx("<w:p><w:r><w:t>x</w:t></w:r></w:p>");
  EXPECT_EQ(error_of(make_zip({{"inner.docx", inner}}), "a.zip"), "a ZIP archive is not a document: unpack it first");
  EXPECT_THAT(error_of(make_zip({{"inner.docx", inner}}), "a.docx"), HasSubstr("although its name ends in .docx"));
}

TEST(Packages, EveryCutIsAnErrorOrATextButNeverACrash) {
  const std::string whole = make_docx(paragraph_of("H1", "Leave"), {{"word/styles.xml", kStyles}});
  for (std::size_t size = 0; size < whole.size(); size += 7)
    EXPECT_FALSE(extract_document(std::string_view(whole).substr(0, size), "a.docx", "", {}));
}

TEST(Packages, NamesThatClimbOutAreOnlyNames) {
  EXPECT_EQ(extracted(make_docx("<w:p><w:r><w:t>safe</w:t></w:r></w:p>",
                                {{"../../../../escaped.txt", "x"}, {"/escaped.txt", "x"}}),
                      "a.docx")
                .text,
            "safe");
}

}  // namespace
}  // namespace cairn::extraction::testing
