#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "adapters/extractive/extractive_generator.h"
#include "adapters/in_process/in_process_change_feed.h"
#include "api/routes/answers.h"
#include "api/routes/application.h"
#include "api/routes/cluster.h"
#include "api/routes/collections.h"
#include "api/routes/documents.h"
#include "api/routes/events.h"
#include "api/routes/open_api.h"
#include "api/routes/operation.h"
#include "api/routes/search.h"
#include "api/routes/services.h"
#include "api/routes/tasks.h"
#include "api/routes/uploads.h"
#include "app/event_hub.h"
#include "app/test_store.h"

namespace cairn::testing {

/// What a client sees of a reply.
struct SeenReply {
  int status = 0;
  std::string content_type, body;
  http::Headers headers;
  std::vector<http::Event> events;

  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string header(std::string_view name) const { return std::string(headers.get(name)); }
  std::string detail() const { return json().at("detail"); }
};

/// Lets in whom it is told to.
class ScriptedGate final : public routes::Gate {
 public:
  Result<Principal> enter(const http::Request&, const routes::Route&) override {
    if (refusal) return fail(*refusal);
    return principal;
  }
  Result<void> enter_open(const http::Request&, const routes::Route&) override {
    return open_refusal ? Result<void>(fail(*open_refusal)) : Result<void>();
  }
  void ended(const http::Request&, int status) override { last_status = status; }

  Principal principal;
  std::optional<Error> refusal, open_refusal;
  std::atomic<int> last_status = 0;
};

/// Plays the transport: hands a request to an application as a server would, and collects what comes back.
class ApiClient {
 public:
  explicit ApiClient(http::Application& application) : application_(application) {}

  using HeaderList = std::vector<std::pair<std::string, std::string>>;

  /// Sends the body in pieces of `piece` bytes where it is streamed.
  SeenReply send(std::string method, std::string target, std::string body = {}, HeaderList headers = {},
                 std::size_t piece = 1 << 16) {
    http::Request request = request_for(std::move(method), std::move(target));
    for (auto& [name, value] : headers) request.headers.add(name, value);
    if (!body.empty() && !request.headers.has("Content-Type")) request.headers.add("Content-Type", "application/json");
    if (!body.empty()) request.headers.add("Content-Length", std::to_string(body.size()));
    http::Response response = answer(request, std::move(body), piece);
    return seen(request, std::move(response));
  }

  SeenReply get(std::string target, HeaderList headers = {}) {
    return send("GET", std::move(target), {}, std::move(headers));
  }
  SeenReply post(std::string target, const nlohmann::json& body) {
    return send("POST", std::move(target), body.dump());
  }

  /// The client goes in the middle of its stream, which finds out at once.
  void leave() {
    leaves_at_once = true;
    for (const auto& callback : gone_) callback();
  }

  std::function<void(const http::Event&)> on_event;  ///< As each event of a stream comes.
  bool leaves_at_once = false;                       ///< Streams find that the client has gone.

 private:
  class Stream;

  static std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '%') {
        result.push_back(static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
        i += 2;
      } else {
        result.push_back(text[i] == '+' ? ' ' : text[i]);
      }
    return result;
  }

  static http::Request request_for(std::string method, std::string target) {
    http::Request request;
    request.method = std::move(method);
    request.id = "request-1";
    request.peer = "127.0.0.1";
    request.peer_is_loopback = true;
    std::string_view query = target;
    request.path = decoded(query.substr(0, query.find('?')));
    query.remove_prefix(std::min(query.find('?'), query.size()));
    while (!query.empty()) {
      query.remove_prefix(1);
      const std::string_view pair = query.substr(0, query.find('&'));
      const std::size_t equals = std::min(pair.find('='), pair.size());
      request.query.emplace_back(decoded(pair.substr(0, equals)),
                                 decoded(pair.substr(std::min(equals + 1, pair.size()))));
      query.remove_prefix(pair.size());
    }
    request.target = std::move(target);
    return request;
  }

  http::Response answer(http::Request& request, std::string body, std::size_t piece) {
    http::Plan plan = application_.begin(request);
    if (plan.reply) return std::move(*plan.reply);
    if (body.size() > plan.max_body_bytes)
      return application_.refusal(request, 413, {ErrorKind::invalid, "the body is too large"});
    if (!plan.sink) {
      request.body = std::move(body);
      return plan.handle(request);
    }
    for (std::size_t at = 0; at < body.size(); at += piece)
      if (auto taken = plan.sink->take(std::string_view(body).substr(at, piece)); !taken)
        return application_.refusal(request, 0, taken.error());
    return plan.sink->finish(request);
  }

  SeenReply seen(http::Request& request, http::Response response);

  http::Application& application_;
  std::vector<std::function<void()>> gone_;  // Whoever wants to know when the client goes.
};

class ApiClient::Stream final : public http::EventStream {
 public:
  Stream(ApiClient& client, SeenReply& reply) : client_(client), reply_(&reply) {}
  bool send(const http::Event& event) override {
    const std::lock_guard lock(mutex_);
    if (reply_ == nullptr || client_.leaves_at_once) return false;
    if (client_.on_event) client_.on_event(event);
    reply_->events.push_back(event);
    return true;
  }

  /// The client has seen enough; others may still send.
  void leave() {
    const std::lock_guard lock(mutex_);
    reply_ = nullptr;
  }

  void close() override {}
  void on_gone(std::function<void()> callback) override {
    if (client_.leaves_at_once) callback();
    client_.gone_.push_back(std::move(callback));
  }

 private:
  ApiClient& client_;
  std::mutex mutex_;
  SeenReply* reply_;  // Guarded by mutex_.
};

inline SeenReply ApiClient::seen(http::Request& request, http::Response response) {
  if (auto* later = std::get_if<http::Later>(&response.body)) {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<http::Response> late;
    (*later)([&](http::Response given) {
      const std::lock_guard lock(mutex);
      late = std::move(given);
      arrived.notify_all();
    });
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return late.has_value(); });
    return seen(request, std::move(*late));
  }
  SeenReply reply;
  reply.status = response.status;
  reply.content_type = response.content_type;
  reply.headers = response.headers;
  if (auto* text = std::get_if<std::string>(&response.body)) reply.body = std::move(*text);
  if (auto* file = std::get_if<http::FileBody>(&response.body)) {
    char buffer[1000];
    while (const std::size_t count = must(file->source->read(buffer))) reply.body.append(buffer, count);
  }
  if (auto* start = std::get_if<http::StreamStart>(&response.body)) {
    const auto stream = std::make_shared<Stream>(*this, reply);
    (*start)(stream);
    stream->leave();
  }
  application_.ended(request, reply.status, 0, reply.body.size());
  return reply;
}

/// A store with every route of documents, searches and answers in front of it.
class ApiTest : public ::testing::Test {
 protected:
  ApiTest() : ApiTest({}) {}
  explicit ApiTest(routes::ApplicationOptions options) {
    must(hub.start());
    routes::add_collections(table, services);
    routes::add_uploads(table, services);
    routes::add_documents(table, services);
    routes::add_search(table, services);
    routes::add_answers(table, services);
    routes::add_tasks(table, services);
    routes::add_events(table, services);
    routes::add_open_api(table, "1.2.3");
    routes::add_health(table, routes::store_checks(services));
    routes::add_metrics(table, [] { return std::string("up 1\n"); });
    routes::add_cluster(table, {.self = NodeId("node-1"), .version = "1.2.3", .shared = true, .look = [this] {
                                  return Result<std::vector<Node>>(nodes);
                                }});
    application = std::make_unique<routes::Application>(table, gate, std::move(options));
    client = std::make_unique<ApiClient>(*application);
  }

  /// Sends documents as JSON and indexes them.
  nlohmann::json add(const nlohmann::json& documents) {
    const SeenReply reply = client->post("/v1/collections/papers/documents", {{"documents", documents}});
    EXPECT_EQ(reply.status, 202) << reply.body;
    store.work();
    return reply.json().at("documents");
  }

  TestStore store;
  InProcessChangeFeed feed;
  ExtractiveGenerator generator;
  Searcher searcher{*store.catalog, *store.blobs, store.embedders, store.clock, SearchTuning{}};
  AnswerQuestion answers{searcher, store.embedders, {&generator}, store.clock};
  EventHub hub{*store.catalog, feed, store.clock, {.write = routes::event_of, .poll = std::chrono::milliseconds(5)}};
  routes::Services services{
      *store.catalog, *store.blobs, store.embedders, store.clock, searcher,
      answers,        hub,          {"extractive"},  "1.2.3",     {.max_wait = std::chrono::milliseconds(20'000)}};
  std::vector<Node> nodes;
  ScriptedGate gate;
  routes::RouteTable table;
  std::unique_ptr<routes::Application> application;
  std::unique_ptr<ApiClient> client;
};

}  // namespace cairn::testing
