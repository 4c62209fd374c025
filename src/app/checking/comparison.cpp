#include "app/checking/comparison.h"

#include <algorithm>

#include "app/checking/lexicon.h"
#include "base/utf8.h"

namespace cairn::checking {
namespace {

using Kind = Token::Kind;

bool ends_part(const Token& token, bool clauses) {
  return token.kind == Kind::sentence_end || (clauses && token.kind == Kind::clause_end);
}

/// Whether every pair of neighbouring characters of a Chinese word stands somewhere in `text`.
bool has_all_pairs(std::string_view text, std::string_view word) {
  std::size_t at = 0;
  utf8::next(word, at);
  for (std::size_t start = 0; at < word.size();) {
    std::size_t end = at;
    utf8::next(word, end);
    if (text.find(word.substr(start, end - start)) == std::string_view::npos) return false;
    start = at;
    at = end;
  }
  return true;
}

/// Whether every character of a Chinese word stands somewhere in `text`.
bool has_all_characters(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t start = at;
    utf8::next(word, at);
    if (text.find(word.substr(start, at - start)) == std::string_view::npos) return false;
  }
  return true;
}

/// 保固期 is 保固, 浮在 is 浮: characters that state nothing at the end of a word are left out.
std::string without_light_characters(const std::string& word) {
  std::string kept;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t start = at;
    utf8::next(word, at);
    std::size_t length = 0;
    const Entry* entry = Lexicon::get().phrase_at(std::string_view(word).substr(start, at - start), 0, length);
    if (entry == nullptr || !entry->light) kept += word.substr(start, at - start);
  }
  return kept;
}

bool knows(const Ground& ground, const Token& token) {
  if (ground.keys.contains(token.key) || ground.context_keys.contains(token.key)) return true;
  if (!token.han) return token.text.size() > 3 && ground.folded.find(token.text) != std::string::npos;
  const std::string word = without_light_characters(token.text);
  const std::size_t length = utf8::length(word);
  if (length <= 1) return ground.folded.find(word) != std::string::npos;
  return has_all_pairs(ground.folded, word) || (length >= 3 && has_all_characters(ground.folded, word));
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

std::optional<std::string> foreign_word(const Statement& claim, const Ground& ground, double& coverage) {
  std::size_t known = 0, soft = 0, foreign = 0, quantities = 0;
  std::optional<std::string> reason;
  for (const Token& token : claim.tokens) {
    quantities += token.kind == Kind::quantity ? 1 : 0;
    if (!token.is_content() && !(token.name && token.kind == Kind::word)) continue;
    if (knows(ground, token)) {
      ++known;
    } else if (!token.name && (token.soft || token.direction != 0)) {
      ++soft;
    } else {
      ++foreign;
      if (!reason) reason = "the evidence does not speak of \"" + token.text + "\"";
    }
  }
  const std::size_t all = known + soft + foreign;
  coverage = all == 0 ? 1 : static_cast<double>(known) / static_cast<double>(all);
  if (!reason && soft > known + quantities) reason = "too few of its words are in the evidence";
  return reason;
}

}  // namespace cairn::checking
