#include "api/json/access_shapes.h"
#include "api/routes/access.h"

namespace cairn::routes {
namespace {

std::vector<Parameter> tenant_parameter() { return {parameter("tenant", account_name_shape(), "Its name.")}; }

Result<http::Response> show(AccessControl& access, Call& call) {
  CAIRN_TRY(const TenantQuota quota, access.tenants.find(call.principal, TenantId(call.parameter("tenant"))));
  return json_response(200, tenant_quota_shape(), quota);
}

Result<http::Response> set(AccessControl& access, Call& call, const TenantQuota& wanted) {
  CAIRN_TRY(const TenantQuota quota,
            access.tenants.set(call.principal, TenantId(call.parameter("tenant")), wanted, call.request.peer));
  return json_response(200, tenant_quota_shape(), quota);
}

}  // namespace

void add_tenants(RouteTable& table, AccessControl& access) {
  table.add({.method = "GET",
             .path = "/v1/tenants/{tenant}/quota",
             .access = Access::admin,
             .id = "get_quota",
             .tag = "Access",
             .summary = "What a tenant may store",
             .path_parameters = tenant_parameter(),
             .replies = {answers(200, tenant_quota_shape(), "")},
             .handle = [&access](Call& call) { return show(access, call); }});
  table.add({.method = "PUT",
             .path = "/v1/tenants/{tenant}/quota",
             .access = Access::operation,
             .id = "set_quota",
             .tag = "Access",
             .summary = "Limit what a tenant may store",
             .path_parameters = tenant_parameter(),
             .bodies = {json_body(tenant_quota_shape())},
             .replies = {answers(200, tenant_quota_shape(), "It holds within seconds.")},
             .handle = with_body(tenant_quota_shape(), [&access](Call& call, const TenantQuota& wanted) {
               return set(access, call, wanted);
             })});
}

}  // namespace cairn::routes
