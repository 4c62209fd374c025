#include "api/routes/tasks.h"

#include <gmock/gmock.h>

#include "api/api_client.h"
#include "api/routes/answer_tasks.h"
#include "app/task_requester.h"

namespace cairn {
namespace {

using testing::ApiTest;
using ::testing::HasSubstr;
using testing::must;
using ::testing::Not;
using testing::SeenReply;

/// Answers with all evidence that it is given: what an asker may see is then in its answer.
class QuotingGenerator final : public Generator {
 public:
  std::string name() const override { return "extractive"; }
  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>&) override {
    std::vector<GeneratedSentence> sentences;
    for (std::size_t i = 0; i < request.evidence.size(); ++i) sentences.push_back({request.evidence[i].text, {i}});
    return GeneratedAnswer{sentences, std::nullopt};
  }
};

class TasksTest : public ApiTest {
 protected:
  TasksTest() {
    add({{{"external_id", "open"}, {"text", "The pump is serviced every six months."}},
         {{"external_id", "secret"}, {"text", "The safe is opened by the code 4711."}, {"acl", {"group:vault"}}}});
  }

  static Principal user(const std::string& name, std::vector<std::string> groups = {}, Scopes scopes = {Scope::query}) {
    Principal principal;
    principal.name = name;
    principal.groups = std::move(groups);
    principal.is_owner = false;
    principal.scopes = scopes;
    principal.credential = CredentialKind::user;
    principal.credential_id = name;
    return principal;
  }

  SeenReply ask(const std::string& question) {
    return client->post("/v1/tasks", {{"type", "answer"}, {"payload", {{"question", question}}}});
  }

  /// Works off everything, questions too.
  void work() {
    const routes::Services quoting{*store.catalog,  *store.blobs, store.embedders, store.clock, searcher,
                                   quoting_answers, hub,          {"extractive"},  "1.2.3",     {},
                                   nullptr,         current};
    const TaskHandlers handlers = routes::answer_handlers(quoting);
    WorkerPorts ports = store.ports();
    ports.handlers = &handlers;
    must(run_tasks(ports, store.options, {}, store.stop));
  }

  nlohmann::json task(const std::string& id) { return client->get("/v1/tasks/" + id).json(); }

  std::function<Result<Principal>(const Principal&)> current;
  QuotingGenerator quotes;
  AnswerQuestion quoting_answers{searcher, store.embedders, {&quotes}, store.clock};

  std::string ingest_task_of(const std::string& external_id) {
    const auto page = must(store.catalog->tasks({.tenant = local_tenant, .status = {}, .type = "ingest", .limit = 10}));
    for (const Task& found : page.items)
      if (found.document == document_id(store.collection.id, external_id)) return found.id.value();
    return "";
  }
};

TEST_F(TasksTest, a_question_is_answered_in_the_background) {
  const SeenReply queued = ask("How often is the pump serviced?");
  ASSERT_EQ(queued.status, 202) << queued.body;
  const std::string id = queued.json()["id"];
  EXPECT_EQ(queued.json()["status"], "queued");
  EXPECT_EQ(queued.json()["waiting_reason"], "waits for a free worker");
  EXPECT_TRUE(queued.json()["deadline"].is_string());
  work();
  const nlohmann::json done = task(id);
  EXPECT_EQ(done["status"], "succeeded") << done;
  EXPECT_THAT(done["result"]["answer"].get<std::string>(), HasSubstr("six months"));
  ASSERT_FALSE(done["result"]["citations"].empty());
  EXPECT_EQ(done["waiting_reason"], nullptr);
  const nlohmann::json listed = client->get("/v1/tasks?type=answer").json();
  EXPECT_EQ(listed["items"][0]["result"], nullptr) << "lists stay small";
}

TEST_F(TasksTest, a_question_is_answered_by_what_its_asker_may_see) {
  gate.principal = user("ann", {"group:vault"});
  const std::string anns = ask("What is the code of the safe?").json()["id"];
  gate.principal = user("bob");
  const std::string bobs = ask("What is the code of the safe?").json()["id"];
  ASSERT_NE(anns, bobs);
  work();
  EXPECT_THAT(task(bobs)["result"].dump(), Not(HasSubstr("4711")));
  EXPECT_EQ(client->get("/v1/tasks/" + anns).status, 404);
  EXPECT_EQ(client->get("/v1/tasks?type=answer").json()["items"].size(), 1u);
  gate.principal = user("ann", {"group:vault"});
  EXPECT_THAT(task(anns)["result"].dump(), HasSubstr("4711"));
  gate.principal = user("ann");
  EXPECT_EQ(task(anns)["result"], nullptr) << "she has left the group: what it quotes is hidden from her now";
}

TEST_F(TasksTest, an_asker_who_may_no_longer_ask_gets_nothing) {
  gate.principal = user("ann", {"group:vault"});
  const std::string id = ask("What is the code of the safe?").json()["id"];
  current = [](const Principal&) -> Result<Principal> { return fail(ErrorKind::unauthenticated, "the user is gone"); };
  work();
  EXPECT_EQ(task(id)["status"], "failed");
  EXPECT_THAT(task(id)["error"].get<std::string>(), HasSubstr("may not ask any more"));
  EXPECT_EQ(task(id)["attempts"], 1) << "trying again would not help";
}

TEST_F(TasksTest, an_asker_has_no_more_groups_than_when_it_asked_and_no_more_than_now) {
  gate.principal = user("ann");
  const std::string before = ask("What is the code of the safe?").json()["id"];
  current = [](const Principal& then) -> Result<Principal> {
    Principal now = then;
    now.groups = {"group:vault"};
    return now;
  };
  work();
  EXPECT_THAT(task(before)["result"].dump(), Not(HasSubstr("4711")));
  gate.principal = user("cleo", {"group:vault"});
  const std::string after = ask("What is the code of the safe?").json()["id"];
  current = [](const Principal& then) -> Result<Principal> {
    Principal now = then;
    now.groups = {};
    return now;
  };
  work();
  EXPECT_THAT(task(after)["result"].dump(), Not(HasSubstr("4711")));
}

TEST_F(TasksTest, lists_counts_and_single_tasks_hide_what_the_caller_may_not_see) {
  const std::string secret = ingest_task_of("secret"), open = ingest_task_of("open");
  gate.principal = user("bob", {}, {Scope::query, Scope::ingest});
  EXPECT_EQ(client->get("/v1/tasks/" + open).status, 200);
  EXPECT_EQ(task(open)["external_id"], "open");
  EXPECT_EQ(task(open)["collection"], "papers");
  for (const char* below : {"", "/cancel", "/retry"}) {
    const auto reply = client->send(*below == '\0' ? "GET" : "POST", "/v1/tasks/" + secret + below);
    EXPECT_EQ(reply.status, 404) << below;
  }
  EXPECT_EQ(client->get("/v1/tasks").json()["items"].size(), 1u);
  EXPECT_EQ(client->get("/v1/tasks/summary").json()["succeeded"], 1);
  gate.principal.tenant = TenantId("other");
  gate.principal.is_owner = true;
  EXPECT_EQ(client->get("/v1/tasks/" + open).status, 404);
  EXPECT_EQ(client->get("/v1/tasks/summary").json()["succeeded"], 0);
}

TEST_F(TasksTest, a_request_has_what_its_type_needs_and_nothing_else) {
  const auto refused = [&](const nlohmann::json& body) {
    const SeenReply reply = client->post("/v1/tasks", body);
    EXPECT_EQ(reply.status, 400) << body << reply.body;
    return reply.status == 400 ? reply.detail() : "";
  };
  EXPECT_THAT(refused({{"type", "ingest"}}), HasSubstr("type"));
  EXPECT_THAT(refused({{"type", "answer"}}), HasSubstr("payload.question"));
  EXPECT_THAT(refused({{"type", "answer"}, {"payload", {{"question", "?"}, {"collection", "papers"}}}}),
              HasSubstr("payload.collection"));
  EXPECT_THAT(refused({{"type", "reindex"}}), HasSubstr("payload.collection"));
  EXPECT_THAT(refused({{"type", "collect"}, {"payload", {{"collections", nlohmann::json::array()}}}}),
              HasSubstr("payload.collections"));
  refused({{"type", "answer"}, {"priority", 10}, {"payload", {{"question", "Why?"}}}});
  EXPECT_EQ(client->post("/v1/tasks", {{"type", "reindex"}, {"payload", {{"collection", "nowhere"}}}}).status, 404);
}

TEST_F(TasksTest, upkeep_needs_its_scope) {
  const nlohmann::json reindex{{"type", "reindex"}, {"payload", {{"collection", "papers"}}}};
  const nlohmann::json compact{{"type", "compact"}, {"payload", {{"collection", "papers"}}}};
  const nlohmann::json collect{{"type", "collect"}};
  gate.principal = user("ann");
  for (const auto& body : {reindex, compact, collect}) EXPECT_EQ(client->post("/v1/tasks", body).status, 403) << body;
  gate.principal = user("ann", {}, {Scope::ingest});
  EXPECT_EQ(client->post("/v1/tasks", reindex).status, 202);
  EXPECT_EQ(client->post("/v1/tasks", {{"type", "answer"}, {"payload", {{"question", "Why?"}}}}).status, 403);
  for (const auto& body : {compact, collect}) EXPECT_EQ(client->post("/v1/tasks", body).status, 403) << body;
  gate.principal = {};
  for (const auto& body : {compact, collect}) EXPECT_EQ(client->post("/v1/tasks", body).status, 202) << body;
  work();
  EXPECT_EQ(store.document("open").indexed_version, 2u);
}

TEST_F(TasksTest, a_deletion_spares_what_the_caller_may_not_see) {
  const auto body = [&](const std::string& external_id) {
    return nlohmann::json{{"type", "delete"}, {"payload", {{"document_id", store.document(external_id).id.value()}}}};
  };
  const nlohmann::json open = body("open"), secret = body("secret");
  gate.principal = user("ann", {}, {Scope::query, Scope::ingest});
  EXPECT_EQ(client->post("/v1/tasks", secret).status, 404);
  EXPECT_EQ(client->post("/v1/tasks", open).status, 202);
  work();
  EXPECT_FALSE(store.catalog->document(document_id(store.collection.id, "open")));
}

TEST_F(TasksTest, tasks_are_cancelled_retried_and_reordered_by_who_asked) {
  gate.principal = user("ann");
  const std::string id = ask("Why?").json()["id"];
  EXPECT_EQ(client->send("PATCH", "/v1/tasks/" + id, R"({"priority":0})").json()["priority"], 0);
  EXPECT_EQ(client->send("POST", "/v1/tasks/" + id + "/cancel").json()["status"], "cancelled");
  EXPECT_EQ(client->send("POST", "/v1/tasks/" + id + "/cancel").status, 409);
  EXPECT_EQ(client->send("POST", "/v1/tasks/" + id + "/retry").json()["status"], "queued");
  EXPECT_EQ(client->send("POST", "/v1/tasks/" + ingest_task_of("open") + "/retry").status, 403)
      << "others' tasks need the scope to ingest";
  gate.principal = user("bob", {}, {Scope::query, Scope::ingest});
  EXPECT_EQ(client->send("POST", "/v1/tasks/" + id + "/cancel").status, 404);
}

TEST_F(TasksTest, what_waits_says_why) {
  const std::string first = ask("One?").json()["id"];
  const std::string second = ask("Two?").json()["id"];
  EXPECT_EQ(task(second)["waiting_reason"], "waits behind 1 task");
  const auto claimed = must(store.catalog->claim({.node = NodeId("n1"), .types = {"answer"}, .limit = 1}));
  store.clock.advance(std::chrono::seconds(30));
  EXPECT_THAT(task(first)["waiting_reason"].get<std::string>(), HasSubstr("n1"));
  must(store.catalog->fail_task({claimed.at(0).id, claimed.at(0).epoch}, "the model is away", std::chrono::hours(1)));
  EXPECT_THAT(task(first)["waiting_reason"].get<std::string>(), HasSubstr("attempt 2 of 3"));
  EXPECT_THAT(task(first)["waiting_reason"].get<std::string>(), HasSubstr("the model is away"));
  services.worker_trouble = [] { return std::string("the disk is full"); };
  EXPECT_THAT(task(second)["waiting_reason"].get<std::string>(), HasSubstr("the disk is full"));
}

TEST_F(TasksTest, changes_become_events_without_what_only_their_asker_may_read) {
  gate.principal = user("ann");
  ask("How often is the pump serviced?");
  work();
  must(store.catalog->request_deletion(store.document("open").id, 5));
  work();
  std::map<std::string, std::vector<nlohmann::json>> told;
  for (const Change& change : must(store.catalog->changes({.after = 0, .tenant = {}, .limit = 100})).items) {
    const HubEvent event = routes::event_of(change);
    EXPECT_EQ(event.id, change.number);
    told[event.name].push_back(nlohmann::json::parse(event.data));
  }
  EXPECT_EQ(told["document"].at(0)["external_id"], "secret");
  EXPECT_EQ(told["document_removed"].at(0)["id"], document_id(store.collection.id, "open").value());
  for (const nlohmann::json& event : told["task"]) {
    EXPECT_EQ(event["result"], nullptr);
    EXPECT_EQ(event["status"], "succeeded");
  }
}

TEST_F(TasksTest, a_client_that_leaves_its_events_is_forgotten) {
  client->leaves_at_once = true;
  EXPECT_EQ(client->get("/v1/events", {{"Last-Event-ID", "no number"}}).content_type, "text/event-stream");
  EXPECT_EQ(hub.followers(), 0u);
  EXPECT_EQ(client->get("/v1/events?collection=nowhere").status, 404);
  EXPECT_EQ(client->get("/v1/events?about=weather").status, 400);
}

}  // namespace
}  // namespace cairn
