#include "extract/builders.h"

#include <fmt/format.h>

namespace cairn::extraction::testing {
namespace {

void number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

}  // namespace

std::string make_zip(const Parts& parts, std::uint32_t claimed_size) {
  std::string out;
  std::string directory;
  for (const auto& [name, content] : parts) {
    const bool first = directory.empty();
    const auto offset = out.size();
    const std::uint64_t size = first && claimed_size != 0 ? claimed_size : content.size();
    out += "PK\x03\x04";
    number(out, 20, 2), number(out, 0, 2), number(out, 0, 2), number(out, 0, 4), number(out, 0, 4);
    number(out, content.size(), 4), number(out, size, 4), number(out, name.size(), 2), number(out, 0, 2);
    out += name + content;
    directory += "PK\x01\x02";
    number(directory, 20, 2), number(directory, 20, 2), number(directory, 0, 2), number(directory, 0, 2);
    number(directory, 0, 4), number(directory, 0, 4), number(directory, content.size(), 4), number(directory, size, 4);
    number(directory, name.size(), 2), number(directory, 0, 2), number(directory, 0, 2), number(directory, 0, 2);
    number(directory, 0, 2), number(directory, 0, 4), number(directory, offset, 4);
    directory += name;
  }
  const auto start = out.size();
  out += directory + "PK\x05\x06";
  number(out, 0, 4), number(out, parts.size(), 2), number(out, parts.size(), 2);
  number(out, directory.size(), 4), number(out, start, 4), number(out, 0, 2);
  return out;
}

std::string make_docx(std::string_view body, const Parts& more) {
  Parts parts = {
      {"[Content_Types].xml", "<Types/>"},
      {"word/document.xml",
       fmt::format("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>", body)}};
  parts.insert(parts.end(), more.begin(), more.end());
  return make_zip(parts);
}

std::string make_pdf(const std::vector<std::string>& pages, std::string_view trailer) {
  std::vector<std::string> objects = {"<< /Type /Catalog /Pages 2 0 R >>", ""};
  std::string kids;
  for (const char* font : {"Helvetica", "Helvetica-Bold", "Courier"})
    objects.push_back(fmt::format("<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>", font));
  objects.push_back(
      "<< /Type /Font /Subtype /Type0 /BaseFont /MSung /Encoding /ETen-B5-H /DescendantFonts [<< /Type /Font /Subtype "
      "/CIDFontType0 /BaseFont /MSung /CIDSystemInfo << /Registry (Adobe) /Ordering (CNS1) /Supplement 0 >> /DW 1000 "
      ">>] >>");
  for (const auto& page : pages) {
    kids += fmt::format("{} 0 R ", objects.size() + 1);
    objects.push_back(
        fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << "
                    "/F1 3 0 R /F2 4 0 R /F3 5 0 R /F4 6 0 R >> >> >>",
                    objects.size() + 2));
    objects.push_back(fmt::format("<< /Length {} >>\nstream\n{}\nendstream", page.size(), page));
  }
  objects[1] = fmt::format("<< /Type /Pages /Kids [{}] /Count {} >>", kids, pages.size());
  std::string out = "%PDF-1.4\n";
  std::string table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const auto start = out.size();
  out +=
      fmt::format("xref\n0 {}\n0000000000 65535 f \n{}trailer\n<< /Size {} /Root 1 0 R {} >>\nstartxref\n{}\n%%EOF\n",
                  objects.size() + 1, table, objects.size() + 1, trailer, start);
  return out;
}

std::string show(double x, double y, std::string_view text, double size, std::string_view font) {
  return fmt::format("BT /{} {} Tf {} {} Td ({}) Tj ET\n", font, size, x, y, text);
}

std::string show_lines(double x, double y, const std::vector<std::string>& lines, double size) {
  std::string out;
  for (const auto& line : lines) {
    out += show(x, y, line, size);
    y -= 14;
  }
  return out;
}

}  // namespace cairn::extraction::testing
