#pragma once

#include <string>
#include <utility>

#include "ports/generator.h"

namespace cairn {

/// Answers with the sentences that the evidence consists of, word for word: no model, no network, nothing invented.
/// Stateless; any number of threads.
class ExtractiveGenerator final : public Generator {
 public:
  explicit ExtractiveGenerator(std::string name = "extractive") : name_(std::move(name)) {}

  std::string name() const override { return name_; }

  /// One to three pieces of evidence, best first, each its own sentence. Abstains when the best one's score is below
  /// what supports an answer. Whatever the evidence says is quoted, never obeyed. Errors: `cancelled`.
  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>& on_token) override;

 private:
  std::string name_;
};

}  // namespace cairn
