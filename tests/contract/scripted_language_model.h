#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/language_model.h"

namespace cairn::testing {

/// What a scripted model does with one request: passes the pieces on, then replies or fails.
struct ScriptedTurn {
  std::vector<std::string> pieces;
  std::optional<Error> error = std::nullopt;
  ChatReply::Finish finish = ChatReply::Finish::stop;
};

/// A language model that says what the test tells it to, and keeps what it was asked. One token is four bytes. Any
/// thread.
class ScriptedLanguageModel final : public LanguageModel {
 public:
  using Respond = std::function<ScriptedTurn(const ChatRequest&)>;

  explicit ScriptedLanguageModel(Respond respond, std::string name = "scripted", std::uint32_t context_tokens = 4096)
      : respond_(std::move(respond)), name_(std::move(name)), context_tokens_(context_tokens) {}

  /// Says `text` to everything, a few bytes at a time, never within a character.
  static ScriptedLanguageModel saying(std::string text, std::string name = "scripted") {
    return ScriptedLanguageModel([text](const ChatRequest&) { return ScriptedTurn{pieces_of(text)}; }, std::move(name));
  }

  /// Called before each piece is passed on, with its number; a test waits or cancels in it. May be empty.
  std::function<void(std::size_t piece)> before_piece;

  const std::string& name() const override { return name_; }
  std::uint32_t context_tokens() const override { return context_tokens_; }
  std::size_t count_tokens(std::string_view text) const override { return (text.size() + 3) / 4; }

  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
    }
    const ScriptedTurn turn = respond_(request);
    ChatReply reply;
    for (std::size_t i = 0; i < turn.pieces.size(); ++i) {
      if (before_piece) before_piece(i);
      if (request.cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
      reply.text += turn.pieces[i];
      if (on_text) on_text(turn.pieces[i]);
    }
    if (turn.error) return fail(*turn.error);
    if (request.cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
    reply.finish = turn.finish;
    reply.model = name_;
    for (const ChatMessage& message : request.messages)
      reply.usage.prompt_tokens += static_cast<std::uint32_t>(count_tokens(message.content));
    reply.usage.reply_tokens = static_cast<std::uint32_t>(count_tokens(reply.text));
    return reply;
  }

  /// What it was asked so far.
  std::vector<ChatRequest> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

  /// `text` in pieces of about five bytes that end between characters.
  static std::vector<std::string> pieces_of(std::string_view text) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
      std::size_t size = std::min<std::size_t>(5, text.size());
      while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
      pieces.emplace_back(text.substr(0, size));
      text.remove_prefix(size);
    }
    return pieces;
  }

 private:
  Respond respond_;
  std::string name_;
  std::uint32_t context_tokens_;
  mutable std::mutex mutex_;
  std::vector<ChatRequest> requests_;  // Guarded by mutex_.
};

}  // namespace cairn::testing
