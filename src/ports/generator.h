#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "domain/answer.h"

namespace cairn {

struct GenerateRequest {
  std::string question;
  std::string language;                ///< Of the question.
  std::span<const Evidence> evidence;  ///< Best first; the generator may cite no other.
  CancelToken cancel;
};

/// A sentence as it is generated, with the evidence it points to (indexes into the request's evidence).
struct GeneratedSentence {
  std::string text;
  std::vector<std::size_t> evidence;
};

/// Writes an answer from evidence.
class Generator {
 public:
  virtual ~Generator() = default;

  virtual std::string name() const = 0;

  /// Calls `on_token` with each piece of text as it comes (may be empty). No sentences: it abstains. Any thread.
  /// Errors: `cancelled`, `unavailable` (may be retried).
  virtual Result<std::vector<GeneratedSentence>> generate(const GenerateRequest& request,
                                                          const std::function<void(std::string_view)>& on_token) = 0;
};

}  // namespace cairn
