#include "api/routes/answer_tasks.h"

#include <algorithm>

#include "api/json/shapes.h"
#include "api/routes/collections.h"
#include "api/routes/filter_shape.h"
#include "api/routes/search.h"
#include "app/task_requester.h"

namespace cairn::routes {
namespace {

Result<void> refuse(const std::string& type, const char* member) {
  return fail(ErrorKind::invalid,
              std::string("payload.") + member + " has no meaning for a task of the type '" + type + "': leave it out");
}

/// The members that were sent, by name.
std::vector<const char*> members_of(const TaskPayload& payload) {
  std::vector<const char*> sent;
  if (!payload.question.empty()) sent.push_back("question");
  if (!payload.collections.empty()) sent.push_back("collections");
  if (payload.limit) sent.push_back("limit");
  if (!payload.filter.is_null()) sent.push_back("filter");
  if (!payload.generator.empty()) sent.push_back("generator");
  if (!payload.collection.empty()) sent.push_back("collection");
  if (!payload.document_id.empty()) sent.push_back("document_id");
  return sent;
}

std::vector<std::string> wanted_members(const std::string& type) {
  if (type == "answer") return {"question", "collections", "limit", "filter", "generator"};
  if (type == "reindex" || type == "compact") return {"collection"};
  if (type == "delete") return {"document_id"};
  return {};
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
      .optional("document_id", &P::document_id, shape::text(1, 100), "delete: the document.")
      .done();
}

Result<void> fill_order(const Services& services, TaskPayload payload, TaskOrder& order) {
  const auto wanted = wanted_members(order.type);
  for (const char* member : members_of(payload))
    if (std::ranges::find(wanted, member) == wanted.end()) return refuse(order.type, member);
  order.collection = std::move(payload.collection);
  order.document = DocumentId(std::move(payload.document_id));
  if (order.type != "answer") return {};
  if (payload.question.empty()) return fail(ErrorKind::invalid, "say in payload.question what is to be answered");
  order.payload = {{"question", std::move(payload.question)},
                   {"collections", std::move(payload.collections)},
                   {"limit", payload.limit.value_or(10)},
                   {"generator", payload.generator.empty() ? services.generators.front() : payload.generator}};
  if (!payload.filter.is_null()) order.payload["filter"] = std::move(payload.filter);
  return {};
}

TaskHandlers answer_handlers(const Services& services) {
  return {{"answer", [&services](const TaskAttempt& attempt) { return answer(services, attempt); }}};
}

}  // namespace cairn::routes
