#include <atomic>
#include <thread>

#include "adapters/llama/llama_language_model.h"
#include "adapters/openai/openai_language_model.h"
#include "adapters_llama/small_model.h"
#include "adapters_openai/chat_server.h"
#include "api/api_client.h"
#include "api/routes/answer_tasks.h"
#include "api/routes/answers.h"
#include "api/routes/tasks.h"
#include "app/grounded_generator.h"

// Whoever waits for an answer goes, or cancels it as a task: the model's own work ends, whether it runs in this process
// or behind an endpoint.
namespace cairn {
namespace {

using testing::ApiClient;
using testing::ApiTest;
using testing::must;

/// Passes everything on to a model, and keeps how its last reply came out.
class WatchedModel final : public LanguageModel {
 public:
  std::unique_ptr<LanguageModel> model;
  std::function<void(const CancelToken&)> on_first_piece;  ///< May be empty.
  std::optional<ErrorKind> failed;

  const std::string& name() const override { return model->name(); }
  std::uint32_t context_tokens() const override { return model->context_tokens(); }
  std::size_t count_tokens(std::string_view text) const override { return model->count_tokens(text); }
  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    bool begun = false;
    auto reply = model->chat(request, [&](std::string_view piece) {
      if (!std::exchange(begun, true) && on_first_piece) on_first_piece(request.cancel);
      if (on_text) on_text(piece);
    });
    if (!reply) failed = reply.error().kind;
    return reply;
  }
};

enum class Where { in_process, at_an_endpoint };

class CancelGeneration : public ApiTest, public ::testing::WithParamInterface<Where> {
 protected:
  CancelGeneration() {
    add({{{"external_id", "leave.md"}, {"text", "Employees have 25 days of annual leave."}}});
    routes::add_answers(own_table, own_services);
    routes::add_tasks(own_table, own_services);
    own_application = std::make_unique<routes::Application>(own_table, gate, routes::ApplicationOptions{});
  }

  void SetUp() override {
    if (GetParam() == Where::in_process && !has_llama()) GTEST_SKIP() << "this build has no llama.cpp";
    watched.model = GetParam() == Where::in_process ? small_model() : endpoint();
  }

  static std::unique_ptr<LanguageModel> small_model() {
    LlamaLanguageModelOptions options;
    options.name = "model";
    options.path = testing::small_model_path();
    options.kernels = testing::kernels_path();
    options.context_tokens = 1024;
    options.threads = 1;
    return must(open_llama_language_model(std::move(options)));
  }

  /// Says two words and then nothing more until its client goes.
  std::unique_ptr<LanguageModel> endpoint() {
    server.emplace([this](const testing::Exchange& exchange) {
      exchange.begin_stream();
      for (const char* word : {"Employees", " have"}) exchange.text(word);
      exchange.wait_for_client_to_go();
      left = true;
    });
    OpenAiLanguageModelOptions options;
    options.name = "model";
    options.base_url = server->url();
    options.model = "m";
    options.allow_private = true;
    return must(open_openai_language_model(std::move(options), system_clock));
  }

  void expect_stopped() {
    EXPECT_EQ(watched.failed, ErrorKind::cancelled);
    if (GetParam() == Where::at_an_endpoint)
      while (!left) std::this_thread::yield();  // Its connection was closed.
  }

  static constexpr const char* question = "How many days of annual leave do employees have?";
  SystemClock system_clock;
  std::atomic<bool> left{false};
  std::optional<testing::ChatServer> server;
  WatchedModel watched;
  GroundedGenerator writer{watched, {.least_evidence = 0}};
  AnswerQuestion own_answers{searcher, store.embedders, {&writer}, store.clock};
  routes::Services own_services{*store.catalog, *store.blobs, store.embedders, store.clock, searcher,
                                own_answers,    hub,          {"model"},       "1.2.3"};
  routes::RouteTable own_table;
  std::unique_ptr<routes::Application> own_application;
};

TEST_P(CancelGeneration, AClientThatLeavesItsStreamStopsTheModel) {
  ApiClient leaving(*own_application);
  // Not at the first `token` event: the model may have ended by then, for some of its text is held back.
  watched.on_first_piece = [&](const CancelToken&) { leaving.leave(); };
  leaving.post("/v1/answers", {{"question", question}, {"stream", true}});
  expect_stopped();
}

TEST_P(CancelGeneration, ATaskThatIsCancelledStopsTheModel) {
  store.options.heartbeat = std::chrono::milliseconds(2);
  const nlohmann::json task{{"type", "answer"}, {"payload", {{"question", question}}}};
  const TaskId id(ApiClient(*own_application).post("/v1/tasks", task).json().at("id").get<std::string>());
  watched.on_first_piece = [&](const CancelToken& cancel) {
    must(store.catalog->cancel_task(id));
    while (!cancel.cancelled()) std::this_thread::yield();  // The heartbeat must reach it.
  };
  const TaskHandlers handlers = routes::answer_handlers(own_services);
  WorkerPorts ports = store.ports();
  ports.handlers = &handlers;
  must(run_tasks(ports, store.options, {}, store.stop));
  expect_stopped();
  const Task ended = must(store.catalog->task(id));
  EXPECT_EQ(ended.status, TaskStatus::cancelled);
  EXPECT_TRUE(ended.result.is_null());
}

INSTANTIATE_TEST_SUITE_P(Models, CancelGeneration, ::testing::Values(Where::in_process, Where::at_an_endpoint),
                         [](const auto& where) {
                           return where.param == Where::in_process ? "in_process" : "at_an_endpoint";
                         });

}  // namespace
}  // namespace cairn
