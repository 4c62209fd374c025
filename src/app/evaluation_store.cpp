#include "app/evaluation_store.h"

#include <string>
#include <utility>
#include <variant>

#include "app/beir.h"
#include "app/ingest_documents.h"
#include "app/query_language.h"

namespace cairn {
namespace {

Result<Collection> find_or_create(Catalog& catalog, const EvaluationCorpus& corpus) {
  auto found = catalog.collection(local_tenant, corpus.collection);
  if (found || found.error().kind != ErrorKind::not_found) return found;
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = corpus.collection;
  wanted.description = "Documents of an evaluation set";
  wanted.chunking = corpus.chunking;
  return catalog.create_collection(wanted);
}

/// Sets now and then have documents without any text, which nothing can find; they are not worth failing for.
IngestSources counting_blank(IngestSources sources, std::uint64_t& blank) {
  return [sources = std::move(sources), &blank]() -> Result<std::optional<IngestSource>> {
    auto source = sources();
    if (source && *source && is_blank(std::get<std::string>((*source)->content))) ++blank;
    return source;
  };
}

/// Figures of a set that is only half there would be wrong without saying so.
class LastFailure {
 public:
  WorkerEvents noting(WorkerEvents events) {
    events.on_outcome = [this, next = events.on_outcome](const TaskOutcome& outcome) {
      if (outcome.status == TaskStatus::failed) what_ = outcome.external_id + ": " + outcome.error;
      if (next) next(outcome);
    };
    return events;
  }

  std::unexpected<Error> error(std::uint64_t failed) const {
    return fail(ErrorKind::unavailable, std::to_string(failed) +
                                            " documents of the corpus could not be indexed, so that its "
                                            "figures would be wrong; the last of them is " +
                                            what_);
  }

 private:
  std::string what_;
};

}  // namespace

Result<IngestedCorpus> ingest_corpus(const WorkerPorts& ports, const EvaluationCorpus& corpus) {
  const auto started = ports.clock.monotonic();
  IngestedCorpus ingested;
  CAIRN_TRY(const IngestSources sources, open_beir_corpus(corpus.file));
  CAIRN_TRY(const Collection collection, find_or_create(ports.catalog, corpus));
  IngestRequest request;
  request.collection = collection.id;
  std::uint64_t blank = 0;
  CAIRN_CHECK(ingest_documents(ports.catalog, ports.blobs, request, counting_blank(sources, blank), corpus.cancel));
  LastFailure failure;
  CAIRN_TRY(const WorkerReport report, run_tasks(ports, corpus.worker, failure.noting(corpus.events), corpus.cancel));
  if (report.failed > blank) return failure.error(report.failed);
  ingested.tokens = report.tokens;
  ingested.seconds = std::chrono::duration<double>(ports.clock.monotonic() - started).count();
  CAIRN_TRY(ingested.collection, ports.catalog.collection(collection.id));
  CAIRN_TRY(const CollectionCounts counts, ports.catalog.counts(collection.id));
  ingested.documents = counts.documents;
  ingested.chunks = counts.chunks;
  return ingested;
}

}  // namespace cairn
