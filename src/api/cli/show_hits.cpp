#include "api/cli/show_hits.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace cairn::cli {
namespace {

constexpr std::size_t preview_characters = 320;

std::string preview(const std::string& text) {
  std::string out;
  std::size_t offset = 0, count = 0;
  const std::string valid = utf8::repair(text);
  for (; offset < valid.size() && count < preview_characters; ++count) utf8::append(out, utf8::next(valid, offset));
  return printable(out) + (offset < valid.size() ? " …" : "");
}

/// "page 3 · Leave › Annual leave"
std::string place_of(std::uint32_t page, const std::vector<std::string>& heading_path) {
  std::string place = page > 0 ? fmt::format("page {}", page) : "";
  std::string path;
  for (const std::string& heading : heading_path) path += (path.empty() ? "" : " › ") + printable(heading);
  if (!place.empty() && !path.empty()) place += " · ";
  return place + path;
}

/// Title, with the external id behind it where that says more.
std::string name_of(const Terminal& terminal, const std::string& title, const std::string& external_id) {
  if (title.empty() || title == external_id) return terminal.accent(printable(external_id));
  return terminal.accent(printable(title)) + " " + terminal.dim("(" + printable(external_id) + ")");
}

std::string explanation_of(const Hit& hit) {
  return fmt::format("     dense {:.4f}, lexical {:.4f}\n     {}\n", hit.dense_score, hit.lexical_score,
                     printable(hit.explanation.dump()));
}

}  // namespace

std::string hits_as_text(const Terminal& terminal, const SearchResponse& response, bool explain) {
  std::string out;
  std::size_t rank = 0;
  for (const Hit& hit : response.hits) {
    out += fmt::format("{:>3}. {}  {}\n", ++rank, name_of(terminal, hit.title, hit.external_id),
                       terminal.dim(fmt::format("{:.3f}", hit.score)));
    const std::string place = place_of(hit.page, hit.heading_path);
    if (!place.empty()) out += "     " + terminal.dim(place) + "\n";
    out += wrapped(preview(hit.text), terminal.width(), 5) + "\n";
    if (explain) out += explanation_of(hit);
    out += "\n";
  }
  if (response.hits.empty()) out = "Nothing found.\n";
  return out + terminal.dim(fmt::format("{} hit{} in {:.1f} ms", rank, rank == 1 ? "" : "s", response.took_ms)) + "\n";
}

std::string answer_as_text(const Terminal& terminal, const Answer& answer, const std::string& question_language) {
  const bool chinese = question_language.starts_with("zh");
  if (answer.abstained)
    return (chinese ? std::string("文件中沒有足夠的依據可以回答這個問題。\n")
                    : std::string("The documents do not support an answer to this question.\n")) +
           terminal.dim(chinese ? "可以用「cairn search」看看最接近的段落。"
                                : "'cairn search' shows the nearest passages.") +
           "\n";
  std::string out, text;
  for (const AnswerSentence& sentence : answer.sentences) {
    if (!text.empty()) text += chinese ? "" : " ";
    text += printable(sentence.text);
    for (const std::uint32_t n : sentence.citations) text += fmt::format(" [{}]", n);
    if (!sentence.supported) text += chinese ? "（未獲引文支持）" : " (not supported by its quotes)";
  }
  out += wrapped(text, terminal.width(), 0) + "\n\n";
  for (const Citation& citation : answer.citations) {
    out += fmt::format("[{}] {}", citation.n, name_of(terminal, citation.title, citation.external_id));
    if (citation.page > 0) out += fmt::format(", page {}", citation.page);
    out += terminal.dim(fmt::format(", characters {}–{}", citation.span.start, citation.span.end)) + "\n";
    out += wrapped("“" + printable(citation.quote) + "”", terminal.width(), 4) + "\n";
  }
  return out + terminal.dim(fmt::format("{} in {:.1f} ms", answer.generator, answer.took_ms)) + "\n";
}

}  // namespace cairn::cli
