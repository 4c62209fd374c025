#include "api/routes/multipart.h"

#include <gtest/gtest.h>

#include <vector>

#include "api/routes/upload_entry.h"
#include "contract/expect_result.h"

namespace cairn::routes {
namespace {

using cairn::testing::fails_with;
using cairn::testing::must;

class Collector final : public PartReceiver {
 public:
  struct Part {
    PartHead head;
    std::string bytes;
    bool ended = false;
  };
  std::vector<Part> parts;

  Result<void> begin_part(PartHead head) override {
    parts.push_back({std::move(head), {}, false});
    return {};
  }
  Result<void> part_bytes(std::string_view bytes) override {
    parts.back().bytes += bytes;
    return {};
  }
  Result<void> end_part() override {
    parts.back().ended = true;
    return {};
  }
};

/// Feeds the body in pieces of one size.
Result<std::vector<Collector::Part>> parse(const std::string& body, std::size_t piece, const std::string& boundary) {
  Collector collector;
  MultipartParser parser(boundary, collector);
  for (std::size_t at = 0; at < body.size(); at += piece)
    CAIRN_CHECK(parser.take(std::string_view(body).substr(at, piece)));
  CAIRN_CHECK(parser.finish());
  return std::move(collector.parts);
}

const std::string two_parts =
    "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: "
    "Text/Plain; charset=utf-8\r\n\r\none\r\n--a\r\n-- \r\n--b  \r\ncontent-disposition:form-data; "
    "name=metadata\r\n\r\n\r\n--b--\r\nepilogue";

TEST(MultipartTest, finds_the_same_parts_however_the_body_is_cut) {
  for (std::size_t piece = 1; piece <= two_parts.size(); ++piece) {
    const auto parts = must(parse(two_parts, piece, "b"));
    ASSERT_EQ(parts.size(), 2u) << piece;
    EXPECT_EQ(parts[0].head.name, "file");
    EXPECT_EQ(parts[0].head.file_name, "a.txt");
    EXPECT_EQ(parts[0].head.media_type, "text/plain");
    EXPECT_EQ(parts[1].head.name, "metadata");
    EXPECT_FALSE(parts[1].head.has_file_name);
    EXPECT_EQ(parts[1].bytes, "");
    EXPECT_TRUE(parts[0].ended && parts[1].ended);
  }
}

TEST(MultipartTest, a_line_that_only_begins_like_the_boundary_is_not_one) {
  // RFC 2046 lets a boundary be the beginning of a line; "--bb" is a delimiter with a broken rest.
  EXPECT_TRUE(fails_with(ErrorKind::invalid,
                         parse("--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nx\r\n--by\r\n--b--", 7, "b")));
}

TEST(MultipartTest, takes_names_as_browsers_and_curl_escape_them) {
  const auto name_of = [](const std::string& parameter) {
    return must(parse(
                    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=" + parameter + "\r\n\r\n\r\n--b--",
                    100, "b"))
        .at(0)
        .head.file_name;
  };
  EXPECT_EQ(name_of("\"a%22b.txt\""), "a\"b.txt");
  EXPECT_EQ(name_of("\"a\\\"b.txt\""), "a\"b.txt");
  EXPECT_EQ(name_of("\"C:\\dir\\b.txt\""), "C:\\dir\\b.txt");
  EXPECT_EQ(name_of("\"100%.txt\""), "100%.txt");
  EXPECT_EQ(name_of("\"a;b=c.txt\""), "a;b=c.txt");
  EXPECT_EQ(name_of("plain.txt"), "plain.txt");
  EXPECT_EQ(name_of("\"\xff.txt\""), "\xEF\xBF\xBD.txt");
}

TEST(MultipartTest, what_is_cut_off_is_refused) {
  const std::string whole = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--";
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_TRUE(fails_with(ErrorKind::invalid, parse(whole.substr(0, length), 5, "b"))) << length;
  EXPECT_TRUE(parse(whole, 5, "b"));
}

TEST(MultipartTest, heads_without_a_name_or_without_end_are_refused) {
  EXPECT_TRUE(fails_with(ErrorKind::invalid, parse("--b\r\n\r\nx\r\n--b--", 5, "b")));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, parse("--b\r\nno colon\r\n\r\nx\r\n--b--", 5, "b")));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, parse("--b\r\nX: " + std::string(100'000, 'a'), 1000, "b")));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, parse(std::string(100'000, 'a'), 1000, "b")));
}

TEST(MultipartTest, takes_the_boundary_from_the_content_type) {
  EXPECT_EQ(must(multipart_boundary("multipart/form-data; boundary=abc")), "abc");
  EXPECT_EQ(must(multipart_boundary("multipart/form-data; charset=utf-8; BOUNDARY=\"a b:c\"")), "a b:c");
  EXPECT_TRUE(fails_with(ErrorKind::invalid, multipart_boundary("multipart/form-data")));
  EXPECT_TRUE(fails_with(ErrorKind::invalid, multipart_boundary("multipart/form-data; boundary=")));
  EXPECT_TRUE(
      fails_with(ErrorKind::invalid, multipart_boundary("multipart/form-data; boundary=" + std::string(71, 'a'))));
}

TEST(UploadMetadataTest, an_object_is_about_all_files_and_a_list_is_aligned_with_them) {
  const auto all = must(read_upload_metadata(R"({"year": 2024, "acl": ["group:a"], "metadata": {"kind": "x"}})", 2));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].metadata, (nlohmann::json{{"year", 2024}, {"kind", "x"}}));
  EXPECT_EQ(all[1].acl, std::vector<std::string>{"group:a"});
  const auto each = must(read_upload_metadata(R"([{"external_id": "one", "title": "T"}, {"year": 1}])", 2));
  EXPECT_EQ(each[0].external_id, "one");
  EXPECT_EQ(each[0].title, "T");
  EXPECT_FALSE(each[1].external_id);
}

TEST(UploadMetadataTest, what_is_wrong_is_named) {
  const auto refusal = [](const std::string& part, std::size_t files) {
    const auto read = read_upload_metadata(part, files);
    return read ? std::string() : read.error().message;
  };
  EXPECT_NE(refusal("[{}]", 2).find("1 entries for 2 files"), std::string::npos);
  EXPECT_NE(refusal(R"({"external_id": "one"})", 2).find("external_id"), std::string::npos);
  EXPECT_NE(refusal(R"([{}, {"acl": ["everybody"]}])", 2).find("`metadata[1].acl[0]`"), std::string::npos);
  EXPECT_NE(refusal(R"([{}, {"title": 5}])", 2).find("`metadata[1].title`"), std::string::npos);
  EXPECT_NE(refusal("nonsense", 1).find("metadata"), std::string::npos);
  EXPECT_NE(refusal("5", 1).find("`metadata`"), std::string::npos);
}

TEST(UploadMetadataTest, names_of_files_lose_their_path_and_what_cannot_be_shown) {
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_file_name("C:\\dir\\b.txt"), "b.txt");
  EXPECT_EQ(safe_file_name("a\r\nSet-Cookie: x"), "aSet-Cookie: x");
  EXPECT_EQ(safe_file_name(".."), "");
}

}  // namespace
}  // namespace cairn::routes
