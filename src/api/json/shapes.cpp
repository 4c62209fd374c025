#include "api/json/shapes.h"

#include <map>

namespace cairn {
namespace {

using shape::boolean;
using shape::count;
using shape::count_or_null;
using shape::list;
using shape::number;
using shape::text;
using shape::text_or_null;

constexpr double most = 4294967295.0;

/// Numbers of manifests by the names of collections.
Shape<std::map<std::string, std::uint64_t>> manifests() {
  Schema schema;
  schema.kind = Schema::Kind::object;
  schema.values = count<std::uint64_t>().schema;
  return {shape::schema_of(std::move(schema)),
          [](const std::map<std::string, std::uint64_t>& numbers, std::string& out) {
            json_text::append(out, nlohmann::json(numbers));
          },
          {}};
}

struct Scores {
  double dense = 0, lexical = 0;
};

const Shape<Scores>& scores_shape() {
  static const auto made = ObjectShape<Scores>("Scores", "What each ranking says.")
                               .required("dense", &Scores::dense, number(), "Cosine; 0 when the mode does not ask.")
                               .required("lexical", &Scores::lexical, number(), "BM25; 0 when the mode does not ask.")
                               .done();
  return made;
}

/// Whatever JSON; null is left out where it may be.
Shape<nlohmann::json> any_object() {
  Schema schema;
  schema.kind = Schema::Kind::object;
  schema.values = shape::schema_of(Schema{});
  return {shape::schema_of(std::move(schema)), shape::write_plain<nlohmann::json>, {}};
}

template <class Tag>
Shape<StrongId<Tag>> id() {
  return shape::id<Tag>(text());
}

template <class Tag>
Shape<StrongId<Tag>> id_or_null() {
  return shape::id<Tag>(text_or_null());
}

}  // namespace

const Shape<Span>& span_shape() {
  static const auto made =
      ObjectShape<Span>("Span", "A stretch of the canonical text in Unicode code points, end exclusive.")
          .required("start", &Span::start, shape::integer<std::uint32_t>(0, most), "First code point.")
          .required("end", &Span::end, shape::integer<std::uint32_t>(0, most), "One past the last.")
          .done();
  return made;
}

const Shape<Hit>& hit_shape() {
  static const auto made =
      ObjectShape<Hit>("Hit", "A ranked chunk.")
          .required("chunk_id", &Hit::chunk_id, text(), "Names the chunk of this version.")
          .required("document_id", &Hit::document, id<DocumentTag>(), "")
          .required("external_id", &Hit::external_id, text(), "From whoever sent the document.")
          .required("collection", &Hit::collection, text(), "Its name.")
          .required("title", &Hit::title, text(), "The external id where there is none.")
          .required("score", &Hit::score, number(), "What the hits are ranked by.")
          .written(
              "scores", scores_shape(), [](const Hit& hit) { return Scores{hit.dense_score, hit.lexical_score}; }, "")
          .required("text", &Hit::text, text(), "The canonical text of the span.")
          .required("span", &Hit::span, span_shape(), "")
          .required("page", &Hit::page, count_or_null<std::uint32_t>(), "From 1; null in formats without pages.")
          .required("heading_path", &Hit::heading_path, list(text()), "Headings above it, outermost first.")
          .required("metadata", &Hit::metadata, any_object(), "As sent with the document.")
          .written_if_any(
              "explanation", any_object(), [](const Hit& hit) { return hit.explanation; },
              "How the score came about; with `explain` only.")
          .done();
  return made;
}

const Shape<SearchResponse>& search_response_shape() {
  static const auto made =
      ObjectShape<SearchResponse>("SearchResponse", "Ranked chunks, and what was read to find them.")
          .required("hits", &SearchResponse::hits, list(hit_shape()), "Best first.")
          .required("manifests", &SearchResponse::manifests, manifests(),
                    "The manifest that each collection was read at.")
          .required("took_ms", &SearchResponse::took_ms, shape::milliseconds(), "Without the way through HTTP.")
          .required("complete", &SearchResponse::complete, boolean(), "False when a part of the index did not answer.")
          .done();
  return made;
}

const Shape<Citation>& citation_shape() {
  static const auto made =
      ObjectShape<Citation>("Citation", "A quote that an answer points to.")
          .required("n", &Citation::n, count<std::uint32_t>(), "Its number in the answer, from 1.")
          .required("document_id", &Citation::document, id<DocumentTag>(), "")
          .required("external_id", &Citation::external_id, text(), "")
          .required("collection", &Citation::collection, text(), "Its name.")
          .required("title", &Citation::title, text(), "")
          .required("page", &Citation::page, count_or_null<std::uint32_t>(), "From 1; null in formats without pages.")
          .required("span", &Citation::span, span_shape(), "")
          .required("quote", &Citation::quote, text(), "Literally the canonical text at the span.")
          .done();
  return made;
}

namespace {

Shape<std::optional<double>> price_or_null() {
  const auto schema = number().with([](Schema& changed) { changed.nullable = true; }).schema;
  return {schema,
          [](const std::optional<double>& price, std::string& out) {
            price ? json_text::append(out, *price) : json_text::append_null(out);
          },
          {}};
}

Shape<std::optional<AnswerUsage>> usage_or_null(const Shape<AnswerUsage>& usage) {
  const auto schema = usage.with([](Schema& changed) { changed.nullable = true; }).schema;
  return {schema,
          [write = usage.write](const std::optional<AnswerUsage>& value, std::string& out) {
            value ? write(*value, out) : json_text::append_null(out);
          },
          {}};
}

}  // namespace

const Shape<Answer>& answer_shape() {
  static const auto sentence =
      ObjectShape<AnswerSentence>("AnswerSentence", "A sentence of an answer.")
          .required("text", &AnswerSentence::text, text(), "")
          .required("citations", &AnswerSentence::citations, list(count<std::uint32_t>()), "Numbers of its citations.")
          .required("supported", &AnswerSentence::supported, boolean(),
                    "Whether its citations say so: what a model writes is checked against them.")
          .written(
              "reason", text_or_null(), [](const AnswerSentence& s) { return s.reason; }, "Why it is not supported.")
          .done();
  static const auto usage =
      ObjectShape<AnswerUsage>("AnswerUsage", "What a language model took for an answer.")
          .required("model", &AnswerUsage::model, text(), "The one that wrote it.")
          .required("prompt_tokens", &AnswerUsage::prompt_tokens, count<std::uint32_t>(), "")
          .required("cached_prompt_tokens", &AnswerUsage::cached_prompt_tokens, count<std::uint32_t>(),
                    "Of those, not computed again.")
          .required("reply_tokens", &AnswerUsage::reply_tokens, count<std::uint32_t>(), "")
          .required("price", &AnswerUsage::price, price_or_null(), "In the currency of the configured prices.")
          .done();
  static const auto made =
      ObjectShape<Answer>("Answer", "An answer with the quotes it rests on.")
          .required("answer", &Answer::answer, text(), "Empty when abstained.")
          .required("abstained", &Answer::abstained, boolean(), "The documents do not answer the question.")
          .required("sentences", &Answer::sentences, list(sentence), "")
          .required("citations", &Answer::citations, list(citation_shape()), "")
          .required("generator", &Answer::generator, text(), "Who wrote it.")
          .required("cached", &Answer::cached, text(), "no, exact or semantic.")
          .required("rewritten_question", &Answer::rewritten_question, text_or_null(),
                    "What was looked for, where a conversation's question did not stand alone.")
          .required("usage", &Answer::usage, usage_or_null(usage), "Null where no language model wrote the answer.")
          .required("dropped", &Answer::dropped, count<std::uint32_t>(),
                    "Sentences left out because nothing supports them.")
          .required("took_ms", &Answer::took_ms, shape::milliseconds(), "Without the way through HTTP.")
          .required("manifests", &Answer::manifests, manifests(), "The manifest that each collection was read at.")
          .done();
  return made;
}

const Shape<DocumentStatus>& document_status_shape() {
  static const auto made = shape::choice<DocumentStatus>(
      {DocumentStatus::saving, DocumentStatus::queued, DocumentStatus::extracting, DocumentStatus::chunking,
       DocumentStatus::embedding, DocumentStatus::indexed, DocumentStatus::failed},
      [](DocumentStatus value) { return to_string(value); });
  return made;
}

const Shape<Document>& document_shape() {
  using D = Document;
  static const auto made =
      ObjectShape<D>("Document", "One source item of a collection.")
          .required("id", &D::id, id<DocumentTag>(), "")
          .required("external_id", &D::external_id, text(), "From whoever sent it; unique in its collection.")
          .written(
              "title", text(), [](const D& d) { return d.facts.title; }, "Sent, or found in the document.")
          .written(
              "url", text_or_null(), [](const D& d) { return d.facts.url; }, "")
          .written(
              "language", text_or_null(), [](const D& d) { return d.facts.language; }, "BCP 47.")
          .written(
              "media_type", text_or_null(), [](const D& d) { return d.facts.media_type; }, "")
          .written(
              "metadata", any_object(), [](const D& d) { return d.facts.metadata; }, "As sent.")
          .written(
              "acl", list(text()), [](const D& d) { return d.facts.acl; }, "Empty: the whole tenant.")
          .required("content_hash", &D::content_hash, id<BlobTag>(), "SHA-256 of the original bytes.")
          .required("bytes", &D::byte_size, count<std::uint64_t>(), "Size of the original.")
          .required("version", &D::version, count<std::uint32_t>(), "Counts replacements, from 1.")
          .written(
              "indexed_version", shape::count_or_null<std::uint32_t>(), [](const D& d) { return d.indexed_version; },
              "That searches find; null: none yet.")
          .required("status", &D::status, document_status_shape(), "Of the newest version.")
          .required("progress", &D::progress, number(0, 1), "Of the newest version.")
          .required("error", &D::error, text_or_null(), "Why it failed.")
          .required("pages", &D::pages, count<std::uint32_t>(), "")
          .required("chunks", &D::chunks, count<std::uint32_t>(), "")
          .required("created_at", &D::created_at, shape::time(), "")
          .required("updated_at", &D::updated_at, shape::time(), "")
          .done();
  return made;
}

const Shape<Chunking>& chunking_shape() {
  const auto strategy =
      text().with([](Schema& schema) { schema.choices = {"recursive", "fixed", "sentence", "semantic"}; });
  static const auto made =
      ObjectShape<Chunking>("Chunking", "How documents are cut into chunks.")
          .optional("strategy", &Chunking::strategy, strategy, "")
          .optional("max_tokens", &Chunking::max_tokens, shape::integer<std::uint32_t>(16, 510), "Longest chunk.")
          .optional("overlap_tokens", &Chunking::overlap_tokens, shape::integer<std::uint32_t>(0, 255),
                    "Repeated from the chunk before.")
          .done();
  return made;
}

const Shape<CountedCollection>& collection_shape() {
  using C = CountedCollection;
  static const auto made =
      ObjectShape<C>("Collection", "A named set of documents, with what it holds at its newest manifest.")
          .written(
              "name", text(), [](const C& c) { return c.collection.name; }, "")
          .written(
              "description", text(), [](const C& c) { return c.collection.description; }, "")
          .written(
              "embedding_model", text_or_null(), [](const C& c) { return c.collection.embedding_model; },
              "Null: by each document's language.")
          .written(
              "chunking", chunking_shape(), [](const C& c) { return c.collection.chunking; }, "")
          .written(
              "documents", count<std::uint64_t>(), [](const C& c) { return c.counts.documents; }, "Indexed ones.")
          .written(
              "chunks", count<std::uint64_t>(), [](const C& c) { return c.counts.chunks; }, "")
          .written(
              "segments", count<std::uint64_t>(), [](const C& c) { return c.counts.segments; }, "")
          .written(
              "bytes", count<std::uint64_t>(), [](const C& c) { return c.counts.bytes; }, "Of the segments.")
          .written(
              "manifest", count<std::uint64_t>(), [](const C& c) { return c.collection.manifest; },
              "Number of the newest manifest.")
          .written(
              "created_at", shape::time(), [](const C& c) { return c.collection.created_at; }, "")
          .done();
  return made;
}

const Shape<Task>& task_shape() {
  const auto status = shape::choice<TaskStatus>(
      {TaskStatus::queued, TaskStatus::running, TaskStatus::succeeded, TaskStatus::failed, TaskStatus::cancelled},
      [](TaskStatus value) { return to_string(value); });
  static const auto made = ObjectShape<Task>("Task", "Durable work.")
                               .required("id", &Task::id, id<TaskTag>(), "")
                               .required("type", &Task::type, text(), "ingest, delete, compact, collect, answer, …")
                               .required("priority", &Task::priority, shape::integer<int>(0, 9), "0 first, 9 last.")
                               .required("status", &Task::status, status, "")
                               .required("collection_id", &Task::collection, id_or_null<CollectionTag>(), "")
                               .required("document_id", &Task::document, id_or_null<DocumentTag>(), "")
                               .required("attempts", &Task::attempts, count<std::uint32_t>(), "")
                               .required("node", &Task::node, id_or_null<NodeTag>(), "Who works or worked on it.")
                               .required("progress", &Task::progress, number(0, 1), "")
                               .required("error", &Task::error, text_or_null(), "")
                               .required("created_at", &Task::created_at, shape::time(), "")
                               .required("started_at", &Task::started_at, shape::time_or_null(), "")
                               .required("finished_at", &Task::finished_at, shape::time_or_null(), "")
                               .done();
  return made;
}

}  // namespace cairn
