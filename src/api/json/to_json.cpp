#include "api/json/to_json.h"

#include <cmath>
#include <optional>

namespace cairn {
namespace {

Json optional_time(const std::optional<TimePoint>& time) { return time ? Json(to_rfc3339(*time)) : Json(nullptr); }
Json optional_page(std::uint32_t page) { return page > 0 ? Json(page) : Json(nullptr); }
Json optional_text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

/// Milliseconds to the microsecond: more digits would be noise.
double rounded_ms(double ms) { return std::round(ms * 1000) / 1000; }

Json to_json(const Citation& citation) {
  return Json{{"n", citation.n},
              {"document_id", citation.document.value()},
              {"external_id", citation.external_id},
              {"collection", citation.collection},
              {"title", citation.title},
              {"page", optional_page(citation.page)},
              {"span", to_json(citation.span)},
              {"quote", citation.quote}};
}

}  // namespace

Json to_json(const Span& span) { return Json{{"start", span.start}, {"end", span.end}}; }

Json to_json(const Hit& hit) {
  Json json{{"chunk_id", hit.chunk_id},
            {"document_id", hit.document.value()},
            {"external_id", hit.external_id},
            {"collection", hit.collection},
            {"title", hit.title},
            {"score", hit.score},
            {"scores", Json{{"dense", hit.dense_score}, {"lexical", hit.lexical_score}}},
            {"text", hit.text},
            {"span", to_json(hit.span)},
            {"page", optional_page(hit.page)},
            {"heading_path", hit.heading_path},
            {"metadata", hit.metadata}};
  if (!hit.explanation.is_null()) json["explanation"] = hit.explanation;
  return json;
}

Json to_json(const SearchResponse& response) {
  Json hits = Json::array();
  for (const Hit& hit : response.hits) hits.push_back(to_json(hit));
  return Json{{"hits", std::move(hits)},
              {"manifests", response.manifests},
              {"took_ms", rounded_ms(response.took_ms)},
              {"complete", response.complete}};
}

Json to_json(const Answer& answer) {
  Json sentences = Json::array(), citations = Json::array();
  for (const AnswerSentence& sentence : answer.sentences)
    sentences.push_back(
        Json{{"text", sentence.text}, {"citations", sentence.citations}, {"supported", sentence.supported}});
  for (const Citation& citation : answer.citations) citations.push_back(to_json(citation));
  return Json{{"answer", answer.answer},
              {"abstained", answer.abstained},
              {"sentences", std::move(sentences)},
              {"citations", std::move(citations)},
              {"generator", answer.generator},
              {"cached", answer.cached},
              {"took_ms", rounded_ms(answer.took_ms)},
              {"manifests", answer.manifests}};
}

Json to_json(const Document& document) {
  return Json{{"id", document.id.value()},
              {"external_id", document.external_id},
              {"title", document.facts.title},
              {"url", optional_text(document.facts.url)},
              {"language", optional_text(document.facts.language)},
              {"media_type", optional_text(document.facts.media_type)},
              {"metadata", document.facts.metadata},
              {"acl", document.facts.acl},
              {"content_hash", document.content_hash.value()},
              {"bytes", document.byte_size},
              {"version", document.version},
              {"status", to_string(document.status)},
              {"progress", document.progress},
              {"error", optional_text(document.error)},
              {"pages", document.pages},
              {"chunks", document.chunks},
              {"created_at", to_rfc3339(document.created_at)},
              {"updated_at", to_rfc3339(document.updated_at)}};
}

Json to_json(const Collection& collection, const CollectionCounts& counts) {
  return Json{{"name", collection.name},
              {"description", collection.description},
              {"embedding_model", optional_text(collection.embedding_model)},
              {"chunking", Json{{"strategy", collection.chunking.strategy},
                                {"max_tokens", collection.chunking.max_tokens},
                                {"overlap_tokens", collection.chunking.overlap_tokens}}},
              {"documents", counts.documents},
              {"chunks", counts.chunks},
              {"segments", counts.segments},
              {"bytes", counts.bytes},
              {"manifest", collection.manifest},
              {"created_at", to_rfc3339(collection.created_at)}};
}

Json to_json(const Task& task) {
  return Json{{"id", task.id.value()},
              {"type", task.type},
              {"priority", task.priority},
              {"status", to_string(task.status)},
              {"collection_id", optional_text(task.collection.value())},
              {"document_id", optional_text(task.document.value())},
              {"attempts", task.attempts},
              {"node", optional_text(task.node.value())},
              {"progress", task.progress},
              {"error", optional_text(task.error)},
              {"created_at", to_rfc3339(task.created_at)},
              {"started_at", optional_time(task.started_at)},
              {"finished_at", optional_time(task.finished_at)}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace cairn
