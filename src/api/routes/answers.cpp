#include "api/routes/answers.h"

#include "api/json/shapes.h"
#include "api/routes/collections.h"
#include "api/routes/filter_shape.h"
#include "api/routes/problem.h"
#include "api/routes/search.h"

namespace cairn::routes {
namespace {

struct AnswerBody {
  std::string question;
  std::vector<std::string> collections;
  std::size_t limit = 10;
  nlohmann::json filter;
  std::string generator;
  std::vector<ConversationTurn> conversation;
  bool stream = false;
};

constexpr std::size_t longest_conversation = 40;
constexpr std::size_t longest_turn = 8'000;

Shape<std::vector<ConversationTurn>> conversation_shape() {
  using Role = ConversationTurn::Role;
  const auto role = shape::choice<Role>({Role::user, Role::assistant},
                                        [](Role value) { return value == Role::user ? "user" : "assistant"; });
  const auto turn = ObjectShape<ConversationTurn>("ConversationTurn", "What was said before a question.")
                        .required("role", &ConversationTurn::role, role, "Who said it.")
                        .required("content", &ConversationTurn::content, shape::text(0, longest_turn), "")
                        .done();
  return shape::list(turn, longest_conversation);
}

Shape<AnswerBody> answer_body_shape(const std::vector<std::string>& generators) {
  using B = AnswerBody;
  const auto generator = shape::text().with([&](Schema& schema) { schema.choices = generators; });
  return ObjectShape<B>("AnswerRequest", "A question, and where to look for its answer.")
      .required("question", &B::question, question_shape(), "In any language.")
      .optional("collections", &B::collections, shape::list(collection_name_shape(), 1'000),
                "Names; without them, all of the tenant.")
      .optional("limit", &B::limit, shape::integer<std::size_t>(1, 100), "How many hits are read for evidence.")
      .optional("filter", &B::filter, filter_shape(), "")
      .optional("generator", &B::generator, generator, "Who writes the answer.")
      .optional("conversation", &B::conversation, conversation_shape(),
                "What was said before the question, oldest first: the question is then understood in its light.")
      .optional("stream", &B::stream, shape::boolean(), "Answer as server-sent events.")
      .example({{"question", "How is the filter cleaned?"}})
      .done();
}

AnswerRequest to_request(const Services& services, AnswerBody body, const http::Request& from) {
  AnswerRequest request;
  request.question = std::move(body.question);
  request.collections = std::move(body.collections);
  request.limit = body.limit;
  request.filter = std::move(body.filter);
  request.generator = body.generator.empty() ? services.generators.front() : std::move(body.generator);
  request.conversation = std::move(body.conversation);
  request.cancel = from.gone;
  request.trace = from.trace.get();
  return request;
}

/// Tells one answer as it comes. After an error there is a `problem` event instead of an `answer`.
void tell(const Services& services, const Principal& principal, const http::Request& request, AnswerRequest wanted,
          http::EventStream& stream) {
  stream.on_gone([cancel = wanted.cancel] { cancel.cancel(); });
  wanted.on_citations = [&](const std::vector<Citation>& citations) {
    stream.send({{}, "citations", R"({"citations":)" + to_text(shape::list(citation_shape()), citations) + "}"});
  };
  const auto answer = services.answers.answer(principal, wanted, [&](std::string_view text) {
    if (!stream.send({{}, "token", dump(Json{{"text", text}})})) wanted.cancel.cancel();
  });
  if (answer) {
    stream.send({{}, "answer", dump(to_json(*answer))});
  } else {
    const http::Response problem = problem_response(request, 0, answer.error());
    stream.send({{}, "problem", std::get<std::string>(problem.body)});
  }
  stream.send({{}, {}, "[DONE]"});
  stream.close();
}

http::Response as_stream(const Services& services, const Call& call, AnswerRequest wanted) {
  http::Response response;
  response.content_type = "text/event-stream";
  response.body = http::StreamStart([&services, &request = call.request, principal = call.principal,
                                     wanted = std::move(wanted)](std::shared_ptr<http::EventStream> stream) {
    tell(services, principal, request, wanted, *stream);
  });
  return response;
}

Result<http::Response> reply(const Services& services, Call& call, AnswerBody body) {
  const bool stream = body.stream;
  AnswerRequest wanted = to_request(services, std::move(body), call.request);
  if (stream) {
    for (const std::string& name : wanted.collections)  // Once it has begun, it is too late for another status.
      CAIRN_CHECK(services.catalog.collection(call.principal.tenant, name));
    return as_stream(services, call, std::move(wanted));
  }
  CAIRN_TRY(const Answer answer, services.answers.answer(call.principal, wanted, {}));
  return json_response(200, answer_shape(), answer);
}

}  // namespace

void add_answers(RouteTable& table, const Services& services) {
  const auto body = answer_body_shape(services.generators);
  Reply events{.status = 200,
               .description = "With `stream`: the events `citations`, `token` (many) and `answer`, then [DONE].",
               .media_type = "text/event-stream"};
  table.add({.method = "POST",
             .path = "/v1/answers",
             .access = Access::query,
             .id = "answer_question",
             .tag = "Search and answers",
             .summary = "Answer a question with quotes, or say that the documents do not answer it",
             .bodies = {json_body(body)},
             .replies = {answers(200, answer_shape(), "The answer, or that there is none."), std::move(events)},
             .problems = {{404, "A collection does not exist."}, {503, "A model does not answer."}},
             .handle = with_body(body, [&services](Call& call, AnswerBody wanted) {
               return reply(services, call, std::move(wanted));
             })});
}

}  // namespace cairn::routes
