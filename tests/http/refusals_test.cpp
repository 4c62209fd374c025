// Malformed, oversized, slow and hostile requests.
#include <thread>

#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using testing::HasSubstr;

class RefusalTest : public ServerTest {
 protected:
  /// What the server says to these bytes, and that it hangs up after.
  Reply refused(std::string_view bytes) {
    auto c = client();
    c.send(bytes);
    auto reply = c.read_reply();
    EXPECT_EQ(c.read_to_end(), "") << bytes;
    return reply;
  }

  void TearDown() override { EXPECT_EQ(client().get("/hello").body, "hello"); }
};

TEST_F(RefusalTest, WhatTwoProgramsCouldUnderstandDifferentlyIsRefused) {
  start();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\n",
                    hidden = "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string framing : {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                    "Content-Length: 5\r\nContent-Length: 6\r\n",
                                    "Content-Length: 5\r\nContent-Length: 5\r\n",
                                    "Content-Length: 5, 5\r\n",
                                    "Content-Length: -1\r\n",
                                    "Content-Length: +5\r\n",
                                    "Content-Length: 0x5\r\n",
                                    "Content-Length: 5 5\r\n",
                                    "Content-Length:\r\n",
                                    "Content-Length: 99999999999999999999\r\n",
                                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                    "Transfer-Encoding: gzip\r\n",
                                    "Transfer-Encoding: chunked, gzip\r\n",
                                    "Transfer-Encoding: gzip, chunked\r\n",
                                    "Transfer-Encoding: xchunked\r\n",
                                    "Transfer-Encoding:\r\n",
                                    "Transfer-Encoding : chunked\r\n",
                                    "Content-Length : 5\r\n",
                                    "Host: y\r\n",
                                    "X: a\nContent-Length: 5\r\n",
                                    "X: a\rContent-Length: 5\r\n"}) {
    const auto reply = refused(head + framing + "\r\n" + hidden);
    EXPECT_TRUE(reply.status == 400 || reply.status == 501) << framing << reply.status;
  }
  EXPECT_EQ(refused("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden).status, 400);
  EXPECT_EQ(application_.wait_for_ended(23).size(), 23);
}

TEST_F(RefusalTest, AMalformedHeadIsRefused) {
  start();
  for (const std::string head :
       {"GARBAGE", "GET /hello", "GET /hello HTTP/1.1\r\nno colon", "GET /hello HTTP/1.1\r\nX Y: 1",
        "get /hello HTTP/1.1\r\nHost: x", "GET  /hello HTTP/1.1\r\nHost: x", "GET hello HTTP/1.1\r\nHost: x",
        "GET /hello HTTP/1.1", "CONNECT x:80 HTTP/1.1\r\nHost: x", "OPTIONS * HTTP/1.1\r\nHost: x",
        "GET /hello HTTP/1.1\r\nHost: x\r\nX: a\x01"
        "b",
        "\x16\x03\x01\x02"})
    EXPECT_EQ(refused(head + "\r\n\r\n").status, 400) << head;
  EXPECT_EQ(refused("GET / HTTP/2.0\r\nHost: x\r\n\r\n").status, 505);
  EXPECT_EQ(refused(std::string("GET /hello HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 43)).status, 400);
}

TEST_F(RefusalTest, AnAddressThatIsNoneIsRefused) {
  start();
  for (const std::string target : {"/%",         "/%2",   "/%zz",    "/%00",   "/a%00b",    "/%ff%fe",   "/%c0%af",
                                   "/%ed%a0%80", "/..",   "/a/../b", "/a/./b", "/%2e%2e/b", "/a/..%2fb", "/a/%2E",
                                   "/a%0d%0ab",  "/a%7f", "/a#b",    "/?q=%",  "/?q=%ff",   "/?%00"}) {
    const auto reply = refused(get_request(target));
    EXPECT_EQ(reply.status, 400) << target;
    EXPECT_THAT(reply.body, HasSubstr("address")) << target;
  }
}

TEST_F(RefusalTest, AHeadThatIsTooLargeIsRefused) {
  options_.max_header_bytes = 4096;
  start();
  EXPECT_EQ(refused(get_request("/hello", "X: " + std::string(200'000, 'a') + "\r\n")).status, 431);
  EXPECT_EQ(refused("GET /" + std::string(200'000, 'a')).status, 431);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "X: y\r\n";
  EXPECT_EQ(refused(get_request("/hello", many)).status, 431);
  EXPECT_EQ(client().get("/hello", "X: " + std::string(3500, 'a') + "\r\n").status, 200);
}

TEST_F(RefusalTest, AHeadMayArriveByteByByte) {
  start();
  auto patient = client();
  for (const char c : get_request("/hello")) patient.send({&c, 1});
  EXPECT_EQ(patient.read_reply().body, "hello");
}

TEST_F(RefusalTest, AHeadMayNotArriveForEver) {
  options_.header_timeout = std::chrono::milliseconds(300);
  start();
  EXPECT_EQ(refused("GET /hello HTTP/1.1\r\nHost: x\r\n").status, 408);

  auto dripping = client();
  std::atomic<bool> done = false;
  std::thread drip([&] {
    dripping.send("GET /hello HTTP/1.1\r\nX: ");
    while (!done && dripping.send("x")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  });
  EXPECT_EQ(dripping.read_reply().status, 408);
  done = true;
  drip.join();
}

TEST_F(RefusalTest, AnIdleConnectionIsClosedWithoutAWord) {
  options_.keep_alive = std::chrono::seconds(2);  // Longer than a busy machine takes to send the request.
  start();
  auto silent = client(), served = client();
  EXPECT_EQ(served.get("/hello").status, 200);
  EXPECT_EQ(silent.read_some(), "");
  EXPECT_EQ(served.read_some(), "");
}

TEST_F(RefusalTest, ABodyThatIsTooLargeIsRefusedBeforeItIsRead) {
  application_.handle("/small", [](Request& request) { return text(request.body); }, 1000);
  start();
  auto c = client();
  c.send("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(c.read_reply().status, 413);
  auto sending = client();
  sending.send(post_request("/small", std::string(5'000'000, 'x')));
  EXPECT_EQ(sending.read_reply().status, 413);
  EXPECT_EQ(client().post("/small", std::string(1000, 'x')).status, 200);
}

TEST_F(RefusalTest, AChunkedBodyThatGrowsTooLargeIsRefused) {
  application_.handle("/small", [](Request& request) { return text(request.body); }, 1000);
  start();
  const std::string head = "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                    piece = "64\r\n" + std::string(100, 'x') + "\r\n";
  std::string fits = head, too_many = head;
  for (int i = 0; i < 10; ++i) fits += piece;
  for (int i = 0; i < 11; ++i) too_many += piece;
  auto c = client();
  c.send(fits + "0\r\n\r\n");
  EXPECT_EQ(c.read_reply().body.size(), 1000);
  EXPECT_EQ(refused(too_many).status, 413);
  EXPECT_EQ(refused(head + "ffffffff\r\n").status, 413);
}

TEST_F(RefusalTest, ChunksAreReadAsTheyComeAndBrokenOnesAreRefused) {
  start();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  auto c = client();
  c.send(head + "5;name=value\r\nhello\r\n1\r\n \r\n005\r\nworld\r\n0\r\nX-Forged: 1\r\n\r\n");
  EXPECT_EQ(c.read_reply().body, "hello world");
  for (const char byte : head + "3\r\nabc\r\n0\r\n\r\n") c.send({&byte, 1});
  EXPECT_EQ(c.read_reply().body, "abc");
  for (const std::string chunk :
       {"x\r\n", "-1\r\n", "5\r\nhello0\r\n\r\n", "\r\n", "fffffffffffffffff\r\n", "5\nhello\r\n0\r\n\r\n", "1;\"\r\n"})
    EXPECT_EQ(refused(head + chunk + "\r\n\r\n").status, 400) << chunk;
  for (const std::string cut : {"x", "\r", "g0\r\n", "5\r\nhello5", "00000000000000000", "5\r\nhello\r\nz"})
    EXPECT_EQ(refused(head + cut).status, 400) << "more would not mend " << cut;
  EXPECT_EQ(refused(head + "1;" + std::string(100'000, 'x')).status, 431);
  EXPECT_EQ(refused(head + "0\r\nX: " + std::string(100'000, 'x')).status, 431);
}

TEST_F(RefusalTest, AnAddressThatNamesAnotherHostThanItsHeaderIsRefused) {
  start();
  EXPECT_EQ(refused("GET http://somewhere/hello HTTP/1.1\r\nHost: elsewhere\r\n\r\n").status, 400);
  EXPECT_EQ(refused("GET http://me@somewhere/hello HTTP/1.1\r\nHost: somewhere\r\n\r\n").status, 400);
  auto c = client();
  c.send("GET http://SomeWhere:80/hello HTTP/1.1\r\nHost: somewhere:80\r\n\r\n");
  EXPECT_EQ(c.read_reply().body, "hello");
}

TEST_F(RefusalTest, ABodyThatStopsIsNotWaitedForForEver) {
  options_.body_timeout = std::chrono::milliseconds(200);
  start();
  EXPECT_EQ(refused("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf").status, 408);
}

TEST_F(RefusalTest, ABodyThatEndsTooEarlyIsRefused) {
  start();
  for (const std::string body : {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                                 "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
    auto c = client();
    c.send("POST /echo HTTP/1.1\r\nHost: x\r\n" + body);
    c.half_close();
    const auto reply = c.read_reply();
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr("before its announced length"));
    EXPECT_EQ(c.read_to_end(), "");
  }
}

TEST_F(RefusalTest, ABodyLongerThanAnnouncedIsTheNextRequestAndNoneOfTheFirst) {
  start();
  auto c = client();
  c.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyEXTRA\r\n\r\n");
  EXPECT_EQ(c.read_reply().body, "body");
  EXPECT_EQ(c.read_reply().status, 400);
  EXPECT_EQ(c.read_to_end(), "");
}

TEST_F(RefusalTest, PermissionToSendABodyIsGivenOnlyWhereItIsWanted) {
  application_.at("/no", [](Request&) {
    Plan plan;
    plan.reply = text("no", 401);
    return plan;
  });
  start();
  const std::string expecting = " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  auto c = client();
  c.send("POST /echo" + expecting);
  EXPECT_EQ(c.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  c.send("body");
  EXPECT_EQ(c.read_reply().body, "body");
  c.send("POST /no" + expecting);
  const auto reply = c.read_reply();
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.headers.at("connection"), "close");
  EXPECT_EQ(client().get("/hello", "Expect: miracles\r\n").status, 417);
}

TEST_F(RefusalTest, AReplyThatNeedsNoBodyKeepsTheConnectionWhenTheBodyIsShort) {
  application_.at("/no", [](Request&) {
    Plan plan;
    plan.reply = text("no", 401);
    return plan;
  });
  start();
  auto c = client();
  EXPECT_EQ(c.post("/no", std::string(10'000, 'x')).status, 401);
  EXPECT_EQ(c.get("/hello").body, "hello");
  const auto large = c.post("/no", std::string(3'000'000, 'x'));
  EXPECT_EQ(large.status, 401);
  EXPECT_EQ(large.headers.at("connection"), "close");
}

TEST_F(RefusalTest, MoreConnectionsThanAllowedAreTurnedAway) {
  options_.max_connections = 3;
  start();
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(client());
    EXPECT_EQ(clients.back().get("/hello").status, 200);
  }
  auto fourth = client();
  fourth.send(get_request("/hello"));
  EXPECT_EQ(fourth.read_reply().status, 503);
  EXPECT_EQ(fourth.read_to_end(), "");
  clients.pop_back();
  ASSERT_TRUE(load_becomes([](const auto& load) { return load.connections == 2; }));
}

}  // namespace
}  // namespace cairn::http
