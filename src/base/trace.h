#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace cairn {

using TraceId = std::array<std::byte, 16>;

/// How an operation is known to other processes (W3C Trace Context, level 1).
struct TraceContext {
  TraceId trace{};
  std::uint64_t span = 0;
  bool sampled = false;
};

/// Reads a `traceparent` header; nothing when it is malformed, which the standard says to ignore.
std::optional<TraceContext> parse_traceparent(std::string_view header);
std::string to_traceparent(const TraceContext& context);

/// 16 lower-case hexadecimal digits.
std::string span_hex(std::uint64_t span);

using SpanValue = std::variant<bool, std::int64_t, double, std::string>;

/// A stage of an operation. Its times count from the start of its trace.
struct SpanRecord {
  std::string_view name;     ///< Static: "group.stage". Empty for the root, whose name is the trace's.
  std::uint32_t parent = 0;  ///< Index among the spans; the root is 0 and names itself.
  std::chrono::nanoseconds start{}, end{};
  std::optional<Error> error{};
};

struct SpanAttribute {
  std::uint32_t span = 0;  ///< Which span it belongs to.
  std::string_view key;    ///< Static.
  SpanValue value;
};

enum class TraceKind { request, task };

/// What is left of an operation once it is over; never changes.
struct EndedTrace {
  std::string name;
  TraceKind kind = TraceKind::request;
  TraceContext context;                ///< Its own trace, and its root span.
  std::uint64_t parent_span = 0;       ///< The caller's, in another process; 0: none.
  std::chrono::nanoseconds started{};  ///< Wall time since the epoch.
  std::vector<SpanRecord> spans;       ///< The root first, then in the order in which they began.
  std::vector<SpanAttribute> attributes;
  std::uint32_t dropped = 0;  ///< Spans and attributes beyond what one trace may hold.

  std::chrono::nanoseconds duration() const { return spans.front().end - spans.front().start; }
  std::string_view name_of(std::size_t span) const { return span == 0 ? std::string_view(name) : spans[span].name; }
  std::uint64_t span_id(std::size_t span) const;
  const SpanValue* attribute(std::string_view key, std::uint32_t span = 0) const;

  /// Whether an error was recorded that is not the caller's own doing.
  bool failed() const;
};

/// Is told of every operation that ended: metrics, the log of slow ones, an exporter. Any thread; must not block.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void ended(const std::shared_ptr<const EndedTrace>& trace) = 0;
};

/// Passes on to each of several; they must outlive it.
class TraceSinks final : public TraceSink {
 public:
  explicit TraceSinks(std::vector<TraceSink*> sinks) : sinks_(std::move(sinks)) {}
  void ended(const std::shared_ptr<const EndedTrace>& trace) override {
    for (TraceSink* sink : sinks_) sink->ended(trace);
  }

 private:
  std::vector<TraceSink*> sinks_;
};

struct TraceOptions {
  TraceKind kind = TraceKind::request;
  std::optional<TraceContext> caller{};               ///< From its traceparent.
  std::optional<std::chrono::nanoseconds> started{};  ///< On the monotonic clock, when it began before the object.
};

/// Collects the spans of one operation while it runs. Any thread; holds a bounded number of spans, and counts what it
/// drops. Functions take a `Trace*` that may be null: then nothing is measured and nothing is paid.
class Trace {
 public:
  static constexpr std::size_t max_spans = 256, max_attributes = 1024;

  Trace(std::string name, const Clock& clock, TraceOptions options = {});
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  const TraceContext& context() const { return context_; }
  std::string id() const;
  std::chrono::nanoseconds now() const { return clock_.monotonic(); }

  /// Of the root span.
  void rename(std::string name);
  void set(std::string_view key, SpanValue value);
  void fail(const Error& error);

  /// A stage that was measured elsewhere, by the monotonic clock, as a child of the root.
  void add(std::string_view name, std::chrono::nanoseconds start, std::chrono::nanoseconds end,
           std::vector<SpanAttribute> attributes = {});

  /// Ends the root and whatever is still open. What is recorded later is ignored.
  std::shared_ptr<const EndedTrace> end();

 private:
  friend class ScopedSpan;
  friend class ScopedStage;
  static constexpr std::uint32_t no_span = 0xFFFFFFFF;
  struct Open {
    std::uint32_t span;
    std::thread::id thread;
    bool is_entered = false;  // By a thread that has not begun it.
  };

  std::uint32_t begin(std::string_view name);
  std::uint32_t innermost(std::thread::id thread) const;  // Holds mutex_.
  void end(std::uint32_t span);
  void set(std::uint32_t span, std::string_view key, SpanValue value);
  void fail(std::uint32_t span, const Error& error);
  std::uint32_t append(SpanRecord record);  // Holds mutex_.
  void append(SpanAttribute attribute);     // Holds mutex_.

  const Clock& clock_;
  std::chrono::nanoseconds started_;
  TraceContext context_;
  std::mutex mutex_;
  EndedTrace record_;       // Guarded by mutex_.
  std::vector<Open> open_;  // Guarded by mutex_.
  bool over_ = false;       // Guarded by mutex_.
};

/// Work that is handed to another thread belongs to the stage that the first one has open. Taken by the first, entered
/// by the other: what that one measures until the end of its scope is a child of the stage.
class ScopedStage {
 public:
  /// Where this thread is.
  struct Place {
    Trace* trace = nullptr;
    std::uint32_t span = 0;
  };
  static Place place(Trace* trace);

  explicit ScopedStage(const Place& place);
  ~ScopedStage();
  ScopedStage(const ScopedStage&) = delete;
  ScopedStage& operator=(const ScopedStage&) = delete;

 private:
  Place place_;
};

/// A stage from here to the end of the scope: a child of the innermost span that this thread has open, or of the root.
/// `name` and keys must be literals.
class ScopedSpan {
 public:
  ScopedSpan(Trace* trace, std::string_view name)
      : trace_(trace), span_(trace == nullptr ? Trace::no_span : trace->begin(name)) {}
  ~ScopedSpan() { end(); }
  ScopedSpan(const ScopedSpan&) = delete;
  ScopedSpan& operator=(const ScopedSpan&) = delete;

  template <class T>
    requires std::is_arithmetic_v<T>
  void set(std::string_view key, T value) {
    if (trace_ == nullptr) return;
    if constexpr (std::is_same_v<T, bool>) trace_->set(span_, key, value);
    else if constexpr (std::is_integral_v<T>) trace_->set(span_, key, static_cast<std::int64_t>(value));
    else trace_->set(span_, key, static_cast<double>(value));
  }
  void set(std::string_view key, std::string_view value) {
    if (trace_ != nullptr) trace_->set(span_, key, std::string(value));
  }
  void set(std::string_view key, const char* value) { set(key, std::string_view(value)); }

  void fail(const Error& error) {
    if (trace_ != nullptr) trace_->fail(span_, error);
  }

  /// Records why `result` failed, if it did, and hands it through.
  template <class R>
  R watch(R result) {
    if (!result) fail(result.error());
    return result;
  }

  /// Before the end of the scope.
  void end() {
    if (trace_ != nullptr) trace_->end(span_);
    trace_ = nullptr;
  }

 private:
  Trace* trace_;
  std::uint32_t span_;
};

}  // namespace cairn
