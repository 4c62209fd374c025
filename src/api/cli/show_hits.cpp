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
std::string place_of(const Json& hit) {
  std::string place = hit["page"].is_null() ? "" : fmt::format("page {}", hit["page"].get<std::uint32_t>());
  std::string path;
  for (const Json& heading : hit["heading_path"])
    path += (path.empty() ? "" : " › ") + printable(heading.get<std::string>());
  if (!place.empty() && !path.empty()) place += " · ";
  return place + path;
}

/// Title, with the external id behind it where that says more.
std::string name_of(const Terminal& terminal, const Json& found) {
  const auto title = found["title"].get<std::string>(), external_id = found["external_id"].get<std::string>();
  if (title.empty() || title == external_id) return terminal.accent(printable(external_id));
  return terminal.accent(printable(title)) + " " + terminal.dim("(" + printable(external_id) + ")");
}

std::string explanation_of(const Json& hit) {
  return fmt::format("     dense {:.4f}, lexical {:.4f}\n     {}\n", hit["scores"]["dense"].get<double>(),
                     hit["scores"]["lexical"].get<double>(), printable(hit.value("explanation", Json()).dump()));
}

std::string citation_as_text(const Terminal& terminal, const Json& citation) {
  std::string out = fmt::format("[{}] {}", citation["n"].get<int>(), name_of(terminal, citation));
  if (!citation["page"].is_null()) out += fmt::format(", page {}", citation["page"].get<std::uint32_t>());
  out += terminal.dim(fmt::format(", characters {}–{}", citation["span"]["start"].get<std::uint64_t>(),
                                  citation["span"]["end"].get<std::uint64_t>())) +
         "\n";
  return out + wrapped("“" + printable(citation["quote"].get<std::string>()) + "”", terminal.width(), 4) + "\n";
}

}  // namespace

std::string hits_as_text(const Terminal& terminal, const Json& response, bool explain) {
  std::string out;
  std::size_t rank = 0;
  for (const Json& hit : response["hits"]) {
    out += fmt::format("{:>3}. {}  {}\n", ++rank, name_of(terminal, hit),
                       terminal.dim(fmt::format("{:.3f}", hit["score"].get<double>())));
    const std::string place = place_of(hit);
    if (!place.empty()) out += "     " + terminal.dim(place) + "\n";
    out += wrapped(preview(hit["text"].get<std::string>()), terminal.width(), 5) + "\n";
    if (explain) out += explanation_of(hit);
    out += "\n";
  }
  if (response["hits"].empty()) out = "Nothing found.\n";
  return out +
         terminal.dim(
             fmt::format("{} hit{} in {:.1f} ms", rank, rank == 1 ? "" : "s", response["took_ms"].get<double>())) +
         "\n";
}

std::string answer_as_text(const Terminal& terminal, const Json& answer, const std::string& question_language) {
  const bool chinese = question_language.starts_with("zh");
  if (answer["abstained"].get<bool>())
    return (chinese ? std::string("文件中沒有足夠的依據可以回答這個問題。\n")
                    : std::string("The documents do not support an answer to this question.\n")) +
           terminal.dim(chinese ? "可以用「cairn search」看看最接近的段落。"
                                : "'cairn search' shows the nearest passages.") +
           "\n";
  std::string out, text;
  for (const Json& sentence : answer["sentences"]) {
    if (!text.empty()) text += chinese ? "" : " ";
    text += printable(sentence["text"].get<std::string>());
    for (const Json& n : sentence["citations"]) text += fmt::format(" [{}]", n.get<int>());
    if (!sentence["supported"].get<bool>()) text += chinese ? "（未獲引文支持）" : " (not supported by its quotes)";
  }
  out += wrapped(text, terminal.width(), 0) + "\n\n";
  for (const Json& citation : answer["citations"]) out += citation_as_text(terminal, citation);
  return out +
         terminal.dim(
             fmt::format("{} in {:.1f} ms", answer["generator"].get<std::string>(), answer["took_ms"].get<double>())) +
         "\n";
}

}  // namespace cairn::cli
