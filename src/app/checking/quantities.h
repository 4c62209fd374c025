#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cairn::checking {

struct Unit;

/// A number with what it counts, normalised: 二十四個月 and "two years" are both 24 "month", "NT$ 6.4 million" and
/// 640 萬元 both 6,400,000 "twd", "3 pm" is 900 "clock" (minutes of the day), 民國 115 年 is 2026 "year", "each week"
/// is 1 "per week". A date is read piece by piece: "day of month", "month of year", "year". Plain numbers have no unit.
struct Quantity {
  double value = 0;
  std::string unit;
  double count = 0;    ///< As it stands, where a unit was taken into account; else 0.
  bool loose = false;  ///< It may be part of a word, or the number of a line.
  bool bare = false;   ///< Nothing follows that it could count: "children under twelve".
};

/// Whether the evidence's quantity may stand behind the claim's: the same value, and the same unit; a cell of a table
/// has none.
bool same_quantity(const Quantity& claim, const Quantity& evidence);

/// Whether they count the same kind of thing, so that one could be mistaken for the other.
bool same_kind(const Quantity& a, const Quantity& b);

/// Reads quantities out of folded text (text::fold). Remembers a little of what came before: whether a day can follow.
class QuantityReader {
 public:
  /// `loosely`: Chinese numerals count without anything that they count, as in evidence, where a number that is not
  /// meant as one does no harm.
  QuantityReader(std::string_view folded, bool loosely) : text_(folded), loosely_(loosely) {}

  /// The quantity that begins at byte `at`; `end` becomes where it ends.
  std::optional<Quantity> read(std::size_t at, std::size_t& end);

 private:
  std::optional<Quantity> number_at(std::size_t at, std::size_t& end);
  std::optional<Quantity> with_unit(double value, std::size_t at, std::size_t& end, bool chinese);
  const Unit* unit_at(std::size_t at) const;
  const Unit* unit_behind_adjective(std::size_t at) const;
  std::optional<Quantity> money(std::size_t at, std::size_t& end) const;
  std::optional<Quantity> year_of_the_republic(std::size_t at, std::size_t& end) const;
  std::optional<Quantity> month(std::size_t at, std::size_t& end);
  std::optional<Quantity> part_of_date(double value, std::size_t at, std::size_t next, std::size_t& end, bool chinese);
  std::optional<Quantity> measured(double value, std::size_t next, std::size_t& end) const;
  std::optional<Quantity> per_unit(std::size_t at, std::size_t& end);
  std::optional<Quantity> named_day(std::size_t at, std::size_t& end) const;
  std::optional<Quantity> fraction(std::size_t at, std::size_t& end) const;
  std::optional<Quantity> half(std::size_t at, std::size_t& end) const;
  std::optional<Quantity> clock(std::size_t at, std::size_t& end) const;
  bool counts_nothing(std::size_t next) const;
  bool numbers_a_line(std::size_t at, std::size_t end) const;
  std::size_t past_blanks(std::size_t at) const;
  bool starts(std::size_t at, std::string_view with) const { return text_.substr(at).starts_with(with); }

  std::string_view text_;
  bool loosely_;
  std::size_t month_end_ = 0;  ///< Where the last month of a date ended; a plain number beside it is a day.
  std::size_t day_end_ = 0;
};

}  // namespace cairn::checking
