#pragma once

#include <vector>

#include "domain/principal.h"
#include "ports/catalog.h"

namespace cairn {

/// Which changes a follower asks for; what is empty admits all.
struct EventFilter {
  bool tasks = true, documents = true;  ///< Of tasks; of documents and collections.
  CollectionId collection;
  std::vector<TaskId> task_ids;
  std::vector<DocumentId> document_ids;
};

bool matches(const EventFilter& filter, const Change& change);

/// Whether a principal may know of a change (invariant 6): its tenant's tasks that it asked for, tasks and documents
/// within its ACLs, and all of its tenant for who sees all of it. Tasks about no document are its askers' alone.
bool may_see(const Principal& principal, const Change& change);

}  // namespace cairn
