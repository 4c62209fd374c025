#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <string>

#include "ports/generator.h"

namespace cairn::testing {

/// Talks until it is cancelled. `has_begun` is there for tests that act while it does.
class EndlessGenerator final : public Generator {
 public:
  std::string name() const override { return "endless"; }

  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>& on_token) override {
    begun_.set_value();
    while (!request.cancel.cancelled())
      if (on_token) on_token("and ");
    was_cancelled = true;
    return fail(ErrorKind::cancelled, "cancelled");
  }

  std::future<void> has_begun() { return begun_.get_future(); }
  std::atomic<bool> was_cancelled{false};

 private:
  std::promise<void> begun_;
};

/// Keeps what it is told of a conversation, and abstains.
class ListeningGenerator final : public Generator {
 public:
  std::string name() const override { return "listening"; }
  Result<GeneratedAnswer> generate(const GenerateRequest&, const std::function<void(std::string_view)>&) override {
    return GeneratedAnswer{};
  }
  Result<std::optional<std::string>> stand_alone(std::span<const ConversationTurn> turns, const CancelToken&) override {
    for (const ConversationTurn& turn : turns)
      heard.push_back((turn.role == ConversationTurn::Role::user ? "user: " : "assistant: ") + turn.content);
    return std::nullopt;
  }

  std::vector<std::string> heard;
};

/// Quotes the best evidence and says that its reply ended as it is told to. Keeps the wishes that it is asked with.
class CutGenerator final : public Generator {
 public:
  std::string name() const override { return "cut"; }
  Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                   const std::function<void(std::string_view)>& on_token) override {
    wishes = request.wishes;
    GeneratedAnswer answer;
    answer.end = end;
    if (!request.evidence.empty()) answer.sentences.push_back({request.evidence.front().text, {0}});
    if (on_token && !request.evidence.empty()) on_token(request.evidence.front().text);
    return answer;
  }

  ReplyEnd end = ReplyEnd::length;
  WritingWishes wishes;
};

/// Fails in the middle of its first sentence.
class FailingGenerator final : public Generator {
 public:
  explicit FailingGenerator(Error error) : error_(std::move(error)) {}

  std::string name() const override { return "failing"; }
  Result<GeneratedAnswer> generate(const GenerateRequest&,
                                   const std::function<void(std::string_view)>& on_token) override {
    if (on_token) on_token("It is ");
    return fail(error_);
  }

 private:
  Error error_;
};

}  // namespace cairn::testing
