#include "api/json/access_shapes.h"

namespace cairn {
namespace {

using shape::count;
using shape::text;
using shape::text_or_null;
using shape::time_or_null;

constexpr std::size_t most_groups = 256;

template <class Tag>
Shape<StrongId<Tag>> id() {
  return shape::id<Tag>(text());
}

bool is_account_name(std::string_view name) { return check_account_name("user", name).has_value(); }

}  // namespace

Shape<std::string> account_name_shape() {
  return text(1, 64).with([](Schema& schema) {
    schema.pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$";
    schema.matches = is_account_name;
    schema.pattern_in_words = "1 to 64 letters, digits and . _ @ + -, and start with a letter or digit";
    schema.example = "ada";
  });
}

Shape<std::vector<std::string>> groups_shape() { return shape::list(account_name_shape(), most_groups); }

const Shape<Scopes>& scopes_shape() {
  static const Shape<Scopes> made = [] {
    const auto names =
        shape::list(text().with([](Schema& schema) { schema.choices = {"query", "ingest", "admin"}; }), 3, 1);
    return Shape<Scopes>{names.schema,
                         [names](const Scopes& scopes, std::string& out) { names.write(to_names(scopes), out); },
                         [names](nlohmann::json& json, Scopes& scopes) {
                           std::vector<std::string> read;
                           names.read(json, read);
                           scopes = parse_scopes(read).value_or(Scopes{});
                         }};
  }();
  return made;
}

const Shape<KeyLimits>& key_limits_shape() {
  const auto rate = shape::integer<std::uint32_t>(0, 1'000'000);
  const auto amount = shape::integer<std::uint64_t>(0, 9007199254740991.0);
  static const auto made =
      ObjectShape<KeyLimits>("KeyLimits", "What a key may use up; 0: no limit.")
          .optional("requests_per_minute", &KeyLimits::requests_per_minute, rate, "")
          .optional("burst", &KeyLimits::burst, rate, "Requests at once after a pause; 0: as many as in a minute.")
          .optional("documents_per_day", &KeyLimits::documents_per_day, amount, "Uploaded, in a day of UTC.")
          .optional("bytes_per_day", &KeyLimits::bytes_per_day, amount, "Uploaded, in a day of UTC.")
          .done();
  return made;
}

const Shape<TenantQuota>& tenant_quota_shape() {
  const auto amount = shape::integer<std::uint64_t>(0, 9007199254740991.0);
  static const auto made = ObjectShape<TenantQuota>("TenantQuota", "What a tenant may store in all; 0: no limit.")
                               .optional("max_documents", &TenantQuota::max_documents, amount, "")
                               .optional("max_bytes", &TenantQuota::max_bytes, amount, "Of originals.")
                               .example({{"max_documents", 10'000}})
                               .done();
  return made;
}

const Shape<ApiKey>& key_shape() {
  static const auto made =
      ObjectShape<ApiKey>("Key", "A key for programs. Its secret is shown once, when it is made.")
          .required("id", &ApiKey::id, id<KeyTag>(), "")
          .required("name", &ApiKey::name, text(), "What it is for.")
          .required("tenant", &ApiKey::tenant, id<TenantTag>(), "")
          .required("prefix", &ApiKey::prefix, text(), "The first characters of the secret, to recognise it.")
          .required("scopes", &ApiKey::scopes, scopes_shape(), "")
          .required("groups", &ApiKey::groups, shape::list(text()), "Documents whose ACL names one are seen.")
          .required("limits", &ApiKey::limits, key_limits_shape(), "")
          .required("created_by", &ApiKey::created_by, text(), "")
          .required("created_at", &ApiKey::created_at, shape::time(), "")
          .required("expires_at", &ApiKey::expires_at, time_or_null(), "")
          .required("revoked_at", &ApiKey::revoked_at, time_or_null(), "")
          .required("last_used_at", &ApiKey::last_used_at, time_or_null(), "To within a few seconds.")
          .done();
  return made;
}

const Shape<User>& user_shape() {
  static const auto made = ObjectShape<User>("User", "A person who logs in with a password.")
                               .required("name", &User::name, text(), "Unique in its tenant.")
                               .required("tenant", &User::tenant, id<TenantTag>(), "")
                               .required("scopes", &User::scopes, scopes_shape(), "")
                               .required("groups", &User::groups, shape::list(text()), "")
                               .required("created_by", &User::created_by, text(), "")
                               .required("created_at", &User::created_at, shape::time(), "")
                               .required("updated_at", &User::updated_at, shape::time(), "")
                               .required("last_login_at", &User::last_login_at, time_or_null(), "")
                               .done();
  return made;
}

const Shape<AuditEntry>& audit_entry_shape() {
  static const auto made =
      ObjectShape<AuditEntry>("AuditEntry", "Who did what to which object, when, from where, and with which result.")
          .required("number", &AuditEntry::number, count<std::uint64_t>(), "Grows.")
          .required("at", &AuditEntry::at, shape::time(), "")
          .required("actor", &AuditEntry::actor, text_or_null(), "`user:NAME`, `key:ID`, `local` or `setup`.")
          .required("action", &AuditEntry::action, text(), "")
          .required("object", &AuditEntry::object, text_or_null(), "")
          .required("address", &AuditEntry::address, text_or_null(), "Null: not over the network.")
          .required("outcome", &AuditEntry::outcome, text(), "`ok`, or what was wrong.")
          .done();
  return made;
}

const Shape<Principal>& principal_shape() {
  const auto kind = [](const Principal& principal) -> std::string {
    switch (principal.credential) {
      case CredentialKind::local: return "local";
      case CredentialKind::key: return "key";
      case CredentialKind::user: return "user";
      case CredentialKind::setup: return "setup";
    }
    return "local";
  };
  static const auto made =
      ObjectShape<Principal>("Principal", "Who asks.")
          .required("name", &Principal::name, text(), "Of the user or key.")
          .written("kind", text().with([](Schema& schema) { schema.choices = {"local", "key", "user", "setup"}; }),
                   kind, "How the caller proved who it is.")
          .required("tenant", &Principal::tenant, id<TenantTag>(), "")
          .required("scopes", &Principal::scopes, scopes_shape(), "")
          .required("groups", &Principal::groups, shape::list(text()),
                    "As they stand in ACLs: `group:NAME`, `user:NAME`.")
          .done();
  return made;
}

}  // namespace cairn
