#include "app/checking/comparison.h"

#include <algorithm>
#include <tuple>

namespace cairn::checking {
namespace {

using Kind = Token::Kind;

bool ends_part(const Token& token, bool clauses) {
  return token.kind == Kind::sentence_end || (clauses && token.kind == Kind::clause_end);
}

/// "50 in one day" says the same as "50 a day", and "a week ahead" the same as "seven days ahead".
bool is_span_or_frequency(const Quantity& quantity, const Ground& ground) {
  const std::tuple<std::string_view, double, std::string_view> spans[] = {
      {"day", 1, "per day"},     {"minute", 1440, "per day"}, {"day", 7, "per week"},
      {"month", 1, "per month"}, {"month", 12, "per year"},   {"minute", 60, "per hour"}};
  const auto both = [](const Quantity& a, const Quantity& b, const auto& span) {
    const auto& [unit, value, per] = span;
    return a.unit == unit && a.value == value && b.unit == per;
  };
  return std::ranges::any_of(ground.texts, [&](const Statement& text) {
    return std::ranges::any_of(text.tokens, [&](const Token& token) {
      return token.kind == Kind::quantity && std::ranges::any_of(spans, [&](const auto& span) {
               return both(quantity, token.quantity, span) || both(token.quantity, quantity, span);
             });
    });
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
    if (token.quantity.value == 1 && (token.quantity.unit.empty() || token.quantity.unit == "第")) continue;
    if (is_span_or_frequency(token.quantity, ground)) continue;
    return "the evidence does not have \"" + token.text + "\"";
  }
  return std::nullopt;
}

}  // namespace cairn::checking
