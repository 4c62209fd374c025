#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/answer_question.h"
#include "app/event_hub.h"
#include "app/quotas.h"
#include "app/search.h"
#include "base/clock.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/embedder.h"

namespace cairn::routes {

struct UploadLimits {
  std::uint64_t max_request_bytes = 8ULL << 30;  ///< Of a multipart upload, all its files together.
  std::uint64_t max_file_bytes = 5ULL << 30;
  std::uint64_t max_json_bytes = 64ULL << 20;  ///< Of documents sent as JSON; they are held in memory.
  std::size_t max_files = 10'000;              ///< In one request.
  std::chrono::milliseconds max_wait{60'000};  ///< How long `?wait=true` waits before it answers 202.
};

/// What the routes of documents, searches and answers work with. Everything must outlive the route table.
struct Services {
  Catalog& catalog;
  BlobStore& blobs;
  const EmbedderSet& embedders;
  const Clock& clock;
  const Searcher& searcher;
  const AnswerQuestion& answers;
  EventHub& events;
  std::vector<std::string> generators;  ///< Names that questions may choose from; the first is the default.
  std::string version;                  ///< Of the program.
  UploadLimits uploads = {};
  Quotas* quotas = nullptr;  ///< Of who uploads; null: there are none.

  /// A principal as it is by now, for what goes on long after it was let in; an error when it may no longer do
  /// anything. Any thread. Empty: nobody changes.
  std::function<Result<Principal>(const Principal& then)> current = {};

  /// Takes one more request off a caller's rate, for what does the work of several; an error when there is none left.
  /// Any thread. Empty: there is no limit.
  std::function<Result<void>(const Principal&)> admit = {};

  /// Why no worker runs just now, for a person; empty text: one does. Any thread. Empty: nobody knows.
  std::function<std::string()> worker_trouble = {};
};

}  // namespace cairn::routes
