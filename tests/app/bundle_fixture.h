#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/export_collection.h"
#include "app/import_collection.h"
#include "app/search.h"
#include "app/test_store.h"
#include "app/verify_store.h"

namespace cairn::testing {

/// A bundle in memory.
struct BundleBytes {
  std::string bytes;
  int restarts = 0;
  bool is_whole = false;

  BundleTarget target() {
    return {.restart =
                [this] {
                  bytes.clear();
                  ++restarts;
                  return Result<void>();
                },
            .append =
                [this](Bytes more) {
                  bytes.append(as_text(more));
                  return Result<void>();
                },
            .finish =
                [this] {
                  is_whole = true;
                  return Result<void>();
                }};
  }
};

/// A store that collections leave and enter.
struct BundleStore : TestStore {
  void add(const std::string& id, const std::string& text, std::vector<std::string> acl = {}) {
    DocumentFacts facts;
    facts.title = "Title of " + id;
    facts.metadata = {{"year", 2026}, {"list", {1, 2.5, "x"}}};
    facts.acl = std::move(acl);
    ingest({{.external_id = id, .facts = std::move(facts), .content = text}});
    work();
  }

  /// Some documents in several segments: one was replaced, one deleted, one is only for the board.
  void fill() {
    for (int i = 0; i < 12; ++i)
      add("doc" + std::to_string(i), "The heron number " + std::to_string(i) + " waits in the reeds.\nIt is patient.");
    add("doc3", "A new heron stands in for number three.");
    add("board.txt", "Herons cost the board a fortune.", {"group:board"});
    must(catalog->request_deletion(document_id(collection.id, "doc5"), default_priority));
    work();
  }

  Result<ExportReport> try_export(BundleBytes& bundle, ExportOptions wanted = {}, const CancelToken& cancel = {}) {
    if (wanted.collection.empty()) wanted.collection = "papers";
    wanted.made_by = "cairn test";
    return export_collection(*catalog, *blobs, wanted, bundle.target(), cancel);
  }
  std::string exported() {
    BundleBytes bundle;
    must(try_export(bundle));
    return bundle.bytes;
  }

  Result<ImportReport> try_import(const std::string& bytes, const ImportOptions& wanted = {},
                                  const CancelToken& cancel = {}) {
    return import_collection({.catalog = *catalog, .blobs = *blobs, .embedders = embedders},
                             BlobView(as_bytes(bytes), nullptr), wanted, cancel);
  }

  /// What a search finds, to the last bit: documents by their external ids, sorted where scores are the same.
  std::vector<std::string> found(const std::string& name, const std::string& query,
                                 SearchMode mode = SearchMode::hybrid, const Principal& principal = {}) {
    const Searcher searcher(*catalog, *blobs, embedders, clock, SearchTuning{});
    const auto response =
        must(searcher.search(principal, {.query = query, .collections = {name}, .mode = mode, .limit = 100}));
    std::vector<std::string> lines;
    for (const Hit& hit : response.hits)
      lines.push_back(nlohmann::json{
          {"score", hit.score},
          {"dense", hit.dense_score},
          {"lexical", hit.lexical_score},
          {"id", hit.external_id},
          {"title", hit.title},
          {"text", hit.text},
          {"metadata",
           hit.metadata}}.dump());
    std::ranges::sort(lines);
    return lines;
  }

  std::vector<std::string> problems() {
    std::vector<std::string> messages;
    for (const StoreProblem& problem : must(verify_store(*catalog, *blobs, {}, {})).problems)
      messages.push_back(problem.kind + " " + problem.subject + ": " + problem.message);
    return messages;
  }

  /// No collection of this name, no document and no manifest: as if nobody had tried.
  bool has_no(const std::string& name) const {
    const auto collection_found = catalog->collection(local_tenant, name);
    return !collection_found && collection_found.error().kind == ErrorKind::not_found;
  }
};

/// A store without the collection that a BundleStore begins with.
struct EmptyStore : BundleStore {
  EmptyStore() { must(catalog->delete_collection(collection.id)); }
};

}  // namespace cairn::testing
