// Compressed replies, and files with what a browser's cache needs.
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "api/http/compress.h"
#include "api/http/static_files.h"
#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using testing::HasSubstr;

std::string gunzip(std::string_view bytes) {
  std::string out(1 << 20, ' ');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unzstd(std::string_view bytes) {
  std::string out(1 << 20, ' ');
  out.resize(ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size()));
  return out;
}

std::string long_text() {
  std::string out;
  for (int i = 0; i < 1000; ++i) out += "sentence " + std::to_string(i) + ". ";
  return out;
}

TEST(PreferredCodingTest, FollowsTheWeights) {
  EXPECT_EQ(preferred_coding("gzip, deflate, br, zstd"), Coding::zstd);
  EXPECT_EQ(preferred_coding("gzip, deflate, br"), Coding::gzip);
  EXPECT_EQ(preferred_coding("GZIP;q=1.0, zstd;q=0.5"), Coding::gzip);
  EXPECT_EQ(preferred_coding("zstd;q=0, gzip ; q=0.1"), Coding::gzip);
  EXPECT_EQ(preferred_coding("*"), Coding::zstd);
  EXPECT_EQ(preferred_coding("*;q=0"), Coding::none);
  EXPECT_EQ(preferred_coding("br"), Coding::none);
  EXPECT_EQ(preferred_coding(""), Coding::none);
  EXPECT_EQ(preferred_coding("zstd;q=nan"), Coding::none);
  EXPECT_EQ(preferred_coding("zstd;q=7"), Coding::none);
}

class CompressTest : public ServerTest {
 protected:
  CompressTest() {
    application_.handle("/long", [](Request&) {
      auto response = text(long_text());
      response.headers.add("ETag", "\"1\"");
      return response;
    });
    application_.at("/planned", [](Request&) {
      Plan plan;
      plan.reply = text(long_text());
      return plan;
    });
    application_.handle("/image", [](Request&) {
      auto response = text(long_text());
      response.content_type = "image/png";
      return response;
    });
    start();
  }
};

TEST_F(CompressTest, TextIsCompressedAsTheClientLikesBest) {
  auto c = client();
  const auto zstd = c.get("/long", "Accept-Encoding: gzip, zstd\r\n");
  EXPECT_EQ(zstd.headers.at("content-encoding"), "zstd");
  EXPECT_EQ(zstd.headers.at("vary"), "Accept-Encoding");
  EXPECT_EQ(zstd.headers.at("etag"), "W/\"1\"");
  EXPECT_LT(zstd.body.size(), long_text().size() / 2);
  EXPECT_EQ(unzstd(zstd.body), long_text());
  const auto gzip = c.get("/planned", "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(gzip.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(gunzip(gzip.body), long_text());
}

TEST_F(CompressTest, OtherRepliesStayAsTheyAre) {
  auto c = client();
  const auto plain = c.get("/long");
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(plain.headers.at("etag"), "\"1\"");
  EXPECT_EQ(plain.body, long_text());
  const auto other = c.get("/long", "Accept-Encoding: br\r\n");
  EXPECT_EQ(other.headers.at("vary"), "Accept-Encoding");
  EXPECT_EQ(other.body, long_text());
  for (const auto* path : {"/image", "/hello"})
    EXPECT_FALSE(c.get(path, "Accept-Encoding: gzip\r\n").headers.contains("content-encoding"));
}

class StaticFilesTest : public testing::Test {
 protected:
  Response reply(std::string_view path, std::vector<std::pair<std::string, std::string>> headers = {}) {
    Request request;
    for (auto& [name, value] : headers) request.headers.add(name, value);
    auto response = files_.reply(request, path);
    return response ? std::move(*response) : text("none", 404);
  }

  StaticFiles files_{{{"index.html", "<title>Cairn</title>"},
                      {"assets/main-8f3a09bc.js", long_text()},
                      {"assets/plain-textual.css", "b{}"},
                      {"logo.png", long_text()}}};
};

TEST_F(StaticFilesTest, AFileComesWithItsTypeAndItsTag) {
  const auto index = reply("/");
  EXPECT_EQ(std::get<std::string>(index.body), "<title>Cairn</title>");
  EXPECT_EQ(index.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(index.headers.get("Cache-Control"), "no-cache");
  EXPECT_EQ(reply("index.html").headers.get("ETag"), index.headers.get("ETag"));
  EXPECT_EQ(reply("/none").status, 404);
  EXPECT_EQ(reply("/assets/").status, 404);
  EXPECT_EQ(reply("/../index.html").status, 404);
}

TEST_F(StaticFilesTest, AFileThatTheClientHasIsNotSentAgain) {
  const auto tag = std::string(reply("/").headers.get("ETag"));
  for (const auto& given : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    const auto same = reply("/", {{"If-None-Match", given}});
    EXPECT_EQ(same.status, 304) << given;
    EXPECT_EQ(std::get<std::string>(same.body), "");
    EXPECT_EQ(same.headers.get("ETag"), tag);
  }
  EXPECT_EQ(reply("/", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(StaticFilesTest, AFileNamedByItsHashIsKeptForEver) {
  EXPECT_THAT(reply("assets/main-8f3a09bc.js").headers.get("Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(reply("assets/plain-textual.css").headers.get("Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, EachCodingHasATagOfItsOwn) {
  const auto plain = reply("assets/main-8f3a09bc.js"),
             zstd = reply("assets/main-8f3a09bc.js", {{"Accept-Encoding", "zstd"}}),
             gzip = reply("assets/main-8f3a09bc.js", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(unzstd(std::get<std::string>(zstd.body)), long_text());
  EXPECT_EQ(gunzip(std::get<std::string>(gzip.body)), long_text());
  EXPECT_EQ(gzip.headers.get("Content-Encoding"), "gzip");
  EXPECT_NE(plain.headers.get("ETag"), zstd.headers.get("ETag"));
  EXPECT_NE(gzip.headers.get("ETag"), zstd.headers.get("ETag"));
  EXPECT_FALSE(reply("logo.png", {{"Accept-Encoding", "zstd"}}).headers.has("Content-Encoding"));
}

TEST(StaticFolderTest, AFolderIsServedWithAllItsFiles) {
  const auto folder = std::filesystem::path(testing::TempDir()) / ("static-files-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "sub");
  std::ofstream(folder / "sub" / "a.txt") << "a text";
  auto files = StaticFiles::from_folder(folder);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(files);
  const auto response = files->reply(Request(), "/sub/a.txt");
  ASSERT_TRUE(response);
  EXPECT_EQ(std::get<std::string>(response->body), "a text");
  const auto missing = StaticFiles::from_folder(folder);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace cairn::http
