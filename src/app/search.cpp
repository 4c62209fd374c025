#include "app/search.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "app/chunk_outline.h"
#include "app/document_record.h"
#include "app/lexical_fields.h"
#include "app/parse_filter.h"
#include "app/query_language.h"
#include "app/question_coverage.h"
#include "app/visible_documents.h"
#include "base/trace.h"
#include "base/utf8.h"

namespace cairn {
namespace {

constexpr std::size_t max_limit = 1000;

/// A question has two or three pieces of work that need nothing of each other.
std::size_t hands() { return std::min(std::max(std::thread::hardware_concurrency(), 1U) - 1, 2U); }

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

Result<void> check(const SearchRequest& request) {
  if (is_blank(request.query)) return fail(ErrorKind::invalid, "the query is empty; say what to search for");
  if (request.limit == 0 || request.limit > max_limit)
    return fail(ErrorKind::invalid, "limit must be from 1 to " + std::to_string(max_limit));
  return {};
}

}  // namespace

/// One search from request to hits.
class Searcher::Run {
 public:
  Run(const Searcher& searcher, const SearchRequest& request)
      : searcher_(searcher), tuning_(searcher.tuning_), request_(request), language_(query_language(request.query)) {}

  Result<FoundChunks> operator()(const Principal& principal) {
    const auto started = searcher_.clock_.monotonic();
    CAIRN_CHECK(parse(principal));
    CAIRN_CHECK(open_snapshot(principal));
    depth_ = std::max(tuning_.depth, 2 * request_.limit);
    if (request_.mode != SearchMode::dense) read_words();
    CAIRN_CHECK(begin());
    rank();
    FoundChunks found;
    const std::vector<FusedCandidate> chosen = best();
    const std::vector<ModeScores> scores = mode_scores(chosen);
    ScopedSpan reading(request_.trace, "query.read");
    reading.set("hits", chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const FusedCandidate& candidate = chosen[i];
      CAIRN_TRY(Hit made, reading.watch(hit(candidate)));
      made.dense_score = scores[i].dense;
      made.lexical_score = scores[i].lexical;
      found.response.hits.push_back(std::move(made));
      found.places.push_back({candidate.segment, candidate.chunk, static_cast<float>(candidate.score)});
    }
    reading.end();
    for (const auto& member : snapshot_->members) found.response.manifests[member.name] = member.manifest;
    found.response.complete = complete_;
    found.response.took_ms = milliseconds(searcher_.clock_.monotonic() - started);
    found.snapshot = std::move(snapshot_);
    return found;
  }

 private:
  struct ModeScores {
    double dense = 0, lexical = 0;
  };

  Result<void> parse(const Principal& principal) {
    const ScopedSpan span(request_.trace, "query.parse");
    CAIRN_CHECK(check(request_));
    CAIRN_TRY(auto wanted, parse_filter(request_.filter));
    filter_ = both(visible_to(principal), std::move(wanted));
    return {};
  }

  Result<void> open_snapshot(const Principal& principal) {
    ScopedSpan span(request_.trace, "query.snapshot");
    CAIRN_TRY(const auto collections, collections_of(principal));
    CAIRN_TRY(snapshot_, span.watch(searcher_.snapshots_.open(collections, request_.trace)));
    span.set("collections", collections.size());
    span.set("segments", snapshot_->snapshot.segments().size());
    span.set("chunks", snapshot_->snapshot.live_chunk_count());
    return {};
  }

  Result<std::vector<Collection>> collections_of(const Principal& principal) const {
    if (request_.collections.empty()) return searcher_.catalog_.collections(principal.tenant);
    std::vector<Collection> collections;
    for (const std::string& name : std::set(request_.collections.begin(), request_.collections.end())) {
      CAIRN_TRY(Collection collection, searcher_.catalog_.collection(principal.tenant, name));
      collections.push_back(std::move(collection));
    }
    return collections;
  }

  void read_words() {
    query_ =
        searcher_.analyzers_.with([&](text::Analyzer& analyzer) { return lexical_query(analyzer, request_.query); });
    rankings_.push_back({{}, mode_weight(tuning_.lexical_weight)});
  }

  double mode_weight(double in_min_max) const {
    if (request_.mode != SearchMode::hybrid) return 1;
    return request_.fusion == Fusion::minmax ? in_min_max : tuning_.rrf_weight;
  }

  bool by_words() const { return request_.mode != SearchMode::dense; }

  /// What needs nothing of each other, side by side: each model's vector of the question, and, where all is searched
  /// here, what its words find.
  Result<void> begin() {
    if (request_.mode == SearchMode::lexical) return {};
    const std::vector<index::VectorSpace> spaces = snapshot_->snapshot.models();
    std::vector<Result<std::vector<float>>> vectors(spaces.size());
    std::vector<std::function<void()>> pieces;
    const ScopedStage::Place place = ScopedStage::place(request_.trace);
    for (std::size_t i = 0; i < spaces.size(); ++i)
      pieces.emplace_back([&, i] {
        const ScopedStage stage(place);
        vectors[i] = embed(spaces[i]);
      });
    if (by_words() && !searcher_.search_parts_)
      pieces.emplace_back([&] {
        const ScopedStage stage(place);
        by_words_ = search_part(snapshot_->snapshot, part_query(), nullptr, request_.trace);
      });
    searcher_.crew_.run(pieces);
    return take(spaces, std::move(vectors));
  }

  /// One ranking for each model present: their cosines cannot be compared, their ranks within themselves can.
  Result<void> take(std::span<const index::VectorSpace> spaces, std::vector<Result<std::vector<float>>> vectors) {
    const std::size_t before = rankings_.size();
    Error last;
    for (std::size_t i = 0; i < spaces.size(); ++i) {
      const index::VectorSpace& space = spaces[i];
      auto query = std::move(vectors[i]);
      if (query) {
        const double prior = language_.suits(searcher_.embedders_.find(space.model)->model().languages)
                                 ? 1
                                 : tuning_.other_language_prior;
        const double weight = mode_weight(tuning_.dense_weight);
        rankings_.push_back({{}, prior * weight});
        models_.push_back({space.model, std::move(*query)});
      } else {
        if (query.error().kind != ErrorKind::unavailable) return fail(std::move(query).error());
        last = std::move(query).error();
        complete_ = false;
      }
    }
    if (request_.mode == SearchMode::dense && !complete_ && rankings_.size() == before) return fail(std::move(last));
    return {};
  }

  PartQuery part_query() const {
    return {.by_words = by_words() && !by_words_,
            .terms = query_.terms,
            .vectors = models_,
            .filter = filter_,
            .depth = depth_,
            .bm25 = tuning_.bm25,
            .dense = tuning_.dense};
  }

  /// Fills in the rankings: what all segments find, wherever they are searched.
  void rank() {
    const PartQuery query = part_query();
    PartFound found = searcher_.search_parts_ ? searcher_.search_parts_(*snapshot_, query, request_.trace)
                                              : search_part(snapshot_->snapshot, query, nullptr, request_.trace);
    if (by_words_) found.lexical = std::move(by_words_->lexical);
    RankedParts ranked = join_parts(snapshot_->snapshot, query, std::move(found));
    if (by_words()) rankings_.front().candidates = std::move(ranked.lexical);
    for (std::size_t m = 0; m < models_.size(); ++m)
      rankings_[(by_words() ? 1 : 0) + m].candidates = std::move(ranked.dense[m]);
  }

  Result<std::vector<float>> embed(const index::VectorSpace& space) const {
    ScopedSpan span(request_.trace, "query.embed");
    span.set("model", space.model);
    return span.watch(embed_with(space));
  }

  Result<std::vector<float>> embed_with(const index::VectorSpace& space) const {
    const Embedder* embedder = searcher_.embedders_.find(space.model);
    if (embedder == nullptr)
      return fail(ErrorKind::unavailable, "documents were embedded with the model \"" + space.model +
                                              "\", which is not here: import it into the models folder");
    CAIRN_TRY(auto query, embedder->embed_query(embedded_query(request_.query, language_)));
    if (query.size() != space.dimensions)
      return fail(ErrorKind::unavailable, "the model \"" + space.model +
                                              "\" gives other vectors than when the documents were "
                                              "embedded; install the same model or ingest again");
    return query;
  }

  std::vector<FusedCandidate> best() {
    ScopedSpan span(request_.trace, "query.fuse");
    span.set("rankings", rankings_.size());
    std::vector<FusedCandidate> fused = fuse(rankings_, request_.fusion, tuning_.depth);
    const auto better = [&](const FusedCandidate& a, const FusedCandidate& b) {
      if (a.score != b.score) return a.score > b.score;
      return identity(a) < identity(b);
    };
    if (uses_coverage()) weigh_by_coverage(fused, better);
    // A few more than asked for: the bonus may lift one from just below.
    const bool by_script = !language_.script.empty();
    const std::size_t kept = std::min(fused.size(), by_script ? 2 * request_.limit + 10 : request_.limit);
    std::ranges::partial_sort(fused, fused.begin() + static_cast<std::ptrdiff_t>(kept), better);
    fused.resize(kept);
    if (by_script) {
      for (FusedCandidate& candidate : fused)
        if (language_of(candidate) == language_.script) candidate.score += tuning_.own_script_bonus;
      std::ranges::sort(fused, better);
      fused.resize(std::min(kept, request_.limit));
    }
    return fused;
  }

  bool uses_coverage() const { return request_.mode == SearchMode::hybrid && request_.fusion == Fusion::minmax; }

  /// Min-max gives the best chunk by words full marks even when it has few words of the question. The ranking by words
  /// counts only as far as some chunk covers the question; and among the best chunks, each counts for what it covers.
  /// Which are looked at does not depend on the limit, so that a longer list does not change the order of a shorter.
  template <class Better>
  void weigh_by_coverage(std::vector<FusedCandidate>& fused, Better better) {
    const std::size_t looked_at = std::min(fused.size(), tuning_.coverage_depth);
    std::ranges::partial_sort(fused, fused.begin() + static_cast<std::ptrdiff_t>(looked_at), better);
    std::vector<index::Candidate> places;
    for (std::size_t i = 0; i < looked_at; ++i) places.push_back({fused[i].segment, fused[i].chunk, 0});
    const std::vector<double> coverage = question_coverage(snapshot_->snapshot, query_, places);
    const double largest = coverage.empty() ? 0 : std::ranges::max(coverage);
    for (FusedCandidate& candidate : fused)
      candidate.score -= (1 - largest) * rankings_.front().weight * candidate.standings.front().normalised;
    rankings_.front().weight *= largest;
    for (std::size_t i = 0; i < looked_at; ++i) {
      fused[i].coverage = coverage[i];
      fused[i].score += tuning_.coverage_weight * coverage[i];
    }
  }

  const index::Segment& segment(const FusedCandidate& candidate) const {
    return *snapshot_->snapshot.segments()[candidate.segment].segment;
  }

  std::pair<index::DocumentKey, std::uint32_t> identity(const FusedCandidate& candidate) const {
    const index::StoredChunk chunk = segment(candidate).chunk(candidate.chunk);
    return {segment(candidate).key(chunk.document), chunk.ordinal};
  }

  std::string language_of(const FusedCandidate& candidate) const {
    const index::Segment& from = segment(candidate);
    const auto record = from_stored(from.stored(from.chunk(candidate.chunk).document));
    return record ? record->language : std::string();
  }

  Result<Hit> hit(const FusedCandidate& candidate) const {
    const index::Segment& from = segment(candidate);
    const index::StoredChunk chunk = from.chunk(candidate.chunk);
    CAIRN_TRY(DocumentRecord record, from_stored(from.stored(chunk.document)));
    CAIRN_TRY(std::string text, from.text(chunk.document, chunk.span));
    Hit made;
    made.document = from_key(from.key(chunk.document));
    made.chunk_id = chunk_id(made.document, record.version, chunk.ordinal);
    made.version = record.version;
    made.collection = snapshot_->member_of(candidate.segment).name;
    made.title = record.shown_title();
    made.external_id = std::move(record.external_id);
    made.language = std::move(record.language);
    made.metadata = std::move(record.metadata);
    made.score = candidate.score;
    made.text = std::move(text);
    made.span = chunk.span;
    made.page = chunk.page;
    made.heading_path = outline_from_stored(chunk.heading_path).path;
    if (request_.explain) made.explanation = explain(candidate);
    return made;
  }

  /// Each chunk's cosine and BM25 score, also where a ranking was cut before it.
  std::vector<ModeScores> mode_scores(std::span<const FusedCandidate> chosen) const {
    const ScopedSpan span(request_.trace, "query.scores");
    std::vector<ModeScores> scores(chosen.size());
    const std::size_t first_dense = request_.mode == SearchMode::dense ? 0 : 1;
    if (first_dense == 1)
      fill_scores(
          chosen, 0, &ModeScores::lexical, scores, [&](std::size_t) { return !query_.terms.empty(); },
          [&](auto places) { snapshot_->snapshot.score_lexical(query_.terms, tuning_.bm25, places); });
    for (std::size_t m = 0; m < models_.size(); ++m) {
      const PartQuery::Vector& model = models_[m];
      fill_scores(
          chosen, first_dense + m, &ModeScores::dense, scores,
          [&](std::size_t i) { return segment(chosen[i]).space().model == model.model; },
          [&](auto places) { snapshot_->snapshot.score_dense(model.model, model.query, places); });
    }
    return scores;
  }

  /// What ranking `r` knows is taken from it; what it was cut before, but may have a score, is scored all at once.
  template <class MayHave, class Score>
  void fill_scores(std::span<const FusedCandidate> chosen, std::size_t r, double ModeScores::* mode,
                   std::span<ModeScores> scores, MayHave may_have, Score score) const {
    std::vector<index::Candidate> places;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const Standing& standing = chosen[i].standings[r];
      if (standing.rank != 0) {
        scores[i].*mode = standing.score;
      } else if (may_have(i)) {
        places.push_back({chosen[i].segment, chosen[i].chunk, 0});
        owners.push_back(i);
      }
    }
    if (places.empty()) return;
    score(std::span(places));
    for (std::size_t i = 0; i < places.size(); ++i) scores[owners[i]].*mode = places[i].score;
  }

  nlohmann::json explain(const FusedCandidate& candidate) const {
    nlohmann::json explanation = {{"fusion", request_.fusion == Fusion::rrf ? "rrf" : "minmax"}};
    const bool lexical = request_.mode != SearchMode::dense;
    if (language_of(candidate) == language_.script && !language_.script.empty())
      explanation["own_script_bonus"] = tuning_.own_script_bonus;
    if (uses_coverage()) explanation["coverage"] = {{"share", candidate.coverage}, {"weight", tuning_.coverage_weight}};
    for (std::size_t r = 0; r < rankings_.size(); ++r) {
      const Standing& standing = candidate.standings[r];
      if (standing.rank == 0) continue;
      nlohmann::json part = {{"rank", standing.rank},
                             {"score", standing.score},
                             {"normalised", standing.normalised},
                             {"weight", rankings_[r].weight}};
      if (lexical && r == 0) {
        part["terms"] = explain_terms(candidate);
        explanation["lexical"] = std::move(part);
      } else {
        part["model"] = models_[lexical ? r - 1 : r].model;
        explanation["dense"] = std::move(part);
      }
    }
    return explanation;
  }

  nlohmann::json explain_terms(const FusedCandidate& candidate) const {
    const auto contributions =
        snapshot_->snapshot.explain_lexical(query_.terms, tuning_.bm25, {candidate.segment, candidate.chunk, 0});
    nlohmann::json terms = nlohmann::json::array();
    for (std::size_t t = 0; t < contributions.size(); ++t)
      if (contributions[t] > 0)
        terms.push_back(
            {{"term", query_.terms[t].term}, {"weight", query_.terms[t].weight}, {"contribution", contributions[t]}});
    return terms;
  }

  const Searcher& searcher_;
  const SearchTuning& tuning_;
  const SearchRequest& request_;
  const QueryLanguage language_;
  std::shared_ptr<const CollectionSnapshot> snapshot_;
  std::optional<index::Filter> filter_;
  std::size_t depth_ = 0;
  LexicalQuery query_;
  std::vector<PartQuery::Vector> models_;
  std::optional<PartFound> by_words_;  ///< Where this was looked for beside the embedding.
  std::vector<Ranking> rankings_;      ///< The lexical one first, if any; then one for each of models_.
  bool complete_ = true;
};

Searcher::Searcher(const Catalog& catalog, const BlobStore& blobs, const EmbedderSet& embedders, const Clock& clock,
                   SearchTuning tuning)
    : catalog_(catalog),
      embedders_(embedders),
      clock_(clock),
      tuning_(tuning),
      snapshots_(catalog, blobs),
      crew_(hands()) {}

Result<FoundChunks> Searcher::find(const Principal& principal, const SearchRequest& request) const {
  SearchRequest asked = request;
  while (true) {
    CAIRN_TRY(FoundChunks found, Run(*this, asked)(principal));
    const std::size_t ranked = found.response.hits.size();
    CAIRN_CHECK(drop_hidden_hits(catalog_, principal, found));
    const std::size_t visible = found.response.hits.size();
    const bool is_all = ranked < asked.limit || asked.limit >= max_limit;
    if (visible == ranked || visible >= request.limit || is_all) {
      found.response.hits.resize(std::min(request.limit, visible));
      found.places.resize(found.response.hits.size());
      return found;
    }
    // An ACL was narrowed and the index does not know yet: what stands behind the hidden hits moves up.
    asked.limit = std::min(max_limit, 4 * asked.limit);
  }
}

Result<PartFound> Searcher::find_part(const PartRequest& request, Trace* trace) const {
  const auto& bits = request.query.dense.query_bits;
  if (!std::ranges::is_sorted(request.segments) || bits < 1 || bits > 4 || request.query.depth > 4 * max_limit)
    return fail(ErrorKind::invalid, "another node asks for what no node of this version asks for");
  CAIRN_TRY(const auto snapshot, snapshots_.open_at(request.collections, trace));
  return search_part(snapshot->snapshot, request.query, &request.segments, trace);
}

Result<SearchResponse> Searcher::search(const Principal& principal, const SearchRequest& request) const {
  CAIRN_TRY(FoundChunks found, find(principal, request));
  return std::move(found.response);
}

}  // namespace cairn
