#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "app/access_journal.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/access.h"
#include "ports/access_store.h"
#include "ports/catalog.h"

namespace cairn {

/// How much a caller may add: what its key may upload in a day of UTC, and what its tenant may store in all. Any
/// thread.
class Quotas {
 public:
  Quotas(const AccessStore& store, const Catalog& catalog, const Clock& clock, AccessJournal& journal)
      : store_(store), catalog_(catalog), clock_(clock), journal_(journal) {}

  /// Takes documents and their bytes off the caller's quotas before they are stored. Uploads of unknown size ask piece
  /// by piece, with `documents` 0 but for the first. Two callers at once never get more than there is, however long
  /// they take. Errors: `limited`, with when there is more; `forbidden` for a tenant that is full.
  Result<void> admit(const Principal& principal, std::uint64_t documents, std::uint64_t bytes);

  /// What was admitted is registered, or given up: from now on what the catalog says of the tenant holds.
  void settle(const TenantId& id, std::uint64_t documents, std::uint64_t bytes);

 private:
  struct Amount {
    std::uint64_t documents = 0, bytes = 0;
  };
  struct TenantUse {
    TenantQuota quota;
    Amount stored;   ///< As the catalog had it, and what was settled since.
    Amount pending;  ///< Admitted, and not settled: the catalog does not know of it yet.
    std::chrono::nanoseconds read_at{};
  };

  Result<void> start_day(std::int64_t day);
  Result<TenantUse*> tenant(const TenantId& id);

  const AccessStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  AccessJournal& journal_;
  std::mutex mutex_;  // Guards what follows.
  std::optional<std::int64_t> day_;
  std::map<KeyId, Amount> used_;  ///< On `day_`.
  std::map<TenantId, TenantUse> tenants_;
};

}  // namespace cairn
