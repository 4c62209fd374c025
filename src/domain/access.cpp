#include "domain/access.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace cairn {
namespace {

constexpr std::size_t max_account_name_bytes = 64;
constexpr std::size_t max_key_name_bytes = 512;  ///< 128 code points, whatever they are.
constexpr std::size_t max_groups = 256;
constexpr std::array all_scopes{Scope::query, Scope::ingest, Scope::admin};

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name_character(char c) { return is_alphanumeric(c) || std::string_view("._@+-").contains(c); }

/// C0, DEL, C1, and the line and paragraph separators U+2028 and U+2029, which some viewers of logs break lines at.
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029; }

}  // namespace

std::string actor_of(const Principal& principal) {
  switch (principal.credential) {
    case CredentialKind::local: return "local";
    case CredentialKind::key: return "key:" + principal.credential_id;
    case CredentialKind::user: return "user:" + principal.name;
    case CredentialKind::setup: return "setup";
  }
  return "local";
}

Result<void> check_account_name(std::string_view what, std::string_view name) {
  if (!name.empty() && name.size() <= max_account_name_bytes && is_alphanumeric(name.front()) &&
      std::ranges::all_of(name, is_name_character))
    return {};
  return fail(ErrorKind::invalid, "the name of a " + std::string(what) +
                                      " has 1 to 64 letters, digits and . _ @ + -, and starts with a letter or digit");
}

Result<void> check_key_name(std::string_view name) {
  constexpr std::size_t max_code_points = max_key_name_bytes / 4;
  if (!name.empty() && name.size() <= max_key_name_bytes && harmless(name, max_key_name_bytes) == name &&
      utf8::length(name) <= max_code_points)
    return {};
  return fail(ErrorKind::invalid, "the name of a key has 1 to 128 characters and no control characters");
}

Result<void> check_groups(const std::vector<std::string>& groups) {
  if (groups.size() > max_groups)
    return fail(ErrorKind::invalid, "an account can be in at most " + std::to_string(max_groups) + " groups");
  for (const std::string& group : groups) CAIRN_CHECK(check_account_name("group", group));
  return {};
}

Result<void> check_scopes(Scopes scopes) {
  if (!scopes.empty()) return {};
  return fail(ErrorKind::invalid, "name at least one scope of query, ingest and admin");
}

Result<Scopes> parse_scopes(const std::vector<std::string>& names) {
  unsigned bits = 0;
  for (const std::string& name : names) {
    const auto known = std::ranges::find(all_scopes, name, [](Scope scope) { return std::string(to_string(scope)); });
    if (known == all_scopes.end())
      return fail(ErrorKind::invalid,
                  "there is no scope '" + harmless(name, 64) + "'; there are query, ingest and admin");
    bits |= static_cast<unsigned>(*known);
  }
  const Scopes scopes = Scopes::from_number(bits);
  CAIRN_CHECK(check_scopes(scopes));
  return scopes;
}

std::vector<std::string> to_names(Scopes scopes) {
  std::vector<std::string> names;
  for (const Scope scope : all_scopes)
    if ((scopes.number() & static_cast<unsigned>(scope)) != 0) names.emplace_back(to_string(scope));
  return names;
}

std::vector<std::string> acl_names(const std::vector<std::string>& groups, std::string_view user) {
  std::vector<std::string> names;
  names.reserve(groups.size() + 1);
  for (const std::string& group : groups) names.push_back("group:" + group);
  if (!user.empty()) names.push_back("user:" + std::string(user));
  return names;
}

bool may_see(const Principal& principal, const std::vector<std::string>& acl) {
  if (principal.is_owner || acl.empty()) return true;
  return std::ranges::any_of(acl, [&](const std::string& entry) {
    return std::ranges::find(principal.groups, entry) != principal.groups.end();
  });
}

bool may_operate(const Principal& principal) {
  return principal.tenant == local_tenant && principal.scopes.may(Scope::admin);
}

std::string harmless(std::string_view text, std::size_t max_bytes) {
  const std::string whole = utf8::repair(text);
  std::string out;
  for (std::size_t end = 0; end < whole.size();) {
    const std::size_t start = end;
    const bool bad = is_control(utf8::next(whole, end));
    const std::string_view kept = bad ? "?" : std::string_view(whole).substr(start, end - start);
    if (out.size() + kept.size() > max_bytes) break;
    out += kept;
  }
  return out;
}

}  // namespace cairn
