#pragma once

#include <string_view>
#include <vector>

namespace cairn::text {

/// Whether a folded word says nothing about the subject in the language with this tag ("zh-Hant" is "zh").
bool is_stop_word(std::string_view language, std::string_view folded_word);

/// How many of a language's stop words are among the words; the languages are those of stop_word_languages().
std::size_t count_stop_words(std::string_view language, const std::vector<std::string_view>& folded_words);
const std::vector<std::string_view>& stop_word_languages();

}  // namespace cairn::text
