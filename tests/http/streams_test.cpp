// Replies that go on: server-sent events and WebSocket.
#include <thread>

#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using testing::HasSubstr;

class StreamTest : public ServerTest {
 protected:
  StreamTest() {
    application_.handle("/events", [this](Request& request) {
      watch_.change([&] { gone_ = request.gone; });
      Response response;
      response.body = StreamStart([this](std::shared_ptr<EventStream> stream) {
        stream->on_gone([this] { watch_.change([&] { ++times_gone_; }); });
        watch_.change([&] { streams_.push_back(std::move(stream)); });
      });
      return response;
    });
  }
  ~StreamTest() override { server_.reset(); }

  /// The open end of the stream that was asked for last.
  std::shared_ptr<EventStream> opened(std::size_t count = 1) {
    EXPECT_TRUE(watch_.until([&] { return streams_.size() >= count; }));
    return watch_.read([&] { return streams_.back(); });
  }
  void let_go() {
    watch_.change([&] { streams_.clear(); });
  }
  bool is_gone(int times = 1) {
    return watch_.until([&] { return times_gone_ == times; });
  }

  CancelToken gone_;
  Watch watch_;
  std::vector<std::shared_ptr<EventStream>> streams_;
  int times_gone_ = 0;
};

std::string chunk_of(Client& c) {
  const auto size = std::stoull(c.read_until("\r\n"), nullptr, 16);
  auto text = c.read_until("\r\n");
  while (text.size() < size + 2) text += c.read_until("\r\n");
  return text.substr(0, size);
}

TEST_F(StreamTest, EventsArriveAsTheyArePushed) {
  start();
  auto c = client();
  c.send(get_request("/events"));
  const auto head = c.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, HasSubstr("Cache-Control: no-cache\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Accel-Buffering: no\r\n"));
  auto stream = opened();
  EXPECT_TRUE(stream->send({"7", "task", "one\ntwo\r\nthree\rfour"}));
  EXPECT_EQ(chunk_of(c), "id: 7\nevent: task\ndata: one\ndata: two\ndata: three\ndata: four\n\n");
  EXPECT_TRUE(stream->send({"", "", ""}));
  EXPECT_EQ(chunk_of(c), "data: \n\n");
  EXPECT_TRUE(stream->send({"a\nevent: forged", "b\r\ndata: forged", "c"}));
  EXPECT_EQ(chunk_of(c), "id: aevent: forged\nevent: bdata: forged\ndata: c\n\n");
  EXPECT_EQ(server_->load().streams, 1);
  stream->close();
  EXPECT_FALSE(stream->send({"", "", "too late"}));
  EXPECT_EQ(c.read_until("\r\n\r\n"), "0\r\n\r\n");
  EXPECT_EQ(c.get("/hello").body, "hello");
  EXPECT_EQ(times_gone_, 0);
}

TEST_F(StreamTest, AStreamCanBeFilledAndClosedAtOnce) {
  application_.handle("/tokens", [](Request& request) {
    Response response;
    response.body = StreamStart([&request](std::shared_ptr<EventStream> stream) {
      for (int i = 0; i < 1000; ++i) ASSERT_TRUE(stream->send({"", "token", request.path + std::to_string(i)}));
      stream->close();
    });
    return response;
  });
  start();
  auto c = client();
  for (int round = 0; round < 3; ++round) {
    const auto reply = c.get("/tokens");
    EXPECT_TRUE(reply.whole);
    EXPECT_TRUE(reply.body.ends_with("event: token\ndata: /tokens999\n\n"));
  }
}

TEST_F(StreamTest, ManyThreadsMayPush) {
  start();
  auto c = client();
  c.send(get_request("/events"));
  auto stream = opened();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(stream->send({"", "", "x"}));
    });
  }
  for (auto& thread : threads) thread.join();
  stream->close();
  const auto reply = c.read_reply();
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.body.size(), 2000 * std::string_view("data: x\n\n").size());
}

TEST_F(StreamTest, AStreamThatNobodyHoldsIsClosed) {
  start();
  auto c = client();
  c.send(get_request("/events"));
  opened();
  let_go();
  EXPECT_TRUE(c.read_reply().whole);
}

TEST_F(StreamTest, AnOldClientsStreamEndsWithItsConnection) {
  start();
  auto c = client();
  c.send("GET /events HTTP/1.0\r\n\r\n");
  auto stream = opened();
  stream->send({"", "", "x"});
  stream->close();
  const auto reply = c.read_reply();
  EXPECT_FALSE(reply.headers.contains("transfer-encoding"));
  EXPECT_EQ(reply.body, "data: x\n\n");
}

TEST_F(StreamTest, OnlyTheHeadOfAStreamCanBeAskedFor) {
  start();
  auto c = client();
  c.send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(c.read_reply("HEAD").headers["content-type"], "text/event-stream");
  EXPECT_EQ(c.get("/hello").body, "hello");
}

TEST_F(StreamTest, WhoPushesIsToldOnceThatTheClientIsGone) {
  start();
  auto closing = client();
  closing.send(get_request("/events"));
  auto stream = opened();
  EXPECT_FALSE(watch_.read([&] { return gone_.cancelled(); }));
  closing.close();
  ASSERT_TRUE(is_gone(1));
  EXPECT_TRUE(watch_.read([&] { return gone_.cancelled(); }));
  EXPECT_FALSE(stream->send({"", "", "x"}));
  Gate told;
  stream->on_gone([&] { told.open(); });
  EXPECT_TRUE(told.pass());

  auto resetting = client();
  resetting.send(get_request("/events"));
  opened(2);
  resetting.reset();
  ASSERT_TRUE(is_gone(2));
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.streams == 0 && load.connections == 0; }));
}

TEST_F(StreamTest, AGeneratorIsStoppedWhenItsReaderGoes) {
  Gate stopped;
  application_.handle("/endless", [&](Request& request) {
    Response response;
    response.body = StreamStart([&](std::shared_ptr<EventStream> stream) {
      while (!request.gone.cancelled() && stream->send({"", "token", "more"}))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      stopped.open();
    });
    return response;
  });
  start();
  auto c = client();
  c.send(get_request("/endless"));
  c.read_until("more");
  c.close();
  EXPECT_TRUE(stopped.pass());
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.streams == 0 && load.requests == 0; }));
}

TEST_F(StreamTest, AReaderThatIsTooSlowIsDroppedAndCostsNoMoreThanItsBuffer) {
  options_.max_stream_buffer_bytes = 100'000;
  options_.body_timeout = std::chrono::minutes(10);  // It is not what drops the reader.
  start();
  auto c = client();
  c.send(get_request("/events"));
  auto stream = opened();
  const std::string data(10'000, 'x');
  int sent = 0;
  // Slowly, so that the kernel's buffers fill up and the server is in the middle of a write.
  for (; stream->send({"", "", data}); ++sent) std::this_thread::sleep_for(std::chrono::microseconds(200));
  EXPECT_GE(sent, 9);
  ASSERT_TRUE(is_gone());
  EXPECT_FALSE(c.read_reply().whole);
}

TEST_F(StreamTest, AnEventMayBeLargerThanTheBufferForAReaderThatKeepsUp) {
  options_.max_stream_buffer_bytes = 1'000;
  start();
  auto c = client();
  c.send(get_request("/events"));
  c.read_until("\r\n\r\n");
  EXPECT_TRUE(opened()->send({"", "", std::string(5'000, 'x')}));
  EXPECT_EQ(chunk_of(c), "data: " + std::string(5'000, 'x') + "\n\n");
}

TEST_F(StreamTest, AStandingStreamShowsThatItLives) {
  options_.stream_heartbeat = std::chrono::milliseconds(50);
  start();
  auto c = client();
  c.send(get_request("/events"));
  c.read_until("\r\n\r\n");
  EXPECT_EQ(chunk_of(c), ":\n\n");
  EXPECT_EQ(chunk_of(c), ":\n\n");
}

TEST_F(StreamTest, AnExceptionWhileOpeningCutsTheStream) {
  application_.handle("/throws", [](Request&) {
    Response response;
    response.body = StreamStart([](std::shared_ptr<EventStream>) { throw std::runtime_error("no"); });
    return response;
  });
  start();
  const auto reply = client().get("/throws");
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.whole);
  EXPECT_EQ(client().get("/hello").body, "hello");
}

TEST_F(StreamTest, AnExceptionOfOneWhoIsToldHarmsNobody) {
  start();
  auto c = client();
  c.send(get_request("/events"));
  Gate told;
  auto stream = opened();
  stream->on_gone([] { throw std::runtime_error("no"); });
  stream->on_gone([&] { told.open(); });
  c.close();
  EXPECT_TRUE(told.pass());
  EXPECT_EQ(client().get("/hello").body, "hello");
}

TEST_F(StreamTest, TwoThousandStreamsStandStillCheaply) {
  start();
  std::vector<Client> clients;
  for (int i = 0; i < 2000; ++i) {
    clients.push_back(client());
    clients.back().send(get_request("/events"));
  }
  opened(2000);
  for (auto& stream : watch_.read([&] { return streams_; })) EXPECT_TRUE(stream->send({"", "", "x"}));
  for (auto& c : clients) {
    c.read_until("\r\n\r\n");
    EXPECT_EQ(chunk_of(c), "data: x\n\n");
  }
  EXPECT_EQ(server_->load().streams, 2000);
  clients.clear();
  ASSERT_TRUE(is_gone(2000));
}

constexpr std::string_view upgrade =
    "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    "dGhlIHNhbXBsZSBub25jZQ==\r\n";

std::string client_frame(int opcode, std::string_view payload) {
  std::string out{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size()), 1, 2, 3, 4};
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ (1 + i % 4));
  return out;
}

class WebSocketTest : public StreamTest {
 protected:
  Client connected() {
    auto c = client();
    c.send(get_request("/events", upgrade));
    head_ = c.read_until("\r\n\r\n");
    return c;
  }
  std::string head_;
};

/// The payload of the next frame, after its opcode.
std::string frame_of(Client& c, std::string& rest) {
  const auto have = [&](std::size_t size) {
    while (rest.size() < size) {
      const auto more = c.read_some();
      if (more.empty()) return false;
      rest += more;
    }
    return true;
  };
  if (!have(2)) return "";
  std::size_t size = static_cast<unsigned char>(rest[1]), head = 2;
  if (size == 126) {
    if (!have(4)) return "";
    size = static_cast<unsigned char>(rest[2]) * 256u + static_cast<unsigned char>(rest[3]);
    head = 4;
  }
  if (!have(head + size)) return "";
  auto frame = rest.substr(0, 1) + rest.substr(head, size);
  rest.erase(0, head + size);
  return frame;
}

TEST_F(WebSocketTest, EventsAreTextMessages) {
  start();
  auto c = connected();
  EXPECT_TRUE(head_.starts_with("HTTP/1.1 101 ")) << head_;
  EXPECT_THAT(head_, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));  // The example of RFC 6455.
  auto stream = opened();
  std::string rest;
  EXPECT_TRUE(stream->send({"7", "task", "{\"a\":\"ü\"}\n\x01"}));
  EXPECT_EQ(frame_of(c, rest), "\x81{\"id\":\"7\",\"event\":\"task\",\"data\":\"{\\\"a\\\":\\\"ü\\\"}\\n\\u0001\"}");
  EXPECT_TRUE(stream->send({"", "", std::string(1000, 'x')}));
  EXPECT_EQ(frame_of(c, rest), "\x81{\"event\":\"message\",\"data\":\"" + std::string(1000, 'x') + "\"}");
  EXPECT_TRUE(stream->send({"", "", "\xff"}));
  EXPECT_EQ(frame_of(c, rest), "\x81{\"event\":\"message\",\"data\":\"\uFFFD\"}");
  stream->close();
  EXPECT_EQ(frame_of(c, rest), "\x88\x03\xe8");
  EXPECT_EQ(c.read_to_end(), "");
}

TEST_F(WebSocketTest, PingsAreAnsweredAndAClosingClientIsGone) {
  start();
  auto c = connected();
  opened();
  std::string rest;
  c.send(client_frame(1, "what clients say is not listened to") + client_frame(9, "are you there?"));
  EXPECT_EQ(frame_of(c, rest),
            "\x8a"
            "are you there?");
  const auto split = client_frame(9, "in two parts");
  c.send(split.substr(0, 9));
  c.send(split.substr(9));
  EXPECT_EQ(frame_of(c, rest),
            "\x8a"
            "in two parts");
  c.send(client_frame(8, "\x03\xe8"));
  EXPECT_EQ(frame_of(c, rest), "\x88\x03\xe8");
  ASSERT_TRUE(is_gone());
  EXPECT_EQ(c.read_to_end(), "");
}

TEST_F(WebSocketTest, BrokenFramesEndTheStream) {
  start();
  int gone = 0;
  for (const auto& frame :
       {std::string("\x81\x05hello"), std::string("\xf1\x80\1\2\3\4"), std::string("\x09\x80\1\2\3\4"),
        std::string("\x89\xfe\0\x80\1\2\3\4", 8), std::string("\x81\xff\0\0\0\1\0\0\0\0\1\2\3\4", 14),
        std::string("\x81\xfe\xff\xff\1\2\3\4", 8)}) {
    auto c = connected();
    c.send(frame);
    std::string rest;
    const auto answer = frame_of(c, rest);
    EXPECT_TRUE(answer == "\x88\x03\xea" || answer == "\x88\x03\xf1");
    EXPECT_TRUE(is_gone(++gone));
  }
}

TEST_F(WebSocketTest, AStandingStreamIsPinged) {
  options_.stream_heartbeat = std::chrono::milliseconds(50);
  start();
  auto c = connected();
  std::string rest;
  EXPECT_EQ(frame_of(c, rest), "\x89");
}

TEST_F(WebSocketTest, WhatIsNoProperUpgradeGetsServerSentEvents) {
  start();
  auto c = client();
  c.send(get_request("/events", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_THAT(c.read_until("\r\n\r\n"), HasSubstr("text/event-stream"));
  auto plain = client();
  EXPECT_EQ(plain.get("/hello", upgrade).body, "hello");
}

}  // namespace
}  // namespace cairn::http
