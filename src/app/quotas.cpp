#include "app/quotas.h"

namespace cairn {
namespace {

constexpr std::chrono::seconds reread_after{5};  ///< A tenant's use, because documents are deleted too.

bool exceeds(std::uint64_t used, std::uint64_t more, std::uint64_t limit) {
  return limit != 0 && (more > limit || used > limit - more);
}

std::unexpected<Error> day_is_used_up(const char* what, std::uint64_t limit, TimePoint now) {
  const auto tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  return fail({.kind = ErrorKind::limited,
               .message = "this key may upload " + std::to_string(limit) + " " + what + " a day: go on tomorrow (UTC)",
               .retry_after = std::chrono::ceil<std::chrono::milliseconds>(tomorrow - now)});
}

std::unexpected<Error> tenant_is_full(const char* what, std::uint64_t limit) {
  return fail(ErrorKind::forbidden, "your tenant may store " + std::to_string(limit) + " " + what +
                                        ": delete some documents, or ask for a larger quota");
}

}  // namespace

Result<void> Quotas::admit(const Principal& principal, std::uint64_t documents, std::uint64_t bytes) {
  const TimePoint now = clock_.now();
  const KeyLimits& limits = principal.limits;
  const std::lock_guard lock(mutex_);
  CAIRN_CHECK(start_day(std::chrono::floor<std::chrono::days>(now).time_since_epoch().count()));
  Amount* used = nullptr;
  if (limits.documents_per_day != 0 || limits.bytes_per_day != 0) {
    used = &used_[KeyId(principal.credential_id)];
    if (exceeds(used->documents, documents, limits.documents_per_day))
      return day_is_used_up("documents", limits.documents_per_day, now);
    if (exceeds(used->bytes, bytes, limits.bytes_per_day)) return day_is_used_up("bytes", limits.bytes_per_day, now);
  }
  CAIRN_TRY(TenantUse * whole, tenant(principal.tenant));
  Amount& pending = whole->pending;
  if (exceeds(whole->stored.documents + pending.documents, documents, whole->quota.max_documents))
    return tenant_is_full("documents", whole->quota.max_documents);
  if (exceeds(whole->stored.bytes + pending.bytes, bytes, whole->quota.max_bytes))
    return tenant_is_full("bytes", whole->quota.max_bytes);
  pending.documents += documents;
  pending.bytes += bytes;
  if (used == nullptr) return {};
  used->documents += documents;
  used->bytes += bytes;
  journal_.used(KeyId(principal.credential_id), documents, bytes);
  return {};
}

void Quotas::settle(const TenantId& id, std::uint64_t documents, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto known = tenants_.find(id);
  if (known == tenants_.end()) return;
  TenantUse& use = known->second;
  use.pending.documents -= documents;
  use.pending.bytes -= bytes;
  use.stored.documents += documents;
  use.stored.bytes += bytes;
}

/// What keys used today is known from the journal's notes, so that a restart gives nothing back.
Result<void> Quotas::start_day(std::int64_t day) {
  if (day_ == day) return {};
  CAIRN_CHECK(journal_.flush());
  CAIRN_TRY(const auto uses, store_.key_uses(day));
  used_.clear();
  for (const KeyUse& use : uses) used_[use.key] = {.documents = use.documents, .bytes = use.bytes};
  day_ = day;
  return {};
}

Result<Quotas::TenantUse*> Quotas::tenant(const TenantId& id) {
  const auto now = clock_.monotonic();
  const auto known = tenants_.find(id);
  if (known != tenants_.end() && now - known->second.read_at < reread_after) return &known->second;
  TenantUse use;
  use.read_at = now;
  if (known != tenants_.end()) use.pending = known->second.pending;
  CAIRN_TRY(use.quota, store_.quota(id));
  if (use.quota != TenantQuota{}) {
    CAIRN_TRY(const StoredTotals totals, catalog_.totals(id));
    use.stored = {.documents = totals.documents, .bytes = totals.bytes};
  }
  return &(tenants_[id] = use);
}

}  // namespace cairn
