#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "main/configuration.h"
#include "ports/generator.h"
#include "ports/language_model.h"

namespace cairn {

/// Everybody who can write an answer: the extractive generator, and one for each language model of the configuration.
class Generators {
 public:
  /// Opens no file and asks no endpoint: models are loaded at their first use. `clock` and `log` (may be null) must
  /// outlive it. Errors: `invalid` and `unsupported`, with the setting's name.
  static Result<std::unique_ptr<Generators>> open(const Configuration& configuration, const Clock& clock, Log* log);

  /// The one that answers by default is the first.
  const std::vector<Generator*>& all() const { return all_; }

 private:
  class Opening;

  std::vector<std::unique_ptr<LanguageModel>> models_;  ///< Those that a pool asks are before it.
  std::vector<std::unique_ptr<Generator>> generators_;
  std::vector<Generator*> all_;
};

}  // namespace cairn
