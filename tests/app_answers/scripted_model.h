#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/answer.h"
#include "ports/language_model.h"

namespace cairn::testing {

/// Says what it is told to, in pieces of a few characters, whatever the prompt. One word is one token.
class ScriptedModel final : public LanguageModel {
 public:
  std::string reply;
  std::vector<ChatRequest> asked;
  std::optional<Error> error;
  std::uint32_t context = 4'096;
  std::size_t piece = 3;  ///< Characters of each piece.
  ReplyEnd end = ReplyEnd::stop;

  const std::string& name() const override { return name_; }
  std::uint32_t context_tokens() const override { return context; }
  std::size_t count_tokens(std::string_view text) const override {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
      const bool blank = c == ' ' || c == '\n';
      if (!blank && !inside) ++words;
      inside = !blank;
    }
    return words;
  }

  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    asked.push_back(request);
    if (error) return fail(*error);
    std::size_t start = 0, characters = 0;
    for (std::size_t at = 1; at <= reply.size(); ++at) {
      const bool boundary = at == reply.size() || (static_cast<unsigned char>(reply[at]) & 0xC0U) != 0x80U;
      if (!boundary || (++characters % piece != 0 && at != reply.size())) continue;
      on_text(std::string_view(reply).substr(start, at - start));
      start = at;
    }
    ChatReply made;
    made.text = reply;
    made.usage = {.prompt_tokens = 100, .cached_prompt_tokens = 60, .reply_tokens = 20, .price = 0.25};
    made.model = "scripted-large";
    made.finish = end;
    return made;
  }

 private:
  std::string name_ = "scripted";
};

inline Evidence passage(std::string text, double score = 0.9, std::string title = "") {
  Evidence made;
  made.text = std::move(text);
  made.score = score;
  made.title = std::move(title);
  return made;
}

}  // namespace cairn::testing
