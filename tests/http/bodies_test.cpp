// Bodies that are too long to hold: taken in and given out in pieces.
#include <atomic>
#include <thread>

#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using testing::HasSubstr;

/// What sinks saw, over all requests.
struct Sunk {
  Watch watch;
  std::string bytes;
  std::size_t calls = 0, largest = 0;
  int finished = 0, dropped = 0;
  std::function<Result<void>(std::string_view)> before_take = [](std::string_view) { return Result<void>(); };
};

class RecordingSink final : public BodySink {
 public:
  explicit RecordingSink(Sunk& sunk) : sunk_(sunk) {}
  ~RecordingSink() override {
    sunk_.watch.change([&] { sunk_.dropped += finished_ ? 0 : 1; });
  }

  Result<void> take(std::string_view bytes) override {
    CAIRN_CHECK(sunk_.before_take(bytes));
    sunk_.watch.change([&] {
      sunk_.bytes += bytes;
      sunk_.largest = std::max(sunk_.largest, bytes.size());
      ++sunk_.calls;
    });
    return {};
  }

  Response finish(Request& request) override {
    finished_ = true;
    sunk_.watch.change([&] { ++sunk_.finished; });
    return text("took " + std::to_string(sunk_.bytes.size()) + ", kept " + std::to_string(request.body.size()));
  }

 private:
  Sunk& sunk_;
  bool finished_ = false;
};

class BodyTest : public ServerTest {
 protected:
  BodyTest() {
    application_.at("/sink", [this](Request&) {
      Plan plan;
      plan.sink = std::make_unique<RecordingSink>(sunk_);
      plan.max_body_bytes = 1ull << 40;
      return plan;
    });
  }

  static std::string pattern(std::size_t size) {
    std::string out(size, ' ');
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
    return out;
  }

  Sunk sunk_;
};

TEST_F(BodyTest, AnUploadIsTakenInPiecesAndNothingIsLost) {
  start();
  const auto body = pattern(5'000'000);
  auto c = client();
  EXPECT_EQ(c.post("/sink", body).body, "took 5000000, kept 0");
  EXPECT_TRUE(sunk_.bytes == body);
  EXPECT_LE(sunk_.largest, 256u << 10);
  EXPECT_GT(sunk_.calls, 10);
  EXPECT_EQ(c.get("/hello").body, "hello");
  EXPECT_EQ(sunk_.dropped, 0);
}

TEST_F(BodyTest, AChunkedUploadIsTakenInPieces) {
  start();
  const auto body = pattern(1'000'000);
  auto c = client();
  c.send("POST /sink HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (std::size_t at = 0; at < body.size(); at += 10'000) c.send("2710\r\n" + body.substr(at, 10'000) + "\r\n");
  c.send("0\r\n\r\n" + get_request("/hello"));
  EXPECT_EQ(c.read_reply().body, "took 1000000, kept 0");
  EXPECT_EQ(c.read_reply().body, "hello");
  EXPECT_TRUE(sunk_.bytes == body);
}

TEST_F(BodyTest, AnEmptyUploadIsFinished) {
  start();
  EXPECT_EQ(client().post("/sink", "").body, "took 0, kept 0");
}

TEST_F(BodyTest, ASlowSinkHoldsTheClientBackInsteadOfFillingMemory) {
  Gate gate;
  sunk_.before_take = [&](std::string_view) {
    gate.pass();
    return Result<void>();
  };
  start();
  const auto body = pattern(64 << 20);
  auto c = client();
  std::atomic<std::size_t> sent = 0;
  std::thread sender([&] {
    c.send("POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    for (std::size_t at = 0; at < body.size(); at += 64 << 10) {
      c.send(std::string_view(body).substr(at, 64 << 10));
      sent += 64 << 10;
    }
  });
  // The kernel's buffers fill up; then nothing more is taken.
  std::size_t before = 1;
  while (before != sent || sent == 0) {
    before = sent;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_LT(sent, body.size() / 2);
  EXPECT_EQ(client().get("/hello").body, "hello");
  gate.open();
  sender.join();
  EXPECT_EQ(c.read_reply().body, "took " + std::to_string(body.size()) + ", kept 0");
  EXPECT_TRUE(sunk_.bytes == body);
}

TEST_F(BodyTest, AnUploadWhoseClientVanishesIsDropped) {
  start();
  auto closing = client(), resetting = client();
  for (auto* c : {&closing, &resetting})
    c->send("POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nsome of it");
  ASSERT_TRUE(sunk_.watch.until([&] { return sunk_.bytes.size() == 20; }));
  closing.close();
  resetting.reset();
  ASSERT_TRUE(sunk_.watch.until([&] { return sunk_.dropped == 2; }));
  EXPECT_EQ(sunk_.finished, 0);
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.connections == 0; }));
}

TEST_F(BodyTest, ARefusalInTheMiddleOfAnUploadReachesTheClient) {
  sunk_.before_take = [](std::string_view) { return Result<void>(fail(ErrorKind::conflict, "not this")); };
  start();
  auto c = client();
  c.send(post_request("/sink", pattern(20'000'000)));
  const auto reply = c.read_reply();
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(reply.body, "not this");
  EXPECT_EQ(c.read_to_end(), "");
  EXPECT_EQ(sunk_.dropped, 1);
}

TEST_F(BodyTest, AnExceptionOfASinkBecomesAReply) {
  sunk_.before_take = [](std::string_view) -> Result<void> { throw std::runtime_error("from a sink"); };
  start();
  const auto reply = client().post("/sink", "body");
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.body, HasSubstr("from a sink"));
  EXPECT_EQ(sunk_.dropped, 1);
}

TEST_F(BodyTest, UploadsAreToldTheirDeadline) {
  options_.body_timeout = std::chrono::milliseconds(200);
  start();
  auto c = client();
  c.send("POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx");
  EXPECT_EQ(c.read_reply().status, 408);
  EXPECT_EQ(sunk_.dropped, 1);
}

/// Gives a text out, `step` bytes at a time, and then does what a test wants.
class TestSource final : public BodySource {
 public:
  TestSource(std::string_view bytes, std::size_t step, std::function<Result<std::size_t>()> at_end,
             std::atomic<int>* dropped)
      : rest_(bytes), step_(step), at_end_(std::move(at_end)), dropped_(dropped) {}
  ~TestSource() override { ++*dropped_; }

  Result<std::size_t> read(std::span<char> out) override {
    const auto size = std::min({rest_.size(), step_, out.size()});
    if (size == 0) return at_end_();
    rest_.copy(out.data(), size);
    rest_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view rest_;
  std::size_t step_;
  std::function<Result<std::size_t>()> at_end_;
  std::atomic<int>* dropped_;
};

class SourceTest : public BodyTest {
 protected:
  void serve(std::size_t announced, std::function<Result<std::size_t>()> at_end) {
    application_.handle("/file", [this, announced, at_end](Request&) {
      Response response;
      response.content_type = "application/octet-stream";
      response.body = FileBody{std::make_unique<TestSource>(body_, 10'000, at_end, &dropped_), announced};
      return response;
    });
    start();
  }

  const std::string body_ = pattern(3'000'000);
  std::atomic<int> dropped_ = 0;
};

TEST_F(SourceTest, ALongReplyIsPulledInPieces) {
  serve(body_.size(), [] { return Result<std::size_t>(0); });
  auto c = client();
  const auto reply = c.get("/file");
  EXPECT_TRUE(reply.body == body_);
  EXPECT_EQ(c.get("/hello").body, "hello");
  c.send("HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(c.read_reply("HEAD").headers["content-length"], "3000000");
  EXPECT_EQ(c.get("/hello").body, "hello");
  EXPECT_EQ(dropped_, 2);
}

TEST_F(SourceTest, ALongReplyThatFailsIsCutSoThatTheClientSeesIt) {
  for (const auto& at_end : std::vector<std::function<Result<std::size_t>()>>{
           [] { return Result<std::size_t>(0); },
           [] { return Result<std::size_t>(fail(ErrorKind::corrupt, "broken")); },
           []() -> Result<std::size_t> { throw std::runtime_error("from a source"); }}) {
    application_.handle("/other", [](Request&) { return text("x"); });
    server_.reset();
    serve(body_.size() + 1, at_end);
    const auto reply = client().get("/file");
    EXPECT_EQ(reply.status, 200);
    EXPECT_FALSE(reply.whole);
    EXPECT_EQ(client().get("/hello").body, "hello");
  }
  EXPECT_EQ(dropped_, 3);
}

TEST_F(SourceTest, AReaderThatVanishesOrStandsStillEndsALongReply) {
  options_.body_timeout = std::chrono::milliseconds(300);
  serve(1ull << 40, [] { return Result<std::size_t>(1000); });
  auto vanishing = client(), still = client();
  for (auto* c : {&vanishing, &still}) {
    c->send(get_request("/file"));
    c->read_until("\r\n\r\n");
  }
  vanishing.close();
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.connections == 0; }));
  EXPECT_EQ(dropped_, 2);
}

}  // namespace
}  // namespace cairn::http
