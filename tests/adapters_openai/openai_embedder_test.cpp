#include "adapters/openai/openai_embedder.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "adapters/openai/web_address.h"
#include "contract/expect_result.h"

namespace cairn {
namespace {

/// Answers each request on loopback with what `respond` says; one connection at a time.
class LoopbackServer {
 public:
  using Respond = std::function<std::string(const std::string& request)>;

  explicit LoopbackServer(Respond respond) : respond_(std::move(respond)), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 8) != 0) std::abort();
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/v1", port_); }
  int requests() const { return requests_; }

  static std::string reply(int status, const std::string& body, const std::string& headers = "") {
    return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status, body.size(),
                       headers, body);
  }

 private:
  void serve() {
    for (;;) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      const std::string request = read_request(client);
      ++requests_;
      const std::string answer = respond_(request);
      send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(client);
    }
  }

  static std::string read_request(int client) {
    std::string text;
    char buffer[4096];
    for (;;) {
      const std::size_t end = text.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t at = text.find("Content-Length: ");
        if (text.size() >= end + 4 + std::stoul(text.substr(at + 16))) return text;
      }
      const ssize_t n = recv(client, buffer, sizeof(buffer), 0);
      if (n <= 0) return text;
      text.append(buffer, static_cast<std::size_t>(n));
    }
  }

  Respond respond_;
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

std::string vectors(std::size_t count, const std::string& values) {
  nlohmann::json data = nlohmann::json::array();
  for (std::size_t i = count; i-- > 0;) data.push_back({{"index", i}, {"embedding", nlohmann::json::parse(values)}});
  return nlohmann::json{{"data", data}}.dump();
}

std::unique_ptr<Embedder> embedder(const LoopbackServer& server, bool allow_private = true) {
  OpenAiEmbedderOptions options;
  options.base_url = server.url();
  options.model = "m";
  options.dimensions = 2;
  options.query_prefix = "query: ";
  options.api_key = "secret";
  options.allow_private = allow_private;
  options.batch = 2;
  options.first_pause = std::chrono::milliseconds(1);
  return std::move(*open_openai_embedder(options));
}

Result<std::vector<float>> embed(const Embedder& embedder, std::vector<std::string_view> texts) {
  return embedder.embed_passages(texts, CancelToken());
}

TEST(OpenAiEmbedder, SendsBatchesWithTheKeyAndNormalisesTheVectors) {
  std::mutex mutex;
  std::string first;
  const LoopbackServer server([&](const std::string& request) {
    const std::scoped_lock lock(mutex);
    if (first.empty()) first = request;
    const bool two = request.find("\"b\"") != std::string::npos;
    return LoopbackServer::reply(200, vectors(two ? 2 : 1, "[3, 4]"));
  });
  const auto vectors = embed(*embedder(server), {"a", "b", "c"});
  ASSERT_TRUE(vectors) << vectors.error().message;
  ASSERT_EQ(vectors->size(), 6u);
  EXPECT_FLOAT_EQ((*vectors)[0], 0.6f);
  EXPECT_FLOAT_EQ((*vectors)[5], 0.8f);
  EXPECT_NE(first.find("POST /v1/embeddings"), std::string::npos);
  EXPECT_NE(first.find("Authorization: Bearer secret"), std::string::npos);
  EXPECT_EQ(server.requests(), 2);
}

TEST(OpenAiEmbedder, PutsThePrefixBeforeQueriesOnly) {
  const LoopbackServer server([](const std::string& request) {
    const bool has_prefix = request.find("query: who") != std::string::npos;
    return LoopbackServer::reply(has_prefix ? 200 : 400, vectors(1, "[1, 0]"));
  });
  EXPECT_TRUE(embedder(server)->embed_query("who"));
  EXPECT_FALSE(embed(*embedder(server), {"who"}));
}

TEST(OpenAiEmbedder, TriesAgainWhenTheEndpointIsBusy) {
  std::atomic<int> calls = 0;
  const LoopbackServer server([&](const std::string&) {
    return ++calls < 3 ? LoopbackServer::reply(429, "{}", "Retry-After: 0\r\n")
                       : LoopbackServer::reply(200, vectors(1, "[0, 1]"));
  });
  EXPECT_TRUE(embed(*embedder(server), {"a"}));
  EXPECT_EQ(calls, 3);
}

TEST(OpenAiEmbedder, GivesUpWithTheEndpointsOwnWords) {
  const LoopbackServer busy(
      [](const std::string&) { return LoopbackServer::reply(503, R"({"error":{"message":"loading"}})"); });
  const auto unavailable = embed(*embedder(busy), {"a"});
  ASSERT_FALSE(unavailable);
  EXPECT_EQ(unavailable.error().kind, ErrorKind::unavailable);
  EXPECT_NE(unavailable.error().message.find("loading"), std::string::npos);

  const LoopbackServer refusing(
      [](const std::string&) { return LoopbackServer::reply(401, R"({"error":{"message":"bad key"}})"); });
  const auto refused = embed(*embedder(refusing), {"a"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable) << "the key can be put right";
  EXPECT_EQ(refusing.requests(), 1);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

TEST(OpenAiEmbedder, WhatItRefusesForItsTextsIsInvalid) {
  for (const int status : {400, 413, 422}) {
    const LoopbackServer server(
        [&](const std::string&) { return LoopbackServer::reply(status, R"({"error":{"message":"too long"}})"); });
    EXPECT_TRUE(testing::fails_with(ErrorKind::invalid, embed(*embedder(server), {"a"}))) << status;
    EXPECT_EQ(server.requests(), 1);
  }
}

TEST(OpenAiEmbedder, AsksOnceForAQuery) {
  const LoopbackServer busy(
      [](const std::string&) { return LoopbackServer::reply(503, "{}", "Retry-After: 3600\r\n"); });
  EXPECT_TRUE(testing::fails_with(ErrorKind::unavailable, embedder(busy)->embed_query("who")));
  EXPECT_EQ(busy.requests(), 1);
}

TEST(OpenAiEmbedder, RefusesRepliesThatWouldSpoilTheIndex) {
  for (const std::string& body :
       {std::string("not json"), std::string("{}"), vectors(2, "[1, 0]"), vectors(1, "[1, 0, 0]"), vectors(1, "[0, 0]"),
        vectors(1, R"([1, "x"])"), std::string(R"({"data":[{"index":7,"embedding":[1,0]}]})"),
        std::string(R"({"data":[{"index":null,"embedding":[1,0]}]})"),
        std::string(R"({"data":[{"index":"0","embedding":[1,0]}]})")}) {
    const LoopbackServer server([&](const std::string&) { return LoopbackServer::reply(200, body); });
    const auto vectors = embed(*embedder(server), {"a"});
    ASSERT_FALSE(vectors) << body;
    EXPECT_EQ(vectors.error().kind, ErrorKind::invalid) << body;
  }
}

TEST(OpenAiEmbedder, PrivateAddressesNeedTheOwnersConsent) {
  const LoopbackServer server([](const std::string&) { return LoopbackServer::reply(200, vectors(1, "[1, 0]")); });
  const auto vectors = embed(*embedder(server, false), {"a"});
  ASSERT_FALSE(vectors);
  EXPECT_NE(vectors.error().message.find("allow_private"), std::string::npos);
  EXPECT_EQ(server.requests(), 0);
}

TEST(OpenAiEmbedder, CancellingStopsTheRetries) {
  const CancelToken cancel;
  const LoopbackServer server([&](const std::string&) {
    cancel.cancel();
    return LoopbackServer::reply(429, "{}", "Retry-After: 3600\r\n");
  });
  const std::string_view text = "a";
  const auto vectors = embedder(server)->embed_passages(std::span(&text, 1), cancel);
  ASSERT_FALSE(vectors);
  EXPECT_EQ(vectors.error().kind, ErrorKind::cancelled);
}

TEST(OpenAiEmbedder, NobodyListeningIsUnavailable) {
  OpenAiEmbedderOptions options;
  {
    options.base_url = LoopbackServer([](const std::string&) { return std::string(); }).url();
  }
  options.model = "m";
  options.dimensions = 2;
  options.allow_private = true;
  options.attempts = 1;
  const auto vectors = embed(**open_openai_embedder(options), {"a"});
  ASSERT_FALSE(vectors);
  EXPECT_EQ(vectors.error().kind, ErrorKind::unavailable);
}

TEST(PrivateAddresses, AreRecognisedInEveryForm) {
  for (const char* address :
       {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "ff02::1", "not an address"})
    EXPECT_TRUE(is_private_address(address)) << address;
  for (const char* address : {"8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"})
    EXPECT_FALSE(is_private_address(address)) << address;
}

}  // namespace
}  // namespace cairn
