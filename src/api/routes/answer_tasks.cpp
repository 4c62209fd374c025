#include "api/routes/answer_tasks.h"

#include <algorithm>

#include "api/json/shapes.h"
#include "api/routes/collections.h"
#include "api/routes/filter_shape.h"
#include "api/routes/search.h"
#include "api/routes/task_view.h"
#include "app/task_requester.h"

namespace cairn::routes {
namespace {

/// What a type must have and may have.
struct PayloadRule {
  const char* type;
  const char* required;  ///< Null: nothing.
  std::vector<std::string> allowed;
};

const std::vector<PayloadRule>& payload_rules() {
  static const std::vector<PayloadRule> rules{
      {"answer", "question", {"question", "collections", "limit", "filter", "generator"}},
      {"reindex", "collection", {"collection"}},
      {"compact", "collection", {"collection"}},
      {"delete", "document_id", {"document_id"}},
      {"collect", nullptr, {}}};
  return rules;
}

const std::vector<std::string>& payload_members() {
  static const std::vector<std::string> members{"question",  "collections", "limit",      "filter",
                                                "generator", "collection",  "document_id"};
  return members;
}

bool allows(const PayloadRule& rule, const std::string& member) {
  return std::ranges::find(rule.allowed, member) != rule.allowed.end();
}

/// Groups and scopes that the asker had then and has now.
Result<Principal> asker(const Services& services, const Task& task) {
  const auto then = requester_of(task);
  if (!then) return fail(ErrorKind::internal, "a question without anybody who asked it");
  if (!services.current) return *then;
  auto now = services.current(*then);
  if (!now)
    return fail(now.error().kind == ErrorKind::unavailable ? ErrorKind::unavailable : ErrorKind::forbidden,
                "who asked may not ask any more: " + now.error().message);
  std::erase_if(now->groups, [&](const std::string& group) {
    return !then->is_owner && std::ranges::find(then->groups, group) == then->groups.end();
  });
  now->is_owner = now->is_owner && then->is_owner;
  if (!now->scopes.may(Scope::query)) return fail(ErrorKind::forbidden, "who asked has no longer the scope 'query'");
  return *std::move(now);
}

Result<nlohmann::json> answer(const Services& services, const TaskAttempt& attempt) {
  CAIRN_TRY(const Principal principal, asker(services, attempt.task));
  const nlohmann::json& payload = attempt.task.payload;
  AnswerRequest request;
  request.question = payload.value("question", "");
  request.collections = payload.value("collections", std::vector<std::string>());
  request.limit = payload.value("limit", std::size_t{10});
  if (payload.contains("filter")) request.filter = payload.at("filter");
  request.generator = payload.value("generator", services.generators.front());
  request.cancel = attempt.cancel;
  request.trace = attempt.trace;
  request.on_citations = [&](const std::vector<Citation>&) { attempt.report(0.5, "writing the answer"); };
  attempt.report(0.0, "searching");
  CAIRN_TRY(const Answer found, services.answers.answer(principal, request, {}));
  return nlohmann::json(to_json(found));
}

}  // namespace

Shape<TaskPayload> task_payload_shape(const std::vector<std::string>& generators) {
  using P = TaskPayload;
  const auto generator = shape::text().with([&](Schema& schema) { schema.choices = generators; });
  return ObjectShape<P>("TaskPayload", "What a type of task needs: each member belongs to the types that it names.")
      .optional("question", &P::question, question_shape(), "answer: the question.")
      .optional("collections", &P::collections, shape::list(collection_name_shape(), 1'000),
                "answer: where to look; without them, in all of the tenant.")
      .optional("limit", &P::limit, shape::maybe(shape::integer<std::size_t>(1, 100)),
                "answer: how many hits are read for evidence.")
      .optional("filter", &P::filter, filter_shape(), "answer: as for a search.")
      .optional("generator", &P::generator, generator, "answer: who writes it.")
      .optional("collection", &P::collection, collection_name_shape(), "reindex, compact: the collection's name.")
      .optional("document_id", &P::document_id, object_id_shape(), "delete: the document.")
      .done();
}

Result<void> check_payload(const nlohmann::json& body, const std::string&) {
  const std::string type = body.value("type", "");
  const auto rule = std::ranges::find_if(payload_rules(), [&](const PayloadRule& known) { return known.type == type; });
  if (rule == payload_rules().end()) return {};  // Refused by the choice of types.
  const nlohmann::json payload = body.value("payload", nlohmann::json::object());
  for (const auto& [member, value] : payload.items())
    if (!allows(*rule, member))
      return fail(ErrorKind::invalid,
                  "`payload." + member + "` has no meaning for a task of the type '" + type + "': leave it out");
  if (rule->required != nullptr && !payload.contains(rule->required))
    return fail(ErrorKind::invalid,
                "a task of the type '" + type + "' needs `payload." + std::string(rule->required) + "`");
  return {};
}

Json payload_alternatives() {
  Json alternatives = Json::array();
  for (const PayloadRule& rule : payload_rules()) {
    Json payload{{"properties", Json::object()}};
    for (const std::string& member : payload_members())
      if (!allows(rule, member)) payload["properties"][member] = false;
    if (rule.required != nullptr) payload["required"] = {rule.required};
    Json alternative{{"properties", {{"type", {{"const", rule.type}}}, {"payload", std::move(payload)}}}};
    if (rule.required != nullptr) alternative["required"] = {"payload"};
    alternatives.push_back(std::move(alternative));
  }
  return Json{{"oneOf", std::move(alternatives)}};
}

void fill_order(const Services& services, TaskPayload payload, TaskOrder& order) {
  order.collection = std::move(payload.collection);
  order.document = DocumentId(std::move(payload.document_id));
  if (order.type != "answer") return;
  order.payload = {{"question", std::move(payload.question)},
                   {"collections", std::move(payload.collections)},
                   {"limit", payload.limit.value_or(10)},
                   {"generator", payload.generator.empty() ? services.generators.front() : payload.generator}};
  if (!payload.filter.is_null()) order.payload["filter"] = std::move(payload.filter);
}

TaskHandlers answer_handlers(const Services& services) {
  return {{"answer", [&services](const TaskAttempt& attempt) { return answer(services, attempt); }}};
}

}  // namespace cairn::routes
