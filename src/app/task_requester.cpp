#include "app/task_requester.h"

#include "app/visible_documents.h"

namespace cairn {
namespace {

const char* kind_name(CredentialKind kind) {
  switch (kind) {
    case CredentialKind::key: return "key";
    case CredentialKind::user: return "user";
    case CredentialKind::setup: return "setup";
    case CredentialKind::local: break;
  }
  return "local";
}

CredentialKind kind_of(const std::string& name) {
  for (const CredentialKind kind : {CredentialKind::key, CredentialKind::user, CredentialKind::setup})
    if (name == kind_name(kind)) return kind;
  return CredentialKind::local;
}

std::unexpected<Error> unknown_task(const TaskId& id) {
  return fail(ErrorKind::not_found, "there is no task '" + id.value() + "': see the list of tasks");
}

}  // namespace

std::string subject_of(const Principal& principal) {
  const std::string kind = kind_name(principal.credential);
  return principal.credential_id.empty() ? kind : kind + ":" + principal.credential_id;
}

nlohmann::json to_requester(const Principal& principal) {
  return {{"subject", subject_of(principal)},   {"kind", kind_name(principal.credential)},
          {"id", principal.credential_id},      {"name", principal.name},
          {"groups", principal.groups},         {"owner", principal.is_owner},
          {"scopes", principal.scopes.number()}};
}

std::optional<Principal> requester_of(const Task& task) {
  const nlohmann::json& by = task.requested_by;
  if (!by.is_object() || !by.contains("subject")) return std::nullopt;
  Principal principal;
  principal.tenant = task.tenant;
  principal.credential = kind_of(by.value("kind", ""));
  principal.credential_id = by.value("id", "");
  principal.name = by.value("name", "");
  principal.groups = by.value("groups", std::vector<std::string>());
  principal.is_owner = by.value("owner", false);
  principal.scopes = Scopes::from_number(by.value("scopes", 0u));
  return principal;
}

bool asked_for(const Principal& principal, const Task& task) {
  if (principal.tenant != task.tenant || !task.requested_by.is_object()) return false;
  const auto subject = task.requested_by.find("subject");
  return subject != task.requested_by.end() && *subject == subject_of(principal);
}

std::optional<TaskViewer> viewer_of(const Principal& principal) {
  if (principal.is_owner) return std::nullopt;
  return TaskViewer{.groups = principal.groups, .subject = subject_of(principal)};
}

Result<Task> visible_task(const Catalog& catalog, const Principal& principal, const TaskId& id) {
  const auto task = catalog.task(id);
  if (!task && task.error().kind != ErrorKind::not_found) return fail(task.error());
  if (!task || task->tenant != principal.tenant) return unknown_task(id);
  if (principal.is_owner || asked_for(principal, *task)) return *task;
  if (task->document.empty()) return unknown_task(id);
  const auto document = visible_document(catalog, principal, task->document);
  if (!document) return document.error().kind == ErrorKind::not_found ? unknown_task(id) : fail(document.error());
  return *task;
}

}  // namespace cairn
