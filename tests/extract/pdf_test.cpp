#include <gmock/gmock.h>

#include "extract/builders.h"
#include "extract/extracting.h"

namespace cairn::extraction::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using enum text::BlockKind;

const std::vector<std::string> kLeft = {
    "The pump in the north hall is inspected on the", "first day of each month by the technician on",
    "duty, who writes the pressure into the log and", "signs it. A pressure below two bar is reported",
    "to the control room without any further delay."};
const std::vector<std::string> kRight = {
    "Valves are greased twice a year. The grease is", "kept in the store behind the workshop, and its",
    "use is written into the same log so that the", "next technician knows when it was done and by",
    "whom, as the insurer asks for it every spring."};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += (out.empty() ? "" : " ") + line;
  return out;
}

TEST(Pdf, LinesOfAParagraphAreJoined) {
  EXPECT_THAT(blocks_of(extracted(make_pdf({show_lines(72, 700, kLeft)}), "a.pdf")),
              ElementsAre(Seen{paragraph, joined(kLeft)}));
}

TEST(Pdf, TheNextClauseIsAParagraphOfItsOwnHoweverCloseItStands) {
  const std::vector<std::string> lines = {
      "6.1 The warranty to end customers is 24 months for all", "instruments, and 12 months for all of the probes that",
      "3.5 of the other agreement names and for all the cables.",
      "6.2 Two technicians of the distributor attend a course.", "6.3 Travel is at the cost of the distributor."};
  EXPECT_THAT(blocks_of(extracted(make_pdf({show_lines(72, 700, lines)}), "a.pdf")),
              ElementsAre(Seen{paragraph, joined({lines[0], lines[1], lines[2]})}, Seen{paragraph, lines[3]},
                          Seen{paragraph, lines[4]}));
}

TEST(Pdf, TwoColumnsAreReadOneAfterTheOther) {
  // Both columns share their baselines, and the file has them interleaved.
  std::string page =
      show(72, 740, "Maintenance of pumps and valves in all of the halls of the plant, as decided by the board", 10);
  for (std::size_t i = 0; i < kLeft.size(); ++i) {
    const double y = 700 - 14.0 * static_cast<double>(i);
    page += show(72, y, kLeft[i]) + show(320, y, kRight[i]);
  }
  const auto blocks = blocks_of(extracted(make_pdf({page}), "a.pdf"));
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[1].text, joined(kLeft));
  EXPECT_EQ(blocks[2].text, joined(kRight));
}

TEST(Pdf, AlignedCellsAreTableRows) {
  std::string page = show_lines(72, 740, kLeft);
  const std::vector<std::vector<std::string>> rows = {
      {"Region", "Daily rate", "Hotel"}, {"Taipei", "800", "3,200"}, {"Japan", "", "18,000"}, {"Europe", "65", "180"}};
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t c = 0; c < 3; ++c)
      page += show(72 + 120.0 * static_cast<double>(c), 600 - 16.0 * static_cast<double>(i), rows[i][c]);
  const auto blocks = blocks_of(extracted(make_pdf({page}), "a.pdf"));
  ASSERT_EQ(blocks.size(), 5u);
  EXPECT_EQ(blocks[1], (Seen{table_row, "Region | Daily rate | Hotel"}));
  EXPECT_EQ(blocks[3], (Seen{table_row, "Japan | | 18,000"}));
}

TEST(Pdf, AHeadWhoseCellsStandCloseBelongsToItsTable) {
  const std::string page = show_lines(72, 740, kLeft) + show(72, 600, "Code", 10, "F2") +
                           show(104, 600, "Meaning", 10, "F2") + show(72, 584, "E-3") +
                           show(104, 584, "Battery is low") + show(72, 568, "E-7") + show(104, 568, "No probe");
  const auto blocks = blocks_of(extracted(make_pdf({page}), "a.pdf"));
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[1], (Seen{table_row, "Code | Meaning"}));
  EXPECT_EQ(blocks[2], (Seen{table_row, "E-3 | Battery is low"}));
}

TEST(Pdf, LongCellsSideBySideAreRowsNotColumns) {
  const std::vector<std::vector<std::string>> rows = {
      {"A probe is not detected at its port", "Unscrew it, dry the contacts, screw it in"},
      {"Battery below ten volts at night", "Change the pack within three days"},
      {"The wiper is stalled by something", "Remove weed, turn it by hand once"},
      {"No network for more than a day", "Check the antenna and the contract"}};
  std::string page;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = 700 - 16.0 * static_cast<double>(i);
    page += show(72, y, rows[i][0]) + show(300, y, rows[i][1]);
  }
  const auto blocks = blocks_of(extracted(make_pdf({page}), "a.pdf"));
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[1], (Seen{table_row, "Battery below ten volts at night | Change the pack within three days"}));
}

TEST(Pdf, JustifiedLinesWithWideSpacesAreNotTables) {
  // 18 points of extra space between words, so that each line ends at the same place.
  const auto justified = [](double y, const char* text, double space) {
    return "BT /F1 10 Tf " + std::to_string(space) + " Tw 72 " + std::to_string(y) + " Td (" + text + ") Tj ET\n";
  };
  const std::string page =
      show(72, 714, "The pressure is written into the log by the technician on duty who also signs") +
      justified(700, "Inspections of undocumented installations notwithstanding everything", 12) +
      justified(686, "Responsibilities concerning instrumentation notwithstanding anything", 12) + "0 Tw " +
      show(72, 672, "and reports to the control room without further delay.");
  for (const auto& block : blocks_of(extracted(make_pdf({page}), "a.pdf"))) EXPECT_NE(block.kind, table_row) << block;
}

TEST(Pdf, LargerAndBoldLinesAreHeadings) {
  const std::string page =
      show(72, 740, "Plant manual", 20) + show(72, 700, "Pumps", 10, "F2") + show_lines(72, 670, kLeft);
  const auto document = extracted(make_pdf({page}), "a.pdf");
  EXPECT_THAT(blocks_of(document),
              ElementsAre(Seen{heading, "Plant manual"}, Seen{heading, "Pumps"}, Seen{paragraph, joined(kLeft)}));
  EXPECT_EQ(paths_of(document)[2], "Plant manual/Pumps");
}

TEST(Pdf, TitlesThatProgramsMakeUpAreNotTaken) {
  const std::string page = show(72, 740, "Plant manual", 20) + show_lines(72, 670, kLeft);
  const auto titled = [&](const std::string& title) {
    return extracted(make_pdf({page}, "/Info << /Title (" + title + ") >>"), "a.pdf").title;
  };
  EXPECT_EQ(titled("Rules for pumps"), "Rules for pumps");
  EXPECT_EQ(titled("Microsoft Word - Rules for pumps"), "Rules for pumps");
  EXPECT_EQ(titled("Microsoft Word - manual_v3.doc"), "Plant manual");
  EXPECT_EQ(titled("(anonymous)"), "Plant manual");
  EXPECT_EQ(titled("untitled"), "Plant manual");
}

TEST(Pdf, RunningHeadersAndPageNumbersAreLeftOutAfterTheFirst) {
  std::vector<std::string> pages;
  for (int i = 1; i <= 5; ++i)
    pages.push_back(show(72, 770, "Plant manual, edition 3") + show_lines(72, 700, kLeft) +
                    show(300, 30, std::to_string(i)));
  const auto document = extracted(make_pdf(pages), "a.pdf");
  EXPECT_EQ(document.text.find("edition 3"), document.text.rfind("edition 3"));
  EXPECT_THAT(document.text, HasSubstr("edition 3"));
  EXPECT_EQ(document.blocks.size(), 6u);
  EXPECT_EQ(document.blocks.back().page, 5u);
  EXPECT_EQ(document.pages, 5u);
}

TEST(Pdf, HyphensThatOnlyBreakALineAreJoined) {
  const std::string page =
      show_lines(72, 700,
                 {"The technician writes the pressure into the log and main-", "tenance is planned by the well-",
                  "known office. The well-known office answers within two or"});
  EXPECT_THAT(extracted(make_pdf({page}), "a.pdf").text, HasSubstr("maintenance is planned"));
}

TEST(Pdf, LettersPlacedOneByOneAreWords) {
  const std::string page =
      "BT /F1 12 Tf 72 700 Td [(P) -20 (u) 15 (m) (p) -300 (h) (a) (l) (l)] TJ ET\n" + show(72, 650, "No. 6");
  EXPECT_THAT(extracted(make_pdf({page}), "a.pdf").text, HasSubstr("Pump hall"));
}

TEST(Pdf, TextPrintedTwiceForABoldLookIsReadOnce) {
  const std::string page = show(72, 700, "Pump hall") + show(72.3, 700, "Pump hall") + show(72, 650, "below");
  EXPECT_EQ(extracted(make_pdf({page}), "a.pdf").text.find("Pump hall"),
            extracted(make_pdf({page}), "a.pdf").text.rfind("Pump hall"));
}

TEST(Pdf, TextOnItsSideIsRead) {
  const std::string page = "BT /F1 12 Tf 0 1 -1 0 300 100 Tm (Written upwards) Tj ET\n";
  EXPECT_EQ(extracted(make_pdf({page}), "a.pdf").text, "Written upwards");
}

TEST(Pdf, PasswordsPicturesAndDamageHaveReasons) {
  EXPECT_EQ(error_of(make_pdf({show(72, 700, "secret")},
                              "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (01234567890123456789012345678901) /U "
                              "(01234567890123456789012345678901) >> /ID [(a) (a)]"),
                     "a.pdf"),
            "the PDF is encrypted: remove the password and upload it again");
  EXPECT_THAT(error_of(make_pdf({"0 0 m 100 100 l S"}), "a.pdf"), HasSubstr("text recognition (OCR)"));
  EXPECT_THAT(error_of("%PDF-1.4 and nothing else", "a.pdf"), HasSubstr("damaged"));
}

TEST(Pdf, EveryCutIsAnErrorOrATextButNeverACrash) {
  const std::string whole = make_pdf({show_lines(72, 700, kLeft)});
  for (std::size_t size = 0; size < whole.size(); size += 41)
    static_cast<void>(extract_document(std::string_view(whole).substr(0, size), "a.pdf", "", {}));
}

TEST(Pdf, AWrongTableOfOffsetsIsRepaired) {
  std::string pdf = make_pdf({show(72, 700, "found all the same")});
  pdf.insert(pdf.find("1 0 obj"), "     ");
  EXPECT_EQ(extracted(pdf, "a.pdf").text, "found all the same");
}

}  // namespace
}  // namespace cairn::extraction::testing
