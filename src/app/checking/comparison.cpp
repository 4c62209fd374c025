#include "app/checking/comparison.h"

#include <algorithm>

namespace cairn::checking {
namespace {

using Kind = Token::Kind;

bool ends_part(const Token& token, bool clauses) {
  return token.kind == Kind::sentence_end || (clauses && token.kind == Kind::clause_end);
}

/// "50 in one day" says the same as "50 a day".
bool is_frequency(const Quantity& quantity, const Ground& ground) {
  std::string per;
  if (quantity.unit == "day" && quantity.value == 1) per = "per day";
  if (quantity.unit == "day" && quantity.value == 7) per = "per week";
  if (quantity.unit == "month" && quantity.value == 1) per = "per month";
  if (quantity.unit == "month" && quantity.value == 12) per = "per year";
  return !per.empty() && std::ranges::any_of(ground.texts, [&](const Statement& text) {
    return std::ranges::any_of(
        text.tokens, [&](const Token& token) { return token.kind == Kind::quantity && token.quantity.unit == per; });
  });
}

}  // namespace

std::vector<Part> parts_of(const Statement& statement, bool clauses) {
  std::vector<Part> parts(1);
  for (const Token& token : statement.tokens) {
    if (ends_part(token, clauses)) {
      if (!parts.back().empty()) parts.emplace_back();
    } else {
      parts.back().push_back(&token);
    }
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

void Ground::finish() {
  const auto collect = [&](const std::vector<Statement>& from, auto& into) {
    for (const Statement& statement : from)
      for (const Token& token : statement.tokens)
        if (token.kind == Kind::word) {
          into.insert(token.key);
          folded += token.text;
          if (!token.han) folded += ' ';
        } else {
          folded += ' ';
        }
  };
  collect(texts, keys);
  collect(contexts, context_keys);
  for (const Statement& statement : texts) {
    std::ranges::copy(parts_of(statement, false), std::back_inserter(sentences));
    std::ranges::copy(parts_of(statement, true), std::back_inserter(clauses));
  }
  for (const Part& clause : clauses) {
    std::set<std::string_view> words;
    for (const Token* token : clause)
      if (token->kind == Kind::word && words.insert(token->key).second) ++clauses_with[token->key];
  }
}

bool has_key(const Part& part, std::string_view key) {
  return std::ranges::any_of(part, [&](const Token* token) { return token->kind == Kind::word && token->key == key; });
}

double overlap(const Part& claim, const Part& part, const Ground& ground) {
  double shared = 0;
  for (const Token* token : claim) {
    if (token->kind == Kind::word && has_key(part, token->key)) {
      const auto with_it = ground.clauses_with.find(token->key);
      const double rarity = with_it == ground.clauses_with.end() ? 1 : 1.0 / static_cast<double>(with_it->second);
      shared += token->is_content() ? rarity : 0.2 * rarity;
    }
    if (token->kind != Kind::quantity) continue;
    const auto same = [&](const Token* other) {
      return other->kind == Kind::quantity && same_quantity(token->quantity, other->quantity);
    };
    if (std::ranges::any_of(part, same)) shared += 1;
  }
  return shared;
}

std::optional<std::string> foreign_quantity(const Statement& claim, const Ground& ground) {
  for (const Token& token : claim.tokens) {
    if (token.kind != Kind::quantity) continue;
    const auto same = [&](const Token& other) {
      return other.kind == Kind::quantity && same_quantity(token.quantity, other.quantity);
    };
    const auto has = [&](const Statement& statement) { return std::ranges::any_of(statement.tokens, same); };
    if (std::ranges::any_of(ground.texts, has) || std::ranges::any_of(ground.contexts, has)) continue;
    if (token.quantity.value == 1 && token.quantity.unit.empty()) continue;
    if (is_frequency(token.quantity, ground)) continue;
    return "the evidence does not have \"" + token.text + "\"";
  }
  return std::nullopt;
}

}  // namespace cairn::checking
