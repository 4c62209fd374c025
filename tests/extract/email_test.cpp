#include <gmock/gmock.h>

#include "extract/extracting.h"

namespace cairn::extraction::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using enum text::BlockKind;

constexpr std::string_view kMessage =
    "From: =?UTF-8?B?546L5bCP5piO?= <wang@example.com>\r\n"
    "To: team@example.com\r\n"
    "Subject: =?utf-8?Q?Minutes_of?=\r\n =?utf-8?Q?_March?=\r\n"
    "Date: Mon, 2 Mar 2026 10:00:00 +0800\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\n"
    "--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
    "--inner\r\nContent-Type: text/plain; charset=big5\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "t3zEs6vHpFc=\r\n"
    "--inner\r\nContent-Type: text/html\r\n\r\n<p>the same as HTML</p>\r\n--inner--\r\n"
    "--outer\r\nContent-Type: text/csv; name=\"prices.csv\"\r\nContent-Disposition: attachment; "
    "filename*=utf-8''p%20list.csv\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nitem,price\r\npump=2C big,4=\r\n00\r\n"
    "--outer\r\nContent-Type: application/octet-stream; name=x.bin\r\nContent-Disposition: "
    "attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nf0VMRgIB\r\n"
    "--outer--\r\n";

TEST(Email, HeadersBodyAndAttachmentsAreRead) {
  const auto document = extracted(kMessage, "a.eml");
  EXPECT_EQ(document.title, "Minutes of March");
  EXPECT_THAT(document.text, HasSubstr("From: 王小明 <wang@example.com>\nTo: team@example.com"));
  EXPECT_THAT(document.text, HasSubstr("item | price\npump | big | 400"));
  EXPECT_THAT(document.text, HasSubstr("p list.csv"));
  EXPECT_THAT(document.text, HasSubstr("會議室上"));
  EXPECT_THAT(document.text, Not(HasSubstr("the same as HTML")));
  EXPECT_EQ(paths_of(document).back(), "Minutes of March/x.bin");
}

TEST(Email, AnAttachmentThatCannotBeReadDoesNotLoseTheMessage) {
  EXPECT_THAT(extracted(kMessage, "a.eml").text, HasSubstr("[not a document"));
}

TEST(Email, IsRecognisedWithoutItsName) { EXPECT_EQ(extracted(kMessage, "message").media_type, "message/rfc822"); }

TEST(Email, MessagesInMessagesEndAtTheNestingLimit) {
  std::string message = "From: a\nTo: b\nSubject: innermost\n\nbody\n";
  for (int i = 0; i < 50; ++i)
    message = "From: a\nTo: b\nSubject: level\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b" +
              std::to_string(i) + "\n\n--b" + std::to_string(i) + "\nContent-Type: message/rfc822\n\n" + message +
              "\n--b" + std::to_string(i) + "--\n";
  EXPECT_THAT(extracted(message, "a.eml").text, Not(HasSubstr("innermost")));
}

TEST(Email, AMessageThatIsCutOffIsReadAsFarAsItGoes) {
  EXPECT_THAT(extracted(kMessage.substr(0, kMessage.find("pump=2C")), "a.eml").text, HasSubstr("item | price"));
}

}  // namespace
}  // namespace cairn::extraction::testing
