#include <gtest/gtest.h>

#include "adapters/extract/wire.h"
#include "extract_worker/document_builder.h"
#include "extract_worker/wire.h"

namespace cairn {
namespace {

constexpr std::uint64_t kMost = 1'000'000;

extraction::Document sample() {
  extraction::DocumentBuilder builder({});
  builder.set_title("標題");
  builder.set_pages(3);
  builder.set_media_type("text/plain");
  builder.heading(1, "Pumps");
  builder.set_page(2);
  builder.paragraph("The pump runs at 1450 rpm.");
  builder.row({"a", "", "c"});
  return *builder.finish();
}

std::string body_of(const Result<extraction::Document>& document) {
  return extraction::encode_reply(document, 1234).substr(extract::kReplyHeaderBytes);
}

TEST(Reply, ADocumentComesThroughUnchanged) {
  const auto reply = extract::decode_reply(body_of(sample()), kMost);
  ASSERT_TRUE(reply && reply->result);
  EXPECT_EQ(reply->result->title, "標題");
  EXPECT_EQ(reply->result->text, "Pumps\n\nThe pump runs at 1450 rpm.\n\na | | c");
  EXPECT_EQ(reply->result->pages, 3u);
  ASSERT_EQ(reply->result->blocks.size(), 3u);
  EXPECT_EQ(reply->result->blocks[1].heading_path, std::vector<std::string>{"Pumps"});
  EXPECT_EQ(reply->result->blocks[1].page, 2u);
  EXPECT_EQ(reply->peak_memory_kb, 1234u);
}

TEST(Reply, AVerdictKeepsItsReasonAndCanOnlyBlameTheDocument) {
  const auto reply = extract::decode_reply(body_of(fail(ErrorKind::unavailable, "no")), kMost);
  ASSERT_TRUE(reply);
  ASSERT_FALSE(reply->result);
  EXPECT_EQ(reply->result.error().kind, ErrorKind::invalid);
  EXPECT_EQ(reply->result.error().message, "no");
}

TEST(Reply, EveryCutIsRefused) {
  const std::string whole = body_of(sample());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(extract::decode_reply(std::string_view(whole).substr(0, size), kMost)) << size;
  EXPECT_FALSE(extract::decode_reply(whole + "x", kMost));
}

TEST(Reply, ChangedBytesAreRefusedOrHarmless) {
  const std::string whole = body_of(sample());
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const char byte : {'\0', '\x01', '\x7f', '\xff'}) {
      std::string changed = whole;
      changed[i] = byte;
      const auto reply = extract::decode_reply(changed, kMost);
      if (!reply || !reply->result) continue;
      for (const auto& block : reply->result->blocks) EXPECT_LE(block.span.end, reply->result->text.size());
    }
}

TEST(Reply, SpansMustBeInOrderAndInsideTheText) {
  auto document = sample();
  document.blocks[1].span.start = 0;
  EXPECT_FALSE(extract::decode_reply(body_of(document), kMost));
  document = sample();
  document.blocks.back().span.end += 1;
  EXPECT_FALSE(extract::decode_reply(body_of(document), kMost));
  document = sample();
  document.blocks[0].path = 77;
  EXPECT_FALSE(extract::decode_reply(body_of(document), kMost));
  document = sample();
  document.text[0] = '\xff';
  EXPECT_FALSE(extract::decode_reply(body_of(document), kMost));
}

TEST(Reply, MoreTextThanAgreedIsRefused) { EXPECT_FALSE(extract::decode_reply(body_of(sample()), 10)); }

TEST(Reply, HeadersWithAForeignMarkOrAnAbsurdLengthAreRefused) {
  const std::string reply = extraction::encode_reply(sample(), 0);
  EXPECT_TRUE(extract::read_reply_header(reply.substr(0, extract::kReplyHeaderBytes), kMost));
  EXPECT_FALSE(extract::read_reply_header(reply.substr(0, extract::kReplyHeaderBytes), 10));
  EXPECT_FALSE(extract::read_reply_header("HTTP/1.1 200", kMost));
}

}  // namespace
}  // namespace cairn
