#include "app/evaluation_store.h"

#include <utility>

#include "app/beir.h"
#include "app/ingest_documents.h"

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

}  // namespace

Result<IngestedCorpus> ingest_corpus(const WorkerPorts& ports, const EvaluationCorpus& corpus) {
  const auto started = ports.clock.monotonic();
  IngestedCorpus ingested;
  CAIRN_TRY(const IngestSources sources, open_beir_corpus(corpus.file));
  CAIRN_TRY(const Collection collection, find_or_create(ports.catalog, corpus));
  IngestRequest request;
  request.collection = collection.id;
  CAIRN_CHECK(ingest_documents(ports.catalog, ports.blobs, request, sources, corpus.cancel));
  CAIRN_TRY(const WorkerReport report, run_tasks(ports, corpus.worker, corpus.events, corpus.cancel));
  ingested.tokens = report.tokens;
  ingested.seconds = std::chrono::duration<double>(ports.clock.monotonic() - started).count();
  CAIRN_TRY(ingested.collection, ports.catalog.collection(collection.id));
  CAIRN_TRY(const CollectionCounts counts, ports.catalog.counts(collection.id));
  ingested.documents = counts.documents;
  ingested.chunks = counts.chunks;
  return ingested;
}

}  // namespace cairn
