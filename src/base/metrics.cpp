#include "base/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace cairn {
namespace {

constexpr std::array<double, 18> duration_seconds{0.0001, 0.0003, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                  0.1,    0.2,    0.5,    1,     2,     5,     10,   30,   60};

const char* to_string(MetricType type) {
  switch (type) {
    case MetricType::counter: return "counter";
    case MetricType::gauge: return "gauge";
    case MetricType::histogram: return "histogram";
  }
  return "untyped";
}

bool is_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, inner);
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') out += "\\\\";
    else if (c == '\n') out += "\\n";
    else if (c == '"' && quotes) out += "\\\"";
    else out += c;
  }
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

}  // namespace

std::span<const double> duration_bounds() { return duration_seconds; }

void Histogram::observe(double value) {
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin());
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

template <class Metric>
Family<Metric>::Family(std::size_t label_count, std::size_t capacity, Make make)
    : make_(std::move(make)),
      capacity_(capacity),
      other_(member(std::vector<std::string>(label_count, "other"))),
      slots_(std::bit_ceil(2 * capacity)) {}

template <class Metric>
std::unique_ptr<typename Family<Metric>::Member> Family<Metric>::member(std::vector<std::string> values) const {
  return std::make_unique<Member>(Member{std::move(values), make_()});
}

template <class Metric>
std::size_t Family<Metric>::hash(LabelValues values) {
  std::size_t hash = 0;
  for (const std::string_view value : values) hash = hash * 1'000'003 ^ std::hash<std::string_view>{}(value);
  return hash;
}

template <class Metric>
typename Family<Metric>::Member* Family<Metric>::find(LabelValues values, std::size_t hash) const {
  // The table is at most half full, so that a search always ends at a free slot.
  for (std::size_t i = hash;; ++i) {
    Member* member = slots_[i & (slots_.size() - 1)].load(std::memory_order_acquire);
    if (member == nullptr || std::ranges::equal(member->values, values)) return member;
  }
}

template <class Metric>
std::size_t Family<Metric>::free_slot(std::size_t hash) const {
  for (std::size_t i = hash;; ++i)
    if (const std::size_t slot = i & (slots_.size() - 1); slots_[slot].load(std::memory_order_relaxed) == nullptr)
      return slot;
}

template <class Metric>
Metric& Family<Metric>::with(LabelValues values) {
  if (values.size() != other_->values.size()) throw std::logic_error("a metric was given a wrong number of labels");
  const std::size_t at = hash(values);
  if (Member* known = find(values, at)) return *known->metric;
  const std::lock_guard lock(mutex_);
  if (Member* known = find(values, at)) return *known->metric;
  if (members_.size() == capacity_) return *other_->metric;
  members_.push_back(member(std::vector<std::string>(values.begin(), values.end())));
  slots_[free_slot(at)].store(members_.back().get(), std::memory_order_release);
  return *members_.back()->metric;
}

template <class Metric>
void Family<Metric>::each(const std::function<void(const std::vector<std::string>&, const Metric&)>& visit) const {
  std::size_t seen = 0;
  for (const auto& slot : slots_) {
    const Member* member = slot.load(std::memory_order_acquire);
    if (member == nullptr) continue;
    visit(member->values, *member->metric);
    ++seen;
  }
  if (seen == capacity_ && capacity_ > 1) visit(other_->values, *other_->metric);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

void MetricWriter::family(std::string_view name, MetricType type, std::string_view help) {
  text_.append("# HELP ").append(name).append(" ");
  append_escaped(text_, help, false);
  text_.append("\n# TYPE ").append(name).append(" ").append(to_string(type)).append("\n");
}

void MetricWriter::sample(std::string_view name, const LabelNames& names, std::span<const std::string> values,
                          double value) {
  text_.append(name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    text_.append(i == 0 ? "{" : ",").append(names[i]).append("=\"");
    append_escaped(text_, values[i], true);
    text_ += '"';
  }
  text_.append(names.empty() ? " " : "} ").append(number(value)).append("\n");
}

void MetricWriter::histogram(std::string_view name, const LabelNames& names, std::vector<std::string> values,
                             const Histogram& histogram) {
  LabelNames with_bound = names;
  with_bound.emplace_back("le");
  values.emplace_back();
  const std::string bucket = std::string(name) + "_bucket";
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    total += histogram.count(i);
    values.back() = i < histogram.bounds().size() ? number(histogram.bounds()[i]) : "+Inf";
    sample(bucket, with_bound, values, static_cast<double>(total));
  }
  values.pop_back();
  sample(std::string(name) + "_sum", names, values, histogram.sum());
  sample(std::string(name) + "_count", names, values, static_cast<double>(total));
}

void MetricWriter::single(std::string_view name, MetricType type, std::string_view help, double value) {
  family(name, type, help);
  sample(name, value);
}

void MetricRegistry::add(const std::string& name, Entry entry) {
  if (!is_name(name) || !std::ranges::all_of(entry.labels, is_name))
    throw std::logic_error(name + " cannot be a metric");
  const std::lock_guard lock(mutex_);
  if (!entries_.try_emplace(name, std::move(entry)).second) throw std::logic_error(name + " is registered twice");
}

Family<Counter>& MetricRegistry::counters(const std::string& name, std::string help, LabelNames labels,
                                          std::size_t capacity) {
  auto family = std::make_unique<Family<Counter>>(labels.size(), capacity, [] { return std::make_unique<Counter>(); });
  Family<Counter>& made = *family;
  add(name, {MetricType::counter, std::move(help), std::move(labels), std::move(family)});
  return made;
}

Family<Gauge>& MetricRegistry::gauges(const std::string& name, std::string help, LabelNames labels,
                                      std::size_t capacity) {
  auto family = std::make_unique<Family<Gauge>>(labels.size(), capacity, [] { return std::make_unique<Gauge>(); });
  Family<Gauge>& made = *family;
  add(name, {MetricType::gauge, std::move(help), std::move(labels), std::move(family)});
  return made;
}

Family<Histogram>& MetricRegistry::histograms(const std::string& name, std::string help, LabelNames labels,
                                              std::span<const double> bounds, std::size_t capacity) {
  auto family = std::make_unique<Family<Histogram>>(labels.size(), capacity,
                                                    [bounds] { return std::make_unique<Histogram>(bounds); });
  Family<Histogram>& made = *family;
  add(name, {MetricType::histogram, std::move(help), std::move(labels), std::move(family)});
  return made;
}

Counter& MetricRegistry::counter(const std::string& name, std::string help) {
  return counters(name, std::move(help), {}, 1).with({});
}
Gauge& MetricRegistry::gauge(const std::string& name, std::string help) {
  return gauges(name, std::move(help), {}, 1).with({});
}
Histogram& MetricRegistry::histogram(const std::string& name, std::string help, std::span<const double> bounds) {
  return histograms(name, std::move(help), {}, bounds, 1).with({});
}

void MetricRegistry::on_scrape(std::function<void(MetricWriter&)> collect) {
  const std::lock_guard lock(mutex_);
  collectors_.push_back(std::move(collect));
}

std::string MetricRegistry::to_prometheus() const {
  const std::lock_guard lock(mutex_);
  MetricWriter writer;
  for (const auto& [name, entry] : entries_) {
    writer.family(name, entry.type, entry.help);
    const auto plain = [&](const std::vector<std::string>& values, const auto& metric) {
      writer.sample(name, entry.labels, values, static_cast<double>(metric.value()));
    };
    if (const auto* counters = std::get_if<std::unique_ptr<Family<Counter>>>(&entry.family)) (*counters)->each(plain);
    else if (const auto* gauges = std::get_if<std::unique_ptr<Family<Gauge>>>(&entry.family)) (*gauges)->each(plain);
    else
      std::get<2>(entry.family)->each([&](const std::vector<std::string>& values, const Histogram& histogram) {
        writer.histogram(name, entry.labels, values, histogram);
      });
  }
  for (const auto& collect : collectors_) collect(writer);
  return writer.take();
}

}  // namespace cairn
