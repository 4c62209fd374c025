#include "main/serve.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <sstream>

#include "adapters/http_client/curl_http_exchange.h"
#include "adapters/sodium/sodium_crypto.h"
#include "api/http/server.h"
#include "api/routes/access.h"
#include "api/routes/access_gate.h"
#include "api/routes/answer_tasks.h"
#include "api/routes/answers.h"
#include "api/routes/application.h"
#include "api/routes/chat_completions.h"
#include "api/routes/cluster.h"
#include "api/routes/collections.h"
#include "api/routes/documents.h"
#include "api/routes/embeddings.h"
#include "api/routes/events.h"
#include "api/routes/mcp.h"
#include "api/routes/models.h"
#include "api/routes/open_api.h"
#include "api/routes/operation.h"
#include "api/routes/pages.h"
#include "api/routes/peers.h"
#include "api/routes/search.h"
#include "api/routes/tasks.h"
#include "api/routes/uploads.h"
#include "api/telemetry/node_metrics.h"
#include "api/telemetry/scaling_metrics.h"
#include "api/telemetry/server_metrics.h"
#include "api/telemetry/store_metrics.h"
#include "app/access_control.h"
#include "app/setup_token.h"
#include "app/share_search.h"
#include "main/host_name.h"
#include "main/node_scaler.h"
#include "main/open_adapters.h"
#include "main/open_scaling.h"
#include "main/open_store.h"
#include "main/served_node.h"
#include "main/server_telemetry.h"
#include "main/stop_signal.h"
#include "main/task_worker.h"
#include "main/web_files.h"

namespace cairn {
namespace {

constexpr std::uint32_t open_requests_per_minute = 600;  // From one address, to routes that need no key.
constexpr std::chrono::hours setup_lifetime{1};

std::string url_of(const std::string& host, std::uint16_t port, bool secure) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return std::string(secure ? "https://" : "http://") + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

struct Listen {
  std::string address;
  std::uint16_t port = 0;

  bool is_loopback() const { return address.starts_with("127.") || address == "::1" || address == "localhost"; }
  std::string url(std::uint16_t actual_port, bool secure) const { return url_of(address, actual_port, secure); }

  /// Who listens everywhere is reached by the name of its host.
  std::string reachable_url(std::uint16_t actual_port, bool secure) const {
    const bool is_anywhere = address == "0.0.0.0" || address == "::";
    return url_of(is_anywhere ? host_name() : address, actual_port, secure);
  }
};

/// "127.0.0.1:8080", "[::1]:8080"
Result<Listen> parse_listen(const std::string& text) {
  const auto bad = [&] {
    return fail(ErrorKind::invalid, "'" + text + "' is no address to listen on: write it like 127.0.0.1:8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return bad();
  const std::string digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return bad();
  const int port = std::stoi(digits);
  if (port > 65'535) return bad();
  std::string address = text.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  return Listen{std::move(address), static_cast<std::uint16_t>(port)};
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

http::ServerOptions server_options(const Configuration& configuration, const Listen& listen) {
  const auto number = [&](const char* name) { return configuration.integer(std::string("server.") + name); };
  http::ServerOptions options;
  options.address = listen.address;
  options.port = listen.port;
  options.worker_threads = static_cast<std::size_t>(number("threads"));
  options.max_connections = static_cast<std::size_t>(number("max_connections"));
  options.header_timeout = std::chrono::seconds(number("header_timeout_seconds"));
  options.body_timeout = std::chrono::seconds(number("body_timeout_seconds"));
  options.certificate = configuration.path("server.certificate");
  options.private_key = configuration.path("server.private_key");
  return options;
}

routes::UploadLimits upload_limits(const Configuration& configuration) {
  routes::UploadLimits limits;
  limits.max_request_bytes = static_cast<std::uint64_t>(configuration.integer("server.max_upload_mb")) * 1'000'000;
  limits.max_json_bytes = static_cast<std::uint64_t>(configuration.integer("server.max_body_mb")) * 1'000'000;
  limits.max_wait = std::chrono::seconds(configuration.integer("server.wait_seconds"));
  return limits;
}

Result<AccessOptions> access_options(const Configuration& configuration) {
  AccessOptions options;
  const std::string& algorithm = configuration.text("access.token_algorithm");
  if (algorithm != "eddsa" && algorithm != "hs256")
    return fail(ErrorKind::invalid, "access.token_algorithm is '" + algorithm + "': it must be eddsa or hs256");
  if (algorithm == "hs256") options.tokens.algorithm = TokenAlgorithm::hs256;
  options.tokens.hs256_secret = configuration.text("access.token_secret");
  return options;
}

Result<ShareOptions> share_options(const Configuration& configuration) {
  constexpr std::size_t shortest_secret = 16;
  const auto number = [&](const char* name) { return configuration.integer(std::string("cluster.") + name); };
  ShareOptions options;
  options.secret = configuration.text("cluster.secret");
  options.replicas = static_cast<std::size_t>(std::max<std::int64_t>(1, number("replicas")));
  options.least_chunks = static_cast<std::uint64_t>(std::max<std::int64_t>(0, number("share_chunks")));
  options.patience = std::chrono::milliseconds(std::max<std::int64_t>(1, number("patience_ms")));
  if (!options.secret.empty() && options.secret.size() < shortest_secret)
    return fail(ErrorKind::invalid, "cluster.secret is too short: at least 16 bytes, the same on all nodes");
  return options;
}

std::vector<std::string> names_of(const std::vector<Generator*>& generators) {
  std::vector<std::string> names;
  for (const Generator* generator : generators) names.push_back(generator->name());
  return names;
}

/// Searches come first: who waits for an answer notices a millisecond, who waits for a file does not.
void lower_priority() { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5); }

/// Threads keep what they free instead of giving it back to the system after each reply, which stops all others for a
/// moment (a tenth of the throughput of lexical searches, for 2 MB).
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

WorkerOptions worker_options(const ServableStore& store) {
  WorkerOptions options;
  options.node = store.node();
  options.on_thread = lower_priority;
  options.batch_tasks = 128;  // Few are claimed ahead, so that an urgent task does not wait behind them.
  options.threads = store.threads();
  options.only_worker = true;
  return options;
}

/// Everything that a server consists of, in the order in which it depends on each other; taken down from the end.
class ServedStore {
 public:
  ServedStore(const Configuration& configuration, std::string version)
      : configuration_(configuration), version_(std::move(version)) {}

  Result<void> open(const std::filesystem::path& folder, const Listen& listen,
                    const std::optional<std::filesystem::path>& config) {
    folder_ = folder;
    CAIRN_TRY(telemetry_, ServerTelemetry::make(configuration_, clock_, version_));
    CAIRN_TRY(store_, open_configured_store(configuration_, folder, cli::Access::write, &telemetry_->log()));
    node_ = std::make_unique<ServedNode>(*store_, clock_, telemetry_->log(), version_, [this] {
      const http::Server* server = running_server_;
      const auto load = server == nullptr ? http::Server::Load{} : server->load();
      return load.requests + load.queued;
    });
    CAIRN_TRY(crypto_, open_sodium_crypto({}));
    CAIRN_CHECK(prepare_scaling(listen, config));
    CAIRN_CHECK(node_->join());
    CAIRN_TRY(access_store_, open_access_store(configuration_, folder, clock_));
    CAIRN_TRY(AccessOptions access, access_options(configuration_));
    CAIRN_TRY(access_, AccessControl::open(*access_store_, store_->catalog(), *crypto_, clock_, std::move(access)));
    CAIRN_CHECK(access_->journal.start());
    CAIRN_TRY(share_options_, share_options(configuration_));
    hub_ = std::make_unique<EventHub>(store_->catalog(), store_->feed(), clock_,
                                      EventHubOptions{.write = routes::event_of});
    return hub_->start();
  }

  Result<void> listen(const Listen& listen) {
    add_routes();
    routes::ApplicationOptions options;
    options.allowed_origins = words_of(configuration_.text("server.cors_origins"));
    options.on_begun = [this](http::Request& request) { telemetry_->requests().begun(request); };
    options.on_ended = [this](const http::Request& request, int status, std::uint64_t in, std::uint64_t out) {
      telemetry_->requests().ended(request, status, in, out);
      if (request.route == "/v1/search" && status == 200)
        node_->figures().searched(clock_.monotonic() - request.received);
    };
    CAIRN_TRY(auto web_files, embedded_web_files());
    options.pages = routes::web_pages(std::make_shared<const http::StaticFiles>(std::move(web_files)));
    gate_ = std::make_unique<routes::AccessGate>(*access_, open_requests_per_minute);
    application_ = std::make_unique<routes::Application>(table_, *gate_, std::move(options));
    CAIRN_TRY(server_, http::Server::start(server_options(configuration_, listen), *application_, clock_));
    running_server_ = server_.get();
    telemetry::add_server_metrics(telemetry_->metrics(), [this] { return server_->load(); });
    WorkerEvents events;
    events.traces = &telemetry_->traces();
    worker_ = std::make_unique<TaskWorker>(WorkerPorts{store_->catalog(), store_->blobs(), store_->extractor(),
                                                       store_->embedders(), clock_, &handlers_, &store_->feed()},
                                           worker_options(*store_), std::move(events), telemetry_->log());
    running_worker_ = worker_.get();
    return {};
  }

  /// Where the server is, and how to get in where nobody can yet.
  Result<void> announce(const Listen& listen, const std::function<void(const std::string&)>& announce) {
    const bool secure = !configuration_.path("server.certificate").empty();
    const std::string url = listen.url(server_->port(), secure);
    const std::string& advertised = configuration_.text("cluster.address");
    CAIRN_CHECK(node_->serve_at(advertised.empty() ? listen.reachable_url(server_->port(), secure) : advertised));
    telemetry_->log().info("serving", {{"address", url}});
    if (!listen.is_loopback()) {
      CAIRN_TRY(const std::optional<std::string> token,
                make_setup_token(*access_store_, *crypto_, clock_, setup_lifetime));
      if (token)
        announce("Nobody can sign in yet. Within an hour, once, this link makes you the administrator:\n  " + url +
                 "/#setup=" + *token);
    }
    if (provider_)
      scaler_ = std::make_unique<NodeScaler>(*store_->scaling(), std::move(provider_), scaling_settings_,
                                             node_->membership(), telemetry_->log());
    announce("Cairn is ready: " + url);
    return {};
  }

  void stop() {
    telemetry_->log().info("stopping");
    scaler_.reset();  // The nodes that it started end first; this one answers meanwhile.
    node_->drain(std::chrono::seconds(configuration_.integer("cluster.notice_seconds")));
    server_->stop(std::chrono::seconds(configuration_.integer("server.drain_seconds")));
    worker_.reset();
    node_->leave();
  }

 private:
  void add_routes() {
    searcher_ =
        std::make_unique<Searcher>(store_->catalog(), store_->blobs(), store_->embedders(), clock_, SearchTuning{});
    search_together();
    answers_ = std::make_unique<AnswerQuestion>(*searcher_, store_->embedders(), store_->generators(), clock_,
                                                store_->answer_policy());
    const routes::Services services{
        .catalog = store_->catalog(),
        .blobs = store_->blobs(),
        .embedders = store_->embedders(),
        .clock = clock_,
        .searcher = *searcher_,
        .answers = *answers_,
        .events = *hub_,
        .generators = names_of(store_->generators()),
        .version = version_,
        .uploads = upload_limits(configuration_),
        .quotas = &access_->quotas,
        .current = [this](const Principal& then) { return access_->authenticator->current(then); },
        .admit = [this](const Principal& caller) { return access_->limiter.admit(caller); },
        .worker_trouble =
            [this] {
              const TaskWorker* worker = running_worker_;
              return worker == nullptr ? std::string() : worker->trouble();
            }};
    services_ = std::make_unique<routes::Services>(services);
    for (const auto add :
         {routes::add_collections, routes::add_documents, routes::add_uploads, routes::add_search, routes::add_answers})
      add(table_, *services_);
    routes::add_models(table_, *services_);
    routes::add_chat_completions(table_, *services_);
    routes::add_embeddings(table_, *services_);
    routes::add_mcp(table_, *services_, {.allowed_origins = words_of(configuration_.text("server.cors_origins"))});
    routes::add_tasks(table_, *services_);
    routes::add_events(table_, *services_);
    handlers_ = routes::answer_handlers(*services_);
    routes::add_access(table_, *access_);
    routes::add_cluster(table_, node_->source());
    auto checks = routes::store_checks(*services_);
    checks.push_back(node_->readiness());
    routes::add_health(table_, std::move(checks));
    routes::add_metrics(table_, [this] { return telemetry_->metrics().to_prometheus(); });
    routes::add_open_api(table_, version_);
    telemetry::add_store_metrics(telemetry_->metrics(), store_->catalog());
    telemetry::add_node_metrics(telemetry_->metrics(), [this] { return node_->membership().nodes(); });
    if (const ScalingStore* scaling = store_->scaling())
      telemetry::add_scaling_metrics(telemetry_->metrics(), *scaling);
  }

  /// Finds out what starts and stops other nodes, before others hear of this one.
  Result<void> prepare_scaling(const Listen& listen, const std::optional<std::filesystem::path>& config) {
    CAIRN_TRY(scaling_settings_, scaling_settings(configuration_));
    CAIRN_TRY(provider_, open_node_provider(configuration_,
                                            {.node = store_->node(),
                                             .folder = folder_,
                                             .host = listen.address,
                                             .config = config,
                                             .is_shared = store_->is_shared()},
                                            *crypto_, clock_));
    return {};
  }

  /// Nodes that share a store and a secret search together.
  void search_together() {
    if (!store_->is_shared() || share_options_.secret.empty()) return;
    shared_ = std::make_unique<ShareSearch>(node_->membership(), clock_, make_curl_http_exchange, share_options_);
    searcher_->search_parts_with([this](const CollectionSnapshot& snapshot, const PartQuery& query, Trace* trace) {
      return shared_->search(snapshot, query, trace);
    });
    routes::add_peers(table_, *searcher_, share_options_.secret);
  }

  const Configuration& configuration_;
  const std::string version_;
  std::filesystem::path folder_;
  SystemClock clock_;
  std::unique_ptr<ServerTelemetry> telemetry_;
  std::unique_ptr<ServableStore> store_;
  std::unique_ptr<ServedNode> node_;
  std::unique_ptr<AccessStore> access_store_;
  std::unique_ptr<Crypto> crypto_;
  std::unique_ptr<AccessControl> access_;
  std::unique_ptr<EventHub> hub_;
  ShareOptions share_options_;
  std::unique_ptr<ShareSearch> shared_;  ///< Null: this node searches alone.
  std::unique_ptr<Searcher> searcher_;
  std::unique_ptr<AnswerQuestion> answers_;
  std::unique_ptr<routes::Services> services_;
  routes::RouteTable table_;
  std::unique_ptr<routes::AccessGate> gate_;
  std::unique_ptr<routes::Application> application_;
  TaskHandlers handlers_;
  std::unique_ptr<http::Server> server_;
  std::atomic<const http::Server*> running_server_{nullptr};  ///< Requests come before it is there.
  std::unique_ptr<TaskWorker> worker_;
  std::atomic<const TaskWorker*> running_worker_{nullptr};  ///< Requests come before it starts.
  ScalingSettings scaling_settings_;
  std::unique_ptr<NodeProvider> provider_;  ///< Until it is the scaler's.
  std::unique_ptr<NodeScaler> scaler_;      ///< Null: nodes are started and stopped by whoever runs them.
};

}  // namespace

Result<void> serve(const Configuration& configuration, const std::filesystem::path& folder,
                   const cli::ServeRequest& request, const std::string& version,
                   const std::function<void(const std::string&)>& announce) {
  CAIRN_TRY(const Listen listen, parse_listen(request.listen.value_or(configuration.text("server.listen"))));
  keep_freed_memory();
  StopSignal stop_signal;
  ServedStore served(configuration, version);
  CAIRN_CHECK(served.open(folder, listen, request.config));
  CAIRN_CHECK(served.listen(listen));
  CAIRN_CHECK(served.announce(listen, announce));
  stop_signal.wait();
  served.stop();
  return {};
}

}  // namespace cairn
