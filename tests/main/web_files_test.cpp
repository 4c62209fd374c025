#include "main/web_files.h"

#include <gtest/gtest.h>

namespace cairn {
namespace {

/// As scripts/web_pack.py writes it.
std::string packed(const std::string& path, const std::string& content) {
  std::string pack;
  for (const std::size_t bytes : {path.size(), content.size()})
    for (int shift = 0; shift < 32; shift += 8) pack += static_cast<char>(bytes >> shift & 0xff);
  return pack + path + content;
}

TEST(WebFiles, a_pack_is_read_file_by_file) {
  const auto files =
      read_web_pack(packed("index.html", "<p>") + packed("a/b.js", "") + packed("c", std::string(300, 'x')));
  ASSERT_TRUE(files) << files.error().message;
  ASSERT_EQ(files->size(), 3);
  EXPECT_EQ((*files)[0].path, "index.html");
  EXPECT_EQ((*files)[0].content, "<p>");
  EXPECT_EQ((*files)[1].content, "");
  EXPECT_EQ((*files)[2].content.size(), 300);
}

TEST(WebFiles, no_pack_holds_no_files) { EXPECT_TRUE(read_web_pack("")->empty()); }

TEST(WebFiles, a_pack_that_breaks_off_is_refused_wherever_it_does) {
  const std::string whole = packed("index.html", "<p>");
  for (std::size_t bytes = 1; bytes < whole.size(); ++bytes) {
    const auto files = read_web_pack(std::string_view(whole).substr(0, bytes));
    ASSERT_FALSE(files) << bytes;
    EXPECT_EQ(files.error().kind, ErrorKind::corrupt);
  }
}

TEST(WebFiles, those_inside_this_program_can_be_read) { EXPECT_TRUE(embedded_web_files()); }

}  // namespace
}  // namespace cairn
