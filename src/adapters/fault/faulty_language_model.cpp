#include "adapters/fault/faulty_language_model.h"

namespace cairn {

Result<ChatReply> FaultyLanguageModel::chat(const ChatRequest& request,
                                            const std::function<void(std::string_view)>& on_text) {
  const Fault fault = plan_->next(true);
  plan_->reach("chat", "before");
  if (fault == Fault::before) return fail(plan_->error("chat", fault));
  bool silent = false;
  auto reply = inner_.chat(request, [&](std::string_view piece) {
    if (!silent && on_text) on_text(piece);
    if (fault == Fault::torn && plan_->toss(0.3)) silent = true;  // The rest never arrives.
  });
  plan_->reach("chat", "after");
  if (reply && fault != Fault::none) return fail(plan_->error("chat", fault));
  return reply;
}

}  // namespace cairn
