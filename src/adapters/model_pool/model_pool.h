#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/model_pool/circuit.h"
#include "base/clock.h"
#include "ports/language_model.h"

namespace cairn {

struct PoolMember {
  LanguageModel* model = nullptr;
  unsigned weight = 1;  ///< Share of the questions; 0: only when the others fail.
};

struct ModelPoolOptions {
  std::string name;
  std::vector<PoolMember> members;        ///< Take turns by weight.
  std::vector<LanguageModel*> fall_back;  ///< Asked in this order when no member answers.
  CircuitOptions circuit;
  std::function<double()> random;  ///< 0 to 1, without 1; called by one thread at a time.

  /// Told when a model fails and another is asked or nobody is left; any thread. May be empty.
  std::function<void(const LanguageModel& model, const Error& error)> on_failure;
};

/// One name for several models. A question that one of them fails goes to the next, as long as nothing was passed on;
/// one that keeps failing is not asked for a while, and one whose turns are all taken only when no member is free. Its
/// context is that of the smallest, its count that of the strictest. The models and `clock` must outlive it. Errors:
/// `invalid` when there is none.
Result<std::unique_ptr<LanguageModel>> make_model_pool(ModelPoolOptions options, const Clock& clock);

}  // namespace cairn
