#include "adapters/llama/llama_prompt.h"

#include <algorithm>

namespace cairn {
namespace {

std::ptrdiff_t control_tokens(const llama_vocab* vocab, const std::vector<llama_token>& tokens) {
  return std::ranges::count_if(tokens, [&](llama_token token) { return llama_vocab_is_control(vocab, token); });
}

}  // namespace

std::vector<llama_token> tokenize(const llama_vocab* vocab, std::string_view text, bool control) {
  std::vector<llama_token> tokens(text.size() + 8);
  const auto run = [&] {
    return llama_tokenize(vocab, text.data(), static_cast<std::int32_t>(text.size()), tokens.data(),
                          static_cast<std::int32_t>(tokens.size()), false, control);
  };
  std::int32_t count = run();
  if (count < 0) {
    tokens.resize(static_cast<std::size_t>(-count));
    count = run();
  }
  tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
  return tokens;
}

std::vector<llama_token> tokenize_prompt(const llama_vocab* vocab, const std::vector<PromptPart>& parts) {
  std::string whole;
  std::vector<llama_token> apart;
  std::ptrdiff_t own_controls = 0;
  for (const PromptPart& part : parts) {
    whole += part.text;
    const auto tokens = tokenize(vocab, part.text, !part.from_outside);
    own_controls += control_tokens(vocab, tokens);
    apart.insert(apart.end(), tokens.begin(), tokens.end());
  }
  // As one text, as the model was trained, unless text from outside would form a control token with what is around it.
  std::vector<llama_token> tokens = tokenize(vocab, whole, true);
  if (control_tokens(vocab, tokens) != own_controls) tokens = std::move(apart);
  const llama_token bos = llama_vocab_bos(vocab);
  if (llama_vocab_get_add_bos(vocab) && (tokens.empty() || tokens.front() != bos)) tokens.insert(tokens.begin(), bos);
  return tokens;
}

std::string piece_of(const llama_vocab* vocab, llama_token token) {
  std::string piece(32, '\0');
  std::int32_t size = 0;
  while ((size = llama_token_to_piece(vocab, token, piece.data(), static_cast<std::int32_t>(piece.size()), 0, false)) <
         0)
    piece.resize(static_cast<std::size_t>(-size));
  piece.resize(static_cast<std::size_t>(size));
  return piece;
}

}  // namespace cairn
