// Requests and replies as they should be.
#include <set>
#include <thread>

#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST_F(ServerTest, SeveralRequestsShareAConnection) {
  start();
  auto c = client();
  for (int i = 0; i < 3; ++i) {
    const auto reply = c.post("/echo", "body " + std::to_string(i));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "body " + std::to_string(i));
  }
  EXPECT_EQ(server_->load().connections, 1);
}

TEST_F(ServerTest, RequestsSentAheadAreAnsweredInTheirOrder) {
  start();
  auto c = client();
  std::string all;
  for (int i = 0; i < 200; ++i) all += post_request("/echo", std::string(static_cast<std::size_t>(i), 'x'));
  std::thread sender([&] { c.send(all); });
  for (std::size_t i = 0; i < 200; ++i) EXPECT_EQ(c.read_reply().body, std::string(i, 'x'));
  sender.join();
}

TEST_F(ServerTest, AClientSaysWhetherTheConnectionGoesOn) {
  start();
  auto closing = client();
  EXPECT_EQ(closing.get("/hello", "Connection: close\r\n").headers["connection"], "close");
  EXPECT_EQ(closing.read_some(), "");
  auto old = client();
  old.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read_reply().body, "hello");
  EXPECT_EQ(old.read_some(), "");
  auto old_but_staying = client();
  old_but_staying.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(old_but_staying.read_reply().headers["connection"], "keep-alive");
  EXPECT_EQ(old_but_staying.get("/hello").body, "hello");
}

TEST_F(ServerTest, AskingForTheHeadGivesTheHeadOnly) {
  start();
  auto c = client();
  c.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto reply = c.read_reply("HEAD");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-length"), "5");
  EXPECT_EQ(c.get("/hello").body, "hello");
}

TEST_F(ServerTest, SomeRepliesHaveNoBody) {
  application_.handle("/nothing", [](Request&) { return text("", 204); });
  application_.handle("/same", [](Request&) { return text("not sent", 304); });
  start();
  auto c = client();
  const auto nothing = c.get("/nothing");
  EXPECT_EQ(nothing.status, 204);
  EXPECT_FALSE(nothing.headers.contains("content-length"));
  EXPECT_EQ(c.get("/same").status, 304);
  EXPECT_EQ(c.get("/hello").body, "hello");
}

TEST_F(ServerTest, AHandlerSeesTheRequest) {
  std::optional<Request> seen;
  application_.handle("/a b/ü", [&](Request& request) {
    seen = request;
    return text("");
  });
  start();
  auto c = client();
  const auto reply =
      c.post("/a%20b/%C3%BC?q=one+two%21&empty&x=1=2&&", "the body", "X-Some:  value \r\nx-some: other\r\n");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->method, "POST");
  EXPECT_EQ(seen->target, "/a%20b/%C3%BC?q=one+two%21&empty&x=1=2&&");
  EXPECT_EQ(seen->path, "/a b/ü");
  EXPECT_THAT(seen->query, ElementsAre(Pair("q", "one two!"), Pair("empty", ""), Pair("x", "1=2")));
  EXPECT_EQ(seen->query_value("q"), "one two!");
  EXPECT_EQ(seen->query_value("none"), "");
  EXPECT_EQ(seen->headers.get("X-SOME"), "value");
  EXPECT_EQ(seen->body, "the body");
  EXPECT_EQ(seen->peer, "127.0.0.1");
  EXPECT_TRUE(seen->peer_is_loopback);
  EXPECT_FALSE(seen->secure);
  EXPECT_GT(seen->received.count(), 0);
  EXPECT_EQ(reply.headers.at("x-request-id"), seen->id);
}

TEST_F(ServerTest, ATargetMayNameTheServer) {
  start();
  auto c = client();
  c.send("GET http://somewhere:80/hello HTTP/1.1\r\nHost: somewhere:80\r\n\r\n");
  EXPECT_EQ(c.read_reply().body, "hello");
  c.send("GET http://somewhere HTTP/1.1\r\nHost: somewhere\r\n\r\n");
  EXPECT_EQ(c.read_reply().body, "no such path: /");
}

TEST_F(ServerTest, ARequestKeepsAUsableIdAndElseGetsOneOfItsOwn) {
  start();
  auto c = client();
  EXPECT_EQ(c.get("/hello", "X-Request-Id: my.id_7-a\r\n").headers["x-request-id"], "my.id_7-a");
  std::set<std::string> ids;
  for (const auto& given : std::vector<std::string>{"a b", "a\"b", "", "ü", std::string(65, 'a')})
    ids.insert(c.get("/hello", "X-Request-Id: " + given + "\r\n").headers["x-request-id"]);
  EXPECT_EQ(ids.size(), 5);
  for (const auto& id : ids) EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), id.npos) << id;
}

TEST_F(ServerTest, HeadersThatCouldForgeOthersAreRefused) {
  Headers headers;
  EXPECT_FALSE(headers.add("X", "a\r\nSet-Cookie: b"));
  EXPECT_FALSE(headers.add("X", std::string("a\0b", 3)));
  EXPECT_FALSE(headers.add("X: y\r\nZ", "a"));
  EXPECT_FALSE(headers.add("", "a"));
  EXPECT_TRUE(headers.all().empty());
  EXPECT_TRUE(headers.add("X", "grüße\tthere"));
  application_.handle("/forged", [](Request&) {
    auto response = text("x");
    response.content_type = "text/plain\r\nSet-Cookie: b";
    response.headers.add("Content-Length", "1000");
    response.headers.add("Transfer-Encoding", "chunked");
    return response;
  });
  start();
  auto c = client();
  const auto reply = c.get("/forged");
  EXPECT_FALSE(reply.headers.contains("set-cookie"));
  EXPECT_EQ(reply.body, "x");
  EXPECT_EQ(c.get("/hello").body, "hello");
}

TEST_F(ServerTest, ALargeReplyArrivesWhole) {
  std::string large(20 << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 4096) large[i] = static_cast<char>('a' + i / 4096 % 26);
  application_.handle("/large", [&](Request&) { return text(large); });
  start();
  auto c = client();
  EXPECT_TRUE(c.get("/large").body == large);
}

TEST_F(ServerTest, ARequestIsReportedAfterItsEnd) {
  start();
  auto c = client();
  c.post("/echo", "12345");
  c.get("/nowhere");
  const auto ended = application_.wait_for_ended(2);
  EXPECT_EQ(ended[0].path, "/echo");
  EXPECT_EQ(ended[0].status, 200);
  EXPECT_GT(ended[0].bytes_in, 5);
  EXPECT_GT(ended[0].bytes_out, 5);
  EXPECT_EQ(ended[1].status, 404);
}

TEST_F(ServerTest, ExceptionsBecomeRepliesAndHarmNobody) {
  application_.at("/begin", [](Request&) -> Plan { throw std::runtime_error("from begin"); });
  application_.handle("/handle", [](Request&) -> Response { throw std::runtime_error("from a handler"); });
  application_.handle("/later", [](Request&) {
    Response response;
    response.body = Later([](std::function<void(Response)>) { throw std::runtime_error("from later"); });
    return response;
  });
  application_.handle("/odd", [](Request&) -> Response { throw 7; });
  start();
  auto c = client();
  for (const auto& [path, what] : {std::pair("/begin", "from begin"), std::pair("/handle", "from a handler"),
                                   std::pair("/later", "from later"), std::pair("/odd", "unknown type")}) {
    const auto reply = c.get(path);
    EXPECT_EQ(reply.status, 500);
    EXPECT_THAT(reply.body, HasSubstr(what));
  }
  EXPECT_EQ(c.get("/breaks-reports").status, 404);
  EXPECT_EQ(c.get("/hello").body, "hello");
}

TEST_F(ServerTest, AReplyCanBeDecidedLaterByAnotherThread) {
  std::function<void(Response)> put;
  Gate asked;
  application_.handle("/later", [&](Request&) {
    Response response;
    response.body = Later([&](std::function<void(Response)> given) {
      put = std::move(given);
      asked.open();
    });
    return response;
  });
  start();
  auto c = client(), other = client();
  c.send(get_request("/later"));
  ASSERT_TRUE(asked.pass());
  EXPECT_EQ(other.get("/hello").body, "hello");
  std::thread([&] {
    put(text("at last"));
    put(text("ignored"));
  }).join();
  EXPECT_EQ(c.read_reply().body, "at last");
  EXPECT_EQ(c.get("/hello").body, "hello");
}

TEST_F(ServerTest, AReplyThatNobodyWillDecideIsAnError) {
  application_.handle("/forgotten", [](Request&) {
    Response response;
    response.body = Later([](std::function<void(Response)>) {});
    return response;
  });
  start();
  EXPECT_EQ(client().get("/forgotten").status, 500);
}

TEST_F(ServerTest, AHandlerIsToldWhenItsClientGoes) {
  std::atomic<int> told = 0;
  Watch watch;
  int working = 0, stopped = 0;
  application_.handle("/work", [&](Request& request) {
    watch.change([&] { ++working; });
    while (!request.gone.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++told;
    watch.change([&] { ++stopped; });
    return text("too late");
  });
  start();
  auto closing = client(), resetting = client();
  closing.send(get_request("/work"));
  resetting.send(post_request("/work", "body"));
  ASSERT_TRUE(watch.until([&] { return working == 2; }));
  EXPECT_EQ(told, 0);
  closing.close();
  resetting.reset();
  ASSERT_TRUE(watch.until([&] { return stopped == 2; }));
  application_.wait_for_ended(2);
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.connections == 0 && load.requests == 0; }));
}

TEST_F(ServerTest, AClientThatSendsNoMoreStillGetsItsReplies) {
  start();
  auto c = client();
  c.send(post_request("/echo", "one") + post_request("/echo", "two"));
  c.half_close();
  EXPECT_EQ(c.read_reply().body, "one");
  EXPECT_EQ(c.read_reply().body, "two");
  EXPECT_EQ(c.read_some(), "");
}

TEST_F(ServerTest, HandlersThatStandStillDoNotKeepOthersWaiting) {
  options_.worker_threads = 2;
  options_.header_timeout = std::chrono::milliseconds(400);  // What is short makes the server look often.
  Gate gate;
  Watch watch;
  int waiting = 0;
  application_.handle("/slow", [&](Request&) {
    watch.change([&] { ++waiting; });
    gate.pass();
    return text("slow");
  });
  start();
  std::vector<Client> slow;
  for (int i = 0; i < 6; ++i) {
    slow.push_back(client());
    slow.back().send(get_request("/slow"));
  }
  ASSERT_TRUE(watch.until([&] { return waiting == 6; }));
  EXPECT_EQ(client().get("/hello").body, "hello");
  gate.open();
  for (auto& c : slow) EXPECT_EQ(c.read_reply().body, "slow");
}

TEST_F(ServerTest, AThousandConnectionsAtOnceAreServed) {
  start();
  std::vector<Client> clients;
  for (int i = 0; i < 1000; ++i) clients.push_back(client());
  for (std::size_t i = 0; i < clients.size(); ++i) clients[i].send(post_request("/echo", std::to_string(i)));
  for (std::size_t i = 0; i < clients.size(); ++i) EXPECT_EQ(clients[i].read_reply().body, std::to_string(i));
  EXPECT_EQ(server_->load().connections, 1000);
  clients.clear();
  EXPECT_TRUE(load_becomes([](const auto& load) { return load.connections == 0; }));
}

TEST_F(ServerTest, SeveralLoopsShareTheConnections) {
  options_.io_threads = 3;
  start();
  std::vector<Client> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(client());
  for (int round = 0; round < 20; ++round) {
    for (auto& c : clients) c.send(post_request("/echo", "x"));
    for (auto& c : clients) EXPECT_EQ(c.read_reply().body, "x");
  }
}

TEST_F(ServerTest, WhatCannotBeListenedOnIsExplained) {
  start();
  auto with = [&](auto change) {
    auto options = options_;
    change(options);
    auto failed = Server::start(options, application_, clock_);
    EXPECT_FALSE(failed);
    return failed ? Error{} : failed.error();
  };
  const auto taken = with([&](auto& o) { o.port = server_->port(); });
  EXPECT_EQ(taken.kind, ErrorKind::unavailable);
  EXPECT_THAT(taken.message, HasSubstr("choose another port"));
  const auto wrong = with([](auto& o) { o.address = "nowhere.example"; });
  EXPECT_EQ(wrong.kind, ErrorKind::invalid);
  EXPECT_THAT(wrong.message, AllOf(HasSubstr("nowhere.example"), HasSubstr("IP address")));
  EXPECT_EQ(with([](auto& o) { o.address = "192.0.2.1"; }).kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace cairn::http
