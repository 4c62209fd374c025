#include "api/json/access_shapes.h"
#include "api/json/shapes.h"
#include "api/routes/access.h"

namespace cairn::routes {
namespace {

Shape<std::string> password_shape() {
  return shape::text(8, 1024).with([](Schema& schema) { schema.format = "password"; });
}

/// Null when the caller's own tenant is meant.
Shape<std::optional<TenantId>> tenant_shape() { return shape::maybe(shape::id<TenantTag>(account_name_shape())); }

const Shape<UserRequest>& user_request_shape() {
  static const auto made =
      ObjectShape<UserRequest>("UserRequest", "A user to create.")
          .required("name", &UserRequest::name, account_name_shape(), "Unique in its tenant.")
          .required("password", &UserRequest::password, password_shape(), "At least 8 bytes.")
          .required("scopes", &UserRequest::scopes, scopes_shape(), "")
          .optional("groups", &UserRequest::groups, groups_shape(), "Documents whose ACL names one are seen.")
          .optional("tenant", &UserRequest::tenant, tenant_shape(),
                    "Another than the caller's; only administrators of the tenant `local` may name one.")
          .example({{"name", "ada"}, {"password", "correct horse battery"}, {"scopes", {"query", "ingest"}}})
          .done();
  return made;
}

const Shape<UserPatch>& user_patch_shape() {
  static const auto made =
      ObjectShape<UserPatch>("UserPatch", "What to change of a user; what is left out stays.")
          .optional("password", &UserPatch::password, shape::maybe(password_shape()), "Ends all sessions of the user.")
          .optional("scopes", &UserPatch::scopes, shape::maybe(scopes_shape()), "")
          .optional("groups", &UserPatch::groups, shape::maybe(groups_shape()), "")
          .example({{"scopes", {"query"}}})
          .done();
  return made;
}

Route change_route(AccessControl& access) {
  return {.method = "PATCH",
          .path = "/v1/users/{name}",
          .access = Access::admin,
          .id = "change_user",
          .tag = "Access",
          .summary = "Change a user's password, scopes or groups, at once",
          .bodies = {json_body(user_patch_shape())},
          .replies = {answers(200, user_shape(), "")},
          .problems = {{409, "It is the last administrator of its tenant."}},
          .handle = with_body(user_patch_shape(), [&access](Call& call, UserPatch patch) -> Result<http::Response> {
            CAIRN_TRY(const User user,
                      access.users.change(call.principal, call.parameter("name"), patch, call.request.peer));
            return json_response(200, user_shape(), user);
          })};
}

Route delete_route(AccessControl& access) {
  return {.method = "DELETE",
          .path = "/v1/users/{name}",
          .access = Access::admin,
          .id = "delete_user",
          .tag = "Access",
          .summary = "Delete a user and end its sessions",
          .replies = {answers_nothing(204, "It is gone.")},
          .problems = {{409, "It is the last administrator of its tenant."}},
          .handle = [&access](Call& call) -> Result<http::Response> {
            CAIRN_CHECK(access.users.remove(call.principal, call.parameter("name"), call.request.peer));
            return no_content();
          }};
}

}  // namespace

void add_users(RouteTable& table, AccessControl& access) {
  static const auto listing = listing_shape("UserList", user_shape());
  table.add(
      {.method = "POST",
       .path = "/v1/users",
       .access = Access::admin,
       .id = "create_user",
       .tag = "Access",
       .summary = "Create a user",
       .bodies = {json_body(user_request_shape())},
       .replies = {answers(201, user_shape(), "It was created.")},
       .problems = {{409, "The name is taken."}},
       .handle = with_body(user_request_shape(), [&access](Call& call, UserRequest wanted) -> Result<http::Response> {
         CAIRN_TRY(const User user, access.users.create(call.principal, wanted, call.request.peer));
         return json_response(201, user_shape(), user);
       })});
  table.add({.method = "GET",
             .path = "/v1/users",
             .access = Access::admin,
             .id = "list_users",
             .tag = "Access",
             .summary = "List the tenant's users by name",
             .query = page_parameters(),
             .replies = {answers(200, listing, "")},
             .handle = [&access](Call& call) -> Result<http::Response> {
               CAIRN_TRY(Page<User> page,
                         access.users.list(call.principal, call.query.text("cursor"), page_limit(call)));
               return json_response(200, listing, {std::move(page.items), std::move(page.next_cursor)});
             }});
  table.add(change_route(access));
  table.add(delete_route(access));
}

}  // namespace cairn::routes
