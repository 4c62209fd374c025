#include "app/manage_quotas.h"

#include "app/manage_keys.h"

namespace cairn {

Result<TenantQuota> ManageQuotas::find(const Principal& principal, const TenantId& tenant) const {
  CAIRN_CHECK(check_account_name("tenant", tenant.value()));
  if (tenant != principal.tenant && !may_operate(principal))
    return fail(ErrorKind::not_found, "there is no tenant '" + tenant.value() + "' that you may see");
  return store_.quota(tenant);
}

Result<TenantQuota> ManageQuotas::set(const Principal& principal, const TenantId& tenant, const TenantQuota& quota,
                                      std::string_view address) const {
  CAIRN_CHECK(check_account_name("tenant", tenant.value()));
  if (!may_operate(principal))
    return fail(ErrorKind::forbidden, "who runs the server sets what tenants may store: ask them for a larger quota");
  CAIRN_CHECK(audited(journal_, audit_entry(principal, "quota.set", "tenant:" + tenant.value(), address, "ok"),
                      store_.set_quota(tenant, quota)));
  return quota;
}

}  // namespace cairn
