#pragma once

#include <memory>

#include "adapters/fault/fault_plan.h"
#include "ports/language_model.h"

namespace cairn {

/// A language model that fails now and then: before it said anything, in the middle of its reply (`torn`), or after all
/// of it was passed on.
class FaultyLanguageModel final : public LanguageModel {
 public:
  /// `inner` must outlive this model.
  FaultyLanguageModel(LanguageModel& inner, std::shared_ptr<FaultPlan> plan) : inner_(inner), plan_(std::move(plan)) {}

  const std::string& name() const override { return inner_.name(); }
  std::uint32_t context_tokens() const override { return inner_.context_tokens(); }
  std::size_t count_tokens(std::string_view text) const override { return inner_.count_tokens(text); }
  bool has_room() const override { return inner_.has_room(); }
  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override;

 private:
  LanguageModel& inner_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace cairn
