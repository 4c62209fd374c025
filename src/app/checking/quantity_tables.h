#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace cairn::checking {

struct Unit {
  std::string_view word, unit;
  double factor = 1;
};

/// Latin ones must end at the end of a word. Longer ones stand before those that they begin with.
inline constexpr std::array<Unit, 97> units = {{{"percentage points", "%"},
                                                {"percent", "%"},
                                                {"per cent", "%"},
                                                {"%", "%"},
                                                {"个百分点", "%"},
                                                {"weeks'", "day", 7},
                                                {"weeks", "day", 7},
                                                {"week", "day", 7},
                                                {"个星期", "day", 7},
                                                {"星期", "day", 7},
                                                {"个礼拜", "day", 7},
                                                {"周", "day", 7},
                                                {"working days", "working day"},
                                                {"working day", "working day"},
                                                {"个工作天", "working day"},
                                                {"工作天", "working day"},
                                                {"个工作日", "working day"},
                                                {"工作日", "working day"},
                                                {"days", "day"},
                                                {"day", "day"},
                                                {"nights", "day"},
                                                {"天", "day"},
                                                {"日", "day"},
                                                {"晚", "day"},
                                                {"months'", "month"},
                                                {"months", "month"},
                                                {"month", "month"},
                                                {"个月", "month"},
                                                {"years", "month", 12},
                                                {"year", "month", 12},
                                                {"周年", "month", 12},
                                                {"年", "month", 12},
                                                {"quarters", "month", 3},
                                                {"hours", "minute", 60},
                                                {"hour", "minute", 60},
                                                {"小时", "minute", 60},
                                                {"个小时", "minute", 60},
                                                {"个钟头", "minute", 60},
                                                {"minutes", "minute"},
                                                {"minute", "minute"},
                                                {"min", "minute"},
                                                {"分钟", "minute"},
                                                {"seconds", "second"},
                                                {"秒", "second"},
                                                {"公里", "m", 1000},
                                                {"km", "m", 1000},
                                                {"miles", "mile"},
                                                {"metres", "m"},
                                                {"meters", "m"},
                                                {"公尺", "m"},
                                                {"米", "m"},
                                                {"centimetres", "m", 0.01},
                                                {"cm", "m", 0.01},
                                                {"公分", "m", 0.01},
                                                {"mm", "m", 0.001},
                                                {"m", "m"},
                                                {"square metres", "m2"},
                                                {"square meters", "m2"},
                                                {"m2", "m2"},
                                                {"平方公尺", "m2"},
                                                {"kilograms", "g", 1000},
                                                {"kg", "g", 1000},
                                                {"公斤", "g", 1000},
                                                {"grams", "g"},
                                                {"公克", "g"},
                                                {"g", "g"},
                                                {"litres", "l"},
                                                {"liters", "l"},
                                                {"公升", "l"},
                                                {"ml", "l", 0.001},
                                                {"毫升", "l", 0.001},
                                                {"volts", "v"},
                                                {"v", "v"},
                                                {"伏特", "v"},
                                                {"watts", "w"},
                                                {"w", "w"},
                                                {"瓦", "w"},
                                                {"ntu", "ntu"},
                                                {"°c", "°c"},
                                                {"度", "°c"},
                                                {"euros", "eur"},
                                                {"euro", "eur"},
                                                {"eur", "eur"},
                                                {"€", "eur"},
                                                {"pounds", "gbp"},
                                                {"gbp", "gbp"},
                                                {"us dollars", "usd"},
                                                {"dollars", "usd"},
                                                {"usd", "usd"},
                                                {"美元", "usd"},
                                                {"欧元", "eur"},
                                                {"英镑", "gbp"},
                                                {"日圆", "jpy"},
                                                {"日元", "jpy"},
                                                {"新台币", "twd"},
                                                {"元", "twd"},
                                                {"块钱", "twd"}}};

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 9> currency_signs = {{{"nt$", "twd"},
                                                                                                 {"us$", "usd"},
                                                                                                 {"$", "usd"},
                                                                                                 {"€", "eur"},
                                                                                                 {"£", "gbp"},
                                                                                                 {"eur", "eur"},
                                                                                                 {"gbp", "gbp"},
                                                                                                 {"twd", "twd"},
                                                                                                 {"usd", "usd"}}};

/// What Chinese numbers may count without a unit of measure.
inline constexpr std::array<std::string_view, 38> classifiers = {
    "名", "位", "人", "座", "台", "站",   "个", "件", "笔", "次", "顿", "组", "条", "则", "封", "张", "支", "只", "家",
    "项", "种", "层", "份", "期", "年级", "号", "级", "颗", "餐", "杯", "倍", "节", "岁", "口", "栋", "艘", "辆", "页"};

inline constexpr std::array<std::string_view, 12> months = {"january",   "february", "march",    "april",
                                                            "may",       "june",     "july",     "august",
                                                            "september", "october",  "november", "december"};
inline constexpr std::array<std::string_view, 7> weekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                             "friday", "saturday", "sunday"};
inline constexpr std::array<std::pair<std::string_view, double>, 24> number_words = {
    {{"two", 2},       {"three", 3},    {"four", 4},     {"five", 5},       {"six", 6},       {"seven", 7},
     {"eight", 8},     {"nine", 9},     {"ten", 10},     {"eleven", 11},    {"twelve", 12},   {"thirteen", 13},
     {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
     {"twenty", 20},   {"thirty", 30},  {"forty", 40},   {"fifty", 50},     {"sixty", 60},    {"ninety", 90}}};

}  // namespace cairn::checking
