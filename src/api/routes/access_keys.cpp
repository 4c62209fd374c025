#include "api/json/access_shapes.h"
#include "api/json/shapes.h"
#include "api/routes/access.h"

namespace cairn::routes {
namespace {

constexpr std::int64_t most_days = 36'500;

/// A key that is wanted, as clients say it.
struct KeyBody {
  std::string name;
  Scopes scopes;
  std::vector<std::string> groups;
  std::optional<TenantId> tenant;
  std::optional<std::int64_t> expires_in_days;
  KeyLimits limits;
};

Shape<std::string> key_name_shape() {
  return shape::text(1, 128).with([](Schema& schema) {
    schema.pattern = R"(^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$)";
    schema.matches = [](std::string_view name) { return check_key_name(name).has_value(); };
    schema.pattern_in_words = "1 to 128 characters without control characters";
  });
}

const Shape<KeyBody>& key_body_shape() {
  using B = KeyBody;
  static const auto made =
      ObjectShape<B>("KeyRequest", "A key to make.")
          .required("name", &B::name, key_name_shape(), "What it is for.")
          .required("scopes", &B::scopes, scopes_shape(), "")
          .optional("groups", &B::groups, groups_shape(), "Documents whose ACL names one are seen.")
          .optional("tenant", &B::tenant, shape::maybe(shape::id<TenantTag>(account_name_shape())),
                    "Another than the caller's; only administrators of the tenant `local` may name one.")
          .optional("expires_in_days", &B::expires_in_days, shape::maybe(shape::integer<std::int64_t>(1, most_days)),
                    "Without it the key does not expire.")
          .optional("limits", &B::limits, key_limits_shape(), "")
          .example({{"name", "nightly sync"}, {"scopes", {"ingest"}}})
          .done();
  return made;
}

/// The key, and once its secret.
const Shape<MadeKey>& made_key_shape() {
  static const Shape<MadeKey> made = [] {
    Schema schema = *key_shape().schema;
    schema.name = "MadeKey";
    schema.description = "A key with its secret, which is shown this once.";
    schema.fields.push_back(
        {.name = "secret", .schema = shape::text().schema, .description = "Keep it safe.", .required = true});
    const auto write = [](const MadeKey& key, std::string& out) {
      key_shape().write(key.key, out);
      out.back() = ',';
      out += "\"secret\":";
      json_text::append(out, key.secret);
      out += '}';
    };
    return Shape<MadeKey>{std::make_shared<const Schema>(std::move(schema)), write, {}};
  }();
  return made;
}

Result<http::Response> create(AccessControl& access, Call& call, KeyBody body) {
  KeyRequest wanted;
  wanted.name = std::move(body.name);
  wanted.scopes = body.scopes;
  wanted.groups = std::move(body.groups);
  wanted.tenant = std::move(body.tenant);
  wanted.limits = body.limits;
  if (body.expires_in_days) wanted.expires_at = access.clock.now() + std::chrono::days(*body.expires_in_days);
  CAIRN_TRY(const MadeKey made, access.keys.create(call.principal, wanted, call.request.peer));
  http::Response response = json_response(201, made_key_shape(), made);
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_keys(RouteTable& table, AccessControl& access) {
  static const auto listing = listing_shape("KeyList", key_shape());
  table.add({.method = "POST",
             .path = "/v1/keys",
             .access = Access::admin,
             .id = "create_key",
             .tag = "Access",
             .summary = "Make an API key",
             .bodies = {json_body(key_body_shape())},
             .replies = {answers(201, made_key_shape(), "It was made; its secret is shown this once.")},
             .handle = with_body(key_body_shape(), [&access](Call& call, KeyBody body) {
               return create(access, call, std::move(body));
             })});
  table.add({.method = "GET",
             .path = "/v1/keys",
             .access = Access::admin,
             .id = "list_keys",
             .tag = "Access",
             .summary = "List the tenant's keys, the newest first, revoked ones too",
             .query = page_parameters(),
             .replies = {answers(200, listing, "")},
             .handle = [&access](Call& call) -> Result<http::Response> {
               CAIRN_TRY(Page<ApiKey> page,
                         access.keys.list(call.principal, call.query.text("cursor"), page_limit(call)));
               return json_response(200, listing, {std::move(page.items), std::move(page.next_cursor)});
             }});
  table.add({.method = "DELETE",
             .path = "/v1/keys/{id}",
             .access = Access::admin,
             .id = "revoke_key",
             .tag = "Access",
             .summary = "Revoke a key, at once",
             .replies = {answers_nothing(204, "It is not accepted any more.")},
             .handle = [&access](Call& call) -> Result<http::Response> {
               CAIRN_CHECK(access.keys.revoke(call.principal, KeyId(call.parameter("id")), call.request.peer));
               return no_content();
             }});
}

void add_audit(RouteTable& table, AccessControl& access) {
  static const auto listing = listing_shape("AuditList", audit_entry_shape());
  std::vector<Parameter> query = page_parameters();
  query.push_back(parameter("actor", shape::text(1, 256), "Only what this one did: `user:NAME`, `key:ID`."));
  query.push_back(parameter("action", shape::text(1, 256), "Only this, such as `key.create`."));
  table.add({.method = "GET",
             .path = "/v1/audit",
             .access = Access::admin,
             .id = "list_audit",
             .tag = "Access",
             .summary = "Who did what, the newest first",
             .query = std::move(query),
             .replies = {answers(200, listing, "")},
             .handle = [&access](Call& call) -> Result<http::Response> {
               CAIRN_CHECK(access.journal.flush());
               CAIRN_TRY(Page<AuditEntry> page, access.store.audit({.tenant = call.principal.tenant,
                                                                    .actor = call.query.text("actor"),
                                                                    .action = call.query.text("action"),
                                                                    .cursor = call.query.text("cursor"),
                                                                    .limit = page_limit(call)}));
               return json_response(200, listing, {std::move(page.items), std::move(page.next_cursor)});
             }});
}

}  // namespace cairn::routes
