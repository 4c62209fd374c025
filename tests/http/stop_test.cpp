// The end of a server: what is under way ends well, what does not end is cut.
#include <atomic>
#include <thread>

#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

class StopTest : public ServerTest {
 protected:
  StopTest() {
    application_.handle("/slow", [this](Request&) {
      begun_.open();
      gate_.pass();
      return text("done");
    });
    application_.handle("/stubborn", [this](Request& request) {
      begun_.open();
      while (!request.gone.cancelled()) std::this_thread::sleep_for(milliseconds(1));
      return text("cut");
    });
    application_.handle("/events", [this](Request&) {
      Response response;
      response.body = StreamStart([this](std::shared_ptr<EventStream> stream) {
        stream->on_gone([this] { gone_.open(); });
        stream->send({"", "", "last words"});
        stream_ = std::move(stream);
        begun_.open();
      });
      return response;
    });
  }
  ~StopTest() override { server_.reset(); }

  Gate begun_, gate_, gone_;
  std::shared_ptr<EventStream> stream_;
};

TEST_F(StopTest, RequestsUnderWayGetTheirReplies) {
  start();
  auto working = client(), idle = client(), fresh = client();
  EXPECT_EQ(idle.get("/hello").status, 200);
  working.send(get_request("/slow") + get_request("/hello"));
  ASSERT_TRUE(begun_.pass());
  std::thread stopping([&] { server_->stop(minutes(1)); });
  EXPECT_EQ(idle.read_some(), "");
  EXPECT_EQ(fresh.read_some(), "");
  EXPECT_THROW(client(), std::runtime_error);
  gate_.open();
  const auto reply = working.read_reply();
  EXPECT_EQ(reply.body, "done");
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_EQ(working.read_to_end(), "");
  stopping.join();
  server_->stop(minutes(1));
  EXPECT_EQ(server_->load().connections, 0);
}

TEST_F(StopTest, ARequestThatArrivesWhileStoppingIsRefused) {
  start();
  auto working = client(), late = client();
  working.send(get_request("/slow"));
  late.send("GET /hello HTTP/1.1\r\n");
  ASSERT_TRUE(begun_.pass());
  EXPECT_EQ(client().get("/hello").status, 200);  // By now the half of the other request was read.
  std::thread stopping([&] { server_->stop(minutes(1)); });
  while (true) {
    try {
      client();
    } catch (const std::runtime_error&) { break; }
  }
  late.send("Host: x\r\n\r\n");
  EXPECT_EQ(late.read_reply().status, 503);
  gate_.open();
  stopping.join();
}

TEST_F(StopTest, StreamsAreClosedAtOnceAndWhole) {
  start();
  auto c = client();
  c.send(get_request("/events"));
  ASSERT_TRUE(begun_.pass());
  server_->stop(minutes(1));
  const auto reply = c.read_reply();
  EXPECT_TRUE(reply.whole);
  EXPECT_EQ(reply.body, "data: last words\n\n");
  EXPECT_TRUE(gone_.pass());
  EXPECT_FALSE(stream_->send({"", "", "too late"}));
  stream_.reset();
}

TEST_F(StopTest, WhatDoesNotEndIsCutAndToldSo) {
  std::function<void(Response)> put;
  Gate asked;
  application_.handle("/never", [&](Request&) {
    Response response;
    response.body = Later([&](std::function<void(Response)> given) {
      put = std::move(given);
      asked.open();
    });
    return response;
  });
  start();
  auto working = client(), waiting = client(), uploading = client();
  working.send(get_request("/stubborn"));
  waiting.send(get_request("/never"));
  uploading.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
  ASSERT_TRUE(begun_.pass() && asked.pass());
  ASSERT_TRUE(load_becomes([](const auto& load) { return load.requests == 3; })) << "else the third is told to go";
  server_->stop(milliseconds(50));
  EXPECT_EQ(working.read_to_end(), "");
  EXPECT_EQ(waiting.read_to_end(), "");
  uploading.read_to_end();
  EXPECT_EQ(application_.wait_for_ended(2).front().status, 0);
  server_.reset();
  put(text("nobody waits any more"));
}

TEST_F(StopTest, AServerUnderLoadStopsWithoutBreakingReplies) {
  start();
  std::atomic<int> broken = 0, answered = 0;
  std::vector<std::thread> threads;
  Watch watch;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      try {
        auto c = client();
        while (true) {
          const bool sent = c.send(post_request("/echo", "body"));
          const auto reply = c.read_reply();
          if (!sent || reply.status != 200) return;
          if (reply.body != "body") ++broken;
          watch.change([&] { ++answered; });
          if (reply.headers.contains("connection")) return;
        }
      } catch (const std::runtime_error&) {}
    });
  }
  ASSERT_TRUE(watch.until([&] { return answered > 200; }));
  server_->stop(minutes(1));
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(broken, 0);
}

}  // namespace
}  // namespace cairn::http
