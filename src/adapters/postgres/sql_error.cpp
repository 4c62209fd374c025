#include "adapters/postgres/sql_error.h"

namespace cairn::postgres {
namespace {

constexpr std::string_view lock_not_available = "55P03";
constexpr std::string_view query_canceled = "57014";
constexpr std::string_view read_only_transaction = "25006";
constexpr std::string_view idle_in_transaction_timeout = "25P03";

bool has_class(std::string_view state, std::string_view wanted) { return state.starts_with(wanted); }

}  // namespace

bool is_worth_repeating(std::string_view state) { return state == "40001" || state == "40P01"; }

bool ends_the_connection(std::string_view state) {
  return state == read_only_transaction || state == idle_in_transaction_timeout || has_class(state, "08") ||
         has_class(state, "57P");
}

Error sql_error(std::string_view state, const std::string& detail) {
  if (state == query_canceled)
    return {ErrorKind::unavailable, "PostgreSQL gave up a statement that took too long (" + detail + "): try again"};
  if (state == lock_not_available || is_worth_repeating(state))
    return {ErrorKind::unavailable, "the database is busy: another node holds it; try again"};
  if (state == read_only_transaction)
    return {ErrorKind::unavailable,
            "this PostgreSQL server only reads: name the primary in catalog.url, or several hosts with "
            "target_session_attrs=read-write"};
  if (ends_the_connection(state))
    return {ErrorKind::unavailable, "the connection to PostgreSQL was lost (" + detail + "): try again"};
  if (has_class(state, "53"))
    return {ErrorKind::unavailable, "PostgreSQL has run out of something (" + detail + "): give it more"};
  if (has_class(state, "28") || state == "3D000" || state == "42501")
    return {ErrorKind::unavailable,
            "PostgreSQL refuses (" + detail + "): check user, password, database and rights in catalog.url"};
  if (has_class(state, "XX001") || has_class(state, "XX002"))
    return {ErrorKind::corrupt, "the database is damaged (" + detail + "): restore a backup"};
  if (has_class(state, "58"))
    return {ErrorKind::unavailable, "PostgreSQL's disk failed (" + detail + "): check its server"};
  if (state == "54000" || state == "22001") return {ErrorKind::invalid, "a value is too long for the catalog"};
  return {ErrorKind::internal, "PostgreSQL refused a statement: " + detail};
}

}  // namespace cairn::postgres
