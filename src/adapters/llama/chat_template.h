#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/language_model.h"

namespace cairn {

/// A piece of a prompt. Control tokens are only looked for in what the template wrote itself.
struct PromptPart {
  std::string text;
  bool from_outside = false;
};

/// How a model wants its conversations written: the Jinja template that its file carries. Any thread.
class ChatTemplate {
 public:
  /// An empty source: ChatML. Errors: `unsupported` (it cannot be read).
  static Result<ChatTemplate> parse(const std::string& source, std::string bos, std::string eos);

  /// The prompt up to where the reply begins. Where the template refuses the messages as they are (no system message,
  /// or user and assistant must alternate), they are joined. Errors: `unsupported` (it refuses them then, too).
  Result<std::vector<PromptPart>> render(const std::vector<ChatMessage>& messages) const;

 private:
  struct Program;
  explicit ChatTemplate(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Program> program_;
};

}  // namespace cairn
