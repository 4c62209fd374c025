#include "adapters/postgres/statement_text.h"

namespace cairn::postgres {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string number_values(std::string_view sql) {
  std::string text;
  text.reserve(sql.size() + 16);
  int values = 0;
  char quote = '\0';
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '?') {
      text.push_back('$');
      if (i + 1 == sql.size() || !is_digit(sql[i + 1])) text += std::to_string(++values);
      continue;
    }
    text.push_back(c);
  }
  return text;
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text.push_back('"');
    text.push_back(c);
  }
  return text + "\"";
}

}  // namespace cairn::postgres
