#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "app/run_tasks.h"
#include "base/result.h"
#include "domain/collection.h"

namespace cairn {

/// How the documents of an evaluation folder are brought into a store.
struct EvaluationCorpus {
  std::filesystem::path file;             ///< corpus.jsonl
  std::string collection = "evaluation";  ///< Made when it does not exist.
  Chunking chunking;
  WorkerOptions worker;
  WorkerEvents events;  ///< For progress; may be empty.
  CancelToken cancel;
};

struct IngestedCorpus {
  Collection collection;
  std::uint64_t documents = 0;  ///< In the collection.
  std::uint64_t chunks = 0;
  std::uint64_t tokens = 0;  ///< Embedded in this run: 0 when all of it was there already.
  double seconds = 0;        ///< From the first line read to the last document searchable.
};

/// Ingests a corpus by the same way as any documents. Errors: `invalid` for a broken corpus, those of ingest and
/// worker.
Result<IngestedCorpus> ingest_corpus(const WorkerPorts& ports, const EvaluationCorpus& corpus);

}  // namespace cairn
