#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cairn {

/// A number that only grows. Any thread, without locks.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down. Any thread, without locks.
class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double n) { value_.fetch_add(n, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<double> value_{0};
};

/// Counts observations in buckets with fixed upper bounds. Any thread, without locks.
class Histogram {
 public:
  /// `bounds` grow and must outlive this; a last bucket takes what is above them.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double value);
  std::span<const double> bounds() const { return bounds_; }
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket].load(std::memory_order_relaxed); }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::span<const double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<double> sum_{0};
};

/// Upper bounds in seconds, from a tenth of a millisecond to a minute.
std::span<const double> duration_bounds();

using LabelNames = std::vector<std::string>;
using LabelValues = std::initializer_list<std::string_view>;

/// The members of one metric by the values of its labels. Looking one up takes no lock. The number of members is
/// bounded: once `capacity` exist, further label values are counted under "other", so that a client cannot make up
/// label values until memory is full.
template <class Metric>
class Family {
 public:
  using Make = std::function<std::unique_ptr<Metric>()>;

  Family(std::size_t label_count, std::size_t capacity, Make make);

  /// The member with these values, in the order of the label names; made when it is first asked for.
  Metric& with(LabelValues values);

  /// Every member there is, in no order.
  void each(const std::function<void(const std::vector<std::string>& values, const Metric&)>& visit) const;

 private:
  struct Member {
    std::vector<std::string> values;
    std::unique_ptr<Metric> metric;
  };
  static std::size_t hash(LabelValues values);
  Member* find(LabelValues values, std::size_t hash) const;
  std::size_t free_slot(std::size_t hash) const;
  std::unique_ptr<Member> member(std::vector<std::string> values) const;

  Make make_;
  std::size_t capacity_;
  std::unique_ptr<Member> other_;
  std::vector<std::atomic<Member*>> slots_;  ///< Open addressing; members are never removed.
  std::mutex mutex_;
  std::vector<std::unique_ptr<Member>> members_;  // Guarded by mutex_.
};

enum class MetricType { counter, gauge, histogram };

/// Writes the text format that Prometheus reads (exposition format 0.0.4).
class MetricWriter {
 public:
  void family(std::string_view name, MetricType type, std::string_view help);
  void sample(std::string_view name, const LabelNames& names, std::span<const std::string> values, double value);
  void sample(std::string_view name, double value) { sample(name, {}, {}, value); }
  void histogram(std::string_view name, const LabelNames& names, std::vector<std::string> values,
                 const Histogram& histogram);

  /// A family with one member and no labels.
  void single(std::string_view name, MetricType type, std::string_view help, double value);

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// All metrics of a process. Made in main and handed down; metrics live as long as it does.
class MetricRegistry {
 public:
  static constexpr std::size_t default_capacity = 256;

  /// Each name can be registered once. Names follow Prometheus: unit and `_total` at the end. Throws std::logic_error
  /// for a name that is taken or malformed.
  Counter& counter(const std::string& name, std::string help);
  Gauge& gauge(const std::string& name, std::string help);
  Histogram& histogram(const std::string& name, std::string help, std::span<const double> bounds);
  Family<Counter>& counters(const std::string& name, std::string help, LabelNames labels,
                            std::size_t capacity = default_capacity);
  Family<Gauge>& gauges(const std::string& name, std::string help, LabelNames labels,
                        std::size_t capacity = default_capacity);
  Family<Histogram>& histograms(const std::string& name, std::string help, LabelNames labels,
                                std::span<const double> bounds, std::size_t capacity = default_capacity);

  /// `collect` writes whole families of its own when they are read: numbers that something else already keeps. One
  /// call at a time.
  void on_scrape(std::function<void(MetricWriter&)> collect);

  /// Everything, sorted by name; what collectors write comes last. Any thread.
  std::string to_prometheus() const;

 private:
  struct Entry {
    MetricType type{};
    std::string help;
    LabelNames labels;
    std::variant<std::unique_ptr<Family<Counter>>, std::unique_ptr<Family<Gauge>>, std::unique_ptr<Family<Histogram>>>
        family;
  };
  void add(const std::string& name, Entry entry);

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;                        // Guarded by mutex_.
  std::vector<std::function<void(MetricWriter&)>> collectors_;  // Guarded by mutex_.
};

}  // namespace cairn
