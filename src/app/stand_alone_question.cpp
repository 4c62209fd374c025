#include "app/stand_alone_question.h"

#include "app/fill_in_chinese.h"
#include "app/fill_in_english.h"
#include "app/query_language.h"

namespace cairn {
namespace {

constexpr std::size_t questions_back = 4;

/// The last turn of a role before `turns`' end, or empty.
std::string last_said(std::span<const ConversationTurn> turns, ConversationTurn::Role role) {
  for (auto turn = turns.rbegin(); turn != turns.rend(); ++turn)
    if (turn->role == role) return turn->content;
  return {};
}

std::string stand_alone(std::span<const ConversationTurn> turns, std::size_t depth) {
  const std::string& question = turns.back().content;
  std::size_t before = turns.size() - 1;
  while (before > 0 && turns[before - 1].role != ConversationTurn::Role::user) --before;
  if (before == 0) return question;
  const std::string answer = last_said(turns.first(turns.size() - 1), ConversationTurn::Role::assistant);
  // The question before may itself lean on the one before it.
  const std::string previous =
      depth < questions_back ? stand_alone(turns.first(before), depth + 1) : turns[before - 1].content;
  return query_language(question).cjk ? fill_in_chinese(question, previous, answer)
                                      : fill_in_english(question, previous, answer);
}

}  // namespace

std::string stand_alone_question(std::span<const ConversationTurn> turns) { return stand_alone(turns, 0); }

}  // namespace cairn
