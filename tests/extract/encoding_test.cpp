#include "extract_worker/encoding.h"

#include <gtest/gtest.h>
#include <unicode/ucnv.h>

#include "base/utf8.h"
#include "extract/extracting.h"

namespace cairn::extraction::testing {
namespace {

/// `utf8` in another encoding, by ICU.
std::string encoded(std::string_view utf8, const char* encoding) {
  UErrorCode status = U_ZERO_ERROR;
  std::string out(utf8.size() * 4 + 16, '\0');
  const auto size = ucnv_convert(encoding, "UTF-8", out.data(), static_cast<int32_t>(out.size()), utf8.data(),
                                 static_cast<int32_t>(utf8.size()), &status);
  EXPECT_TRUE(U_SUCCESS(status)) << encoding;
  out.resize(static_cast<std::size_t>(size));
  return out;
}

constexpr const char* kTraditional = "本公司員工每年享有特別休假。請假須於三日前提出申請，並經主管核准。\n";
constexpr const char* kSimplified = "我们公司的员工每年都有带薪休假，请假要在三天之前提出申请。\n";
constexpr const char* kJapanese = "会議の議事録を添付します。表示、構成、予約、能力のコードには円記号が含まれます。\n";
constexpr const char* kGerman =
    "Die Maßnahmen für Köln und Düsseldorf kosten 5 € – mehr nicht; „später“ heißt nächstes Jahr.\n";
constexpr const char* kMixed = "Grüße aus Köln, 會議紀錄第 12 號, 東京タワー.\n";

struct Case {
  const char* text;
  const char* icu_name;
  const char* expected;
  const char* mark = "";
};

class Encodings : public ::testing::TestWithParam<Case> {};

TEST_P(Encodings, AreFoundWithoutDeclaration) {
  const auto& [text, icu_name, expected, mark] = GetParam();
  // UTF-16BE marks hold no zero byte, so C strings can carry them.
  const auto decoded = decode_text(mark + encoded(text, icu_name), "");
  EXPECT_EQ(decoded.utf8, text);
  EXPECT_EQ(decoded.encoding, expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, Encodings,
    ::testing::Values(Case{kMixed, "UTF-8", "UTF-8"}, Case{kMixed, "UTF-8", "UTF-8", "\xef\xbb\xbf"},
                      Case{kMixed, "UTF-16LE", "UTF-16LE", "\xff\xfe"},
                      Case{kMixed, "UTF-16BE", "UTF-16BE", "\xfe\xff"}, Case{kMixed, "UTF-16LE", "UTF-16LE"},
                      Case{kMixed, "UTF-16BE", "UTF-16BE"}, Case{kTraditional, "UTF-16LE", "UTF-16LE"},
                      Case{kTraditional, "UTF-16BE", "UTF-16BE"}, Case{kTraditional, "Big5", "Big5"},
                      Case{kSimplified, "gb18030", "GB18030"}, Case{kJapanese, "ibm-943_P15A-2003", "Shift_JIS"},
                      Case{kJapanese, "EUC-JP", "EUC-JP"}, Case{kGerman, "windows-1252", "windows-1252"}));

TEST(Encoding, ADeclarationDecidesWhereTheBytesAllowIt) {
  const std::string bytes = encoded("Crème brûlée coûte 5 €", "ISO-8859-15");
  EXPECT_EQ(decode_text(bytes, "ISO-8859-15").utf8, "Crème brûlée coûte 5 €");
  // Bytes that are UTF-8 are UTF-8, whatever a page says.
  EXPECT_EQ(decode_text("Zürich", "iso-8859-1").utf8, "Zürich");
  EXPECT_EQ(decode_text(encoded("Zürich über", "windows-1252"), "no-such-charset").utf8, "Zürich über");
}

TEST(Encoding, DeclarationsAreFoundInMarkup) {
  EXPECT_EQ(declared_in_markup("<?xml version='1.0' encoding='Big5'?><a/>"), "big5");
  EXPECT_EQ(declared_in_markup("<html><meta charset=\"gbk\">"), "gbk");
  EXPECT_EQ(declared_in_markup("<meta http-equiv=content-type content=\"text/html; charset=shift_jis\">"), "shift_jis");
  EXPECT_EQ(declared_in_markup("<html>"), "");
}

TEST(Encoding, AWebPageInBig5IsRead) {
  EXPECT_EQ(extracted("<html><meta charset=big5><p>" + encoded("請假須於三日前提出", "Big5"), "a.html").text,
            "請假須於三日前提出");
}

TEST(Encoding, DamageBecomesReplacementCharactersNotAnotherEncoding) {
  std::string text = "這是一份很長的會議紀錄，只有一個位元組壞了。這是一份很長的會議紀錄。";
  text[4] = '\xff';
  const auto decoded = decode_text(text, "");
  EXPECT_EQ(decoded.encoding, "UTF-8");
  EXPECT_TRUE(utf8::is_valid(decoded.utf8));
}

TEST(Encoding, ZeroBytesInTextAreNotUtf16) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += std::string("first part\0\0\0second part\0third part\n", 38);
  EXPECT_EQ(decode_text(text, "").encoding, "UTF-8");
}

}  // namespace
}  // namespace cairn::extraction::testing
