#include "api/routes/chat_reply.h"

#include <algorithm>
#include <map>

#include "api/json/shapes.h"
#include "api/routes/openai_error.h"
#include "base/utf8.h"
#include "text/language.h"

namespace cairn::routes {
namespace {

struct Message {
  std::string content;
  std::vector<ChatAnnotation> annotations;
};

struct Choice {
  Message message;
  ReplyEnd end = ReplyEnd::stop;
};

Shape<std::string> nothing() {
  return {shape::text_or_null().schema, [](const std::string&, std::string& out) { json_text::append_null(out); }, {}};
}

const Shape<ChatAnnotation>& annotation_shape() {
  using A = ChatAnnotation;
  const auto index = shape::integer<std::uint32_t>(0, 4294967295.0);
  static const auto place =
      ObjectShape<A>("ChatUrlCitation", "Where a document is, and the sentence that rests on it.")
          .required("start_index", &A::start, index, "First code point of the sentence in the content.")
          .required("end_index", &A::end, index, "One past its last.")
          .required("title", &A::title, shape::text(), "Of the document.")
          .required("url", &A::url, shape::text(), "Of the document itself, or of its file on this server.")
          .done();
  static const auto made =
      ObjectShape<A>("ChatAnnotation", "A citation, as OpenAI's clients know them.")
          .written(
              "type", word("url_citation"), [](const A&) { return "url_citation"; }, "")
          .written(
              "url_citation", place, [](const A& annotation) { return annotation; }, "")
          .required("citation", &A::citation, citation_shape(), "The quote, as POST /v1/answers gives it.")
          .done();
  return made;
}

const Shape<ChatUsageShown>& usage_shape() {
  using U = ChatUsageShown;
  static const auto made =
      ObjectShape<U>("ChatUsage", "What the answer took, in tokens.")
          .required("prompt_tokens", &U::prompt_tokens, shape::count<std::uint64_t>(), "Read.")
          .required("completion_tokens", &U::completion_tokens, shape::count<std::uint64_t>(), "Written.")
          .written(
              "total_tokens", shape::count<std::uint64_t>(),
              [](const U& usage) { return usage.prompt_tokens + usage.completion_tokens; }, "Both.")
          .done();
  return made;
}

const Shape<Choice>& choice_shape() {
  static const auto message =
      ObjectShape<Message>("ChatAnswer", "What Cairn says.")
          .written(
              "role", word("assistant"), [](const Message&) { return "assistant"; }, "")
          .required("content", &Message::content, shape::text(), "The answer, or that there is none.")
          .written(
              "refusal", nothing(), [](const Message&) { return ""; }, "Always null; see `cairn.abstained`.")
          .required("annotations", &Message::annotations, shape::list(annotation_shape()),
                    "What each sentence rests on.")
          .done();
  const auto end = shape::choice<ReplyEnd>({ReplyEnd::stop, ReplyEnd::length, ReplyEnd::content_filter}, finish_reason);
  static const auto made = ObjectShape<Choice>("ChatChoice", "The one answer.")
                               .written(
                                   "index", shape::integer<int>(0, 0), [](const Choice&) { return 0; }, "")
                               .required("message", &Choice::message, message, "")
                               .written(
                                   "logprobs", nothing(), [](const Choice&) { return ""; }, "Always null.")
                               .written(
                                   "finish_reason", end, [](const Choice& choice) { return choice.end; },
                                   "Why the language model's reply ended.")
                               .done();
  return made;
}

/// Where sentences stand in what was said, one after the other.
class Places {
 public:
  explicit Places(std::string_view content) : content_(content), index_(content) {}

  /// Of a sentence that is not there word for word: all that was said.
  Span of(const std::string& sentence) {
    const std::size_t at = content_.find(sentence, from_);
    if (at == std::string_view::npos) return {0, static_cast<std::uint32_t>(index_.size())};
    from_ = at + sentence.size();
    return {static_cast<std::uint32_t>(index_.code_point_at(at)),
            static_cast<std::uint32_t>(index_.code_point_at(from_))};
  }

 private:
  std::string_view content_;
  utf8::CodePointIndex index_;
  std::size_t from_ = 0;
};

std::string address_of(const Services& services, const Citation& citation, const std::string& base) {
  const auto document = services.catalog.document(citation.document);
  if (document && document->facts.url.starts_with("http")) return document->facts.url;
  const std::string page = citation.page == 0 ? "" : "#page=" + std::to_string(citation.page);
  return base + "/v1/documents/" + citation.document.value() + "/file" + page;
}

}  // namespace

const Shape<ChatReplyShown>& chat_reply_shape() {
  using R = ChatReplyShown;
  static const auto made =
      ObjectShape<R>("ChatCompletion", "An answer from the documents, as OpenAI's clients read it.")
          .required("id", &R::id, shape::text(), "")
          .written(
              "object", word("chat.completion"), [](const R&) { return "chat.completion"; }, "")
          .required("created", &R::created, shape::count<std::uint64_t>(), "Seconds since 1970.")
          .required("model", &R::model, shape::text(), "Who wrote it.")
          .written(
              "choices", shape::list(choice_shape()),
              [](const R& reply) {
                return std::vector<Choice>{{{reply.content, reply.annotations}, reply.answer.end}};
              },
              "One.")
          .required("usage", &R::usage, usage_shape(), "")
          .required("cairn", &R::answer, answer_shape(), "The answer as POST /v1/answers gives it.")
          .done();
  return made;
}

Json annotations_json(const std::vector<ChatAnnotation>& annotations) {
  return to_json(shape::list(annotation_shape()), annotations);
}

Json usage_json(const ChatUsageShown& usage) { return to_json(usage_shape(), usage); }

const char* finish_reason(ReplyEnd end) {
  switch (end) {
    case ReplyEnd::stop: return "stop";
    case ReplyEnd::length: return "length";
    case ReplyEnd::content_filter: return "content_filter";
  }
  return "stop";
}

std::string abstention(std::string_view question) {
  const std::string language = text::detect_language(question);
  if (language == "zh-Hans") return "文件中没有足够的依据可以回答这个问题。";
  if (language.starts_with("zh")) return "文件中沒有足夠的依據可以回答這個問題。";
  return "The documents do not support an answer to this question.";
}

std::vector<ChatAnnotation> annotations_of(const Services& services, const Answer& answer, std::string_view content,
                                           const std::string& base) {
  std::map<std::uint32_t, std::string> addresses;
  std::vector<ChatAnnotation> annotations;
  Places places(content);
  for (const AnswerSentence& sentence : answer.sentences) {
    const Span span = places.of(sentence.text);
    for (const std::uint32_t n : sentence.citations) {
      const auto citation = std::ranges::find(answer.citations, n, &Citation::n);
      if (citation == answer.citations.end()) continue;
      std::string& address = addresses[n];
      if (address.empty()) address = address_of(services, *citation, base);
      annotations.push_back({span.start, span.end, citation->title, address, *citation});
    }
  }
  return annotations;
}

ChatUsageShown counted_usage(const Services& services, std::string_view prompt, std::string_view content) {
  const auto count = [&](std::string_view text) -> std::uint64_t {
    const Embedder* model = services.embedders.for_language(text::detect_language(text));
    return model == nullptr ? 0 : model->piece_spans(text).size();
  };
  return {count(prompt), count(content)};
}

}  // namespace cairn::routes
