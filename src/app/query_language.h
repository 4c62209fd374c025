#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// What a query's characters tell about its language. Queries are too short for language detection by words, but their
/// writing system is plain to see.
struct QueryLanguage {
  bool cjk = false;    ///< Chinese, Japanese or Korean characters: at least a fifth of the letters.
  std::string script;  ///< "zh-Hans" or "zh-Hant" when its characters tell the two apart, else empty.

  /// Whether a model for these primary language tags (none: all) reads the query's writing system.
  bool suits(const std::vector<std::string>& model_languages) const;
};

QueryLanguage query_language(std::string_view query);

/// The query as it is embedded: at most 8 kB of it (more than any model reads), Chinese folded as its documents are.
std::string embedded_query(std::string_view query, const QueryLanguage& language);

/// Nothing but white space.
bool is_blank(std::string_view text);

}  // namespace cairn
