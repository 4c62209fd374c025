#include "base/trace.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/bytes.h"
#include "base/sha256.h"

namespace cairn {
namespace {

constexpr std::size_t usual_spans = 24, usual_attributes = 32;
constexpr std::size_t traceparent_size = 55;  // 00-<32 digits>-<16 digits>-<2 digits>

bool read_hex(std::string_view digits, std::span<std::byte> out) {
  const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = value(digits[2 * i]), low = value(digits[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

std::array<std::byte, 8> big_endian(std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(number >> (56 - 8 * i));
  return bytes;
}

std::uint64_t from_big_endian(std::span<const std::byte, 8> bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint64_t>(byte);
  return number;
}

void fill_random(void* out, std::size_t size) {
  if (RAND_bytes(static_cast<unsigned char*>(out), static_cast<int>(size)) != 1)
    throw std::runtime_error("the system gives no random numbers");
}

/// SplitMix64 (Steele, Lea, Flood 2014): distinct inputs give distinct ids, without asking for random numbers again.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

TraceContext new_context(const std::optional<TraceContext>& caller) {
  TraceContext context;
  if (caller) context = *caller;
  else fill_random(context.trace.data(), context.trace.size());
  fill_random(&context.span, sizeof(context.span));
  context.span |= 1;  // Never zero, which is no id.
  return context;
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  if (header.size() < traceparent_size || header[2] != '-' || header[35] != '-' || header[52] != '-') return {};
  std::byte version{}, flags{};
  std::array<std::byte, 8> span{};
  TraceContext context;
  if (!read_hex(header.substr(0, 2), {&version, 1}) || !read_hex(header.substr(3, 32), context.trace) ||
      !read_hex(header.substr(36, 16), span) || !read_hex(header.substr(53, 2), {&flags, 1}))
    return {};
  // A later version may append fields; this one may not, and ff is forbidden.
  const bool longer = header.size() > traceparent_size;
  if (version == std::byte{0xFF} || (longer && (version == std::byte{0} || header[traceparent_size] != '-'))) return {};
  context.span = from_big_endian(span);
  context.sampled = (flags & std::byte{1}) != std::byte{0};
  if (context.span == 0 || context.trace == TraceId{}) return {};
  return context;
}

std::string to_traceparent(const TraceContext& context) {
  return "00-" + to_hex(context.trace) + "-" + span_hex(context.span) + (context.sampled ? "-01" : "-00");
}

std::string span_hex(std::uint64_t span) { return to_hex(big_endian(span)); }

std::uint64_t EndedTrace::span_id(std::size_t span) const {
  return span == 0 ? context.span : mixed(context.span + span) | 1;
}

const SpanValue* EndedTrace::attribute(std::string_view key, std::uint32_t span) const {
  const auto found = std::ranges::find_if(
      attributes, [&](const SpanAttribute& attribute) { return attribute.span == span && attribute.key == key; });
  return found == attributes.end() ? nullptr : &found->value;
}

bool EndedTrace::failed() const {
  return std::ranges::any_of(spans, [](const SpanRecord& span) {
    if (!span.error) return false;
    const ErrorKind why = span.error->kind;
    return why == ErrorKind::unavailable || why == ErrorKind::corrupt || why == ErrorKind::internal;
  });
}

Trace::Trace(std::string name, const Clock& clock, TraceOptions options)
    : clock_(clock), started_(options.started.value_or(clock.monotonic())), context_(new_context(options.caller)) {
  const auto wall = std::chrono::nanoseconds(clock.now().time_since_epoch());
  record_.name = std::move(name);
  record_.kind = options.kind;
  record_.context = context_;
  record_.parent_span = options.caller ? options.caller->span : 0;
  record_.started = wall - (clock.monotonic() - started_);
  record_.spans.reserve(usual_spans);
  record_.attributes.reserve(usual_attributes);
  record_.spans.emplace_back();
}

std::string Trace::id() const { return to_hex(context_.trace); }

void Trace::rename(std::string name) {
  const std::lock_guard lock(mutex_);
  record_.name = std::move(name);
}

void Trace::set(std::string_view key, SpanValue value) { set(0, key, std::move(value)); }
void Trace::fail(const Error& error) { fail(0, error); }

void Trace::add(std::string_view name, std::chrono::nanoseconds start, std::chrono::nanoseconds end,
                std::vector<SpanAttribute> attributes) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t span = append({.name = name, .parent = 0, .start = start - started_, .end = end - started_});
  for (SpanAttribute& attribute : attributes) {
    attribute.span = span;
    append(std::move(attribute));
  }
}

std::shared_ptr<const EndedTrace> Trace::end() {
  const std::chrono::nanoseconds at = clock_.monotonic() - started_;
  const std::lock_guard lock(mutex_);
  over_ = true;
  record_.spans.front().end = at;
  for (const Open& open : open_) record_.spans[open.span].end = at;
  open_.clear();
  return std::make_shared<const EndedTrace>(std::move(record_));
}

std::uint32_t Trace::innermost(std::thread::id thread) const {
  const auto found = std::ranges::find(open_.rbegin(), open_.rend(), thread, &Open::thread);
  return found == open_.rend() ? 0 : found->span;
}

std::uint32_t Trace::begin(std::string_view name) {
  const std::chrono::nanoseconds at = clock_.monotonic() - started_;
  const std::thread::id thread = std::this_thread::get_id();
  const std::lock_guard lock(mutex_);
  const std::uint32_t span = append({.name = name, .parent = innermost(thread), .start = at, .end = at});
  if (span != no_span) open_.push_back({span, thread});
  return span;
}

void Trace::end(std::uint32_t span) {
  if (span == no_span) return;
  const std::chrono::nanoseconds at = clock_.monotonic() - started_;
  const std::lock_guard lock(mutex_);
  if (over_) return;
  record_.spans[span].end = at;
  std::erase_if(open_, [span](const Open& open) { return open.span == span; });
}

void Trace::set(std::uint32_t span, std::string_view key, SpanValue value) {
  const std::lock_guard lock(mutex_);
  append({span, key, std::move(value)});
}

void Trace::fail(std::uint32_t span, const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!over_ && span != no_span) record_.spans[span].error = error;
}

std::uint32_t Trace::append(SpanRecord record) {
  if (over_) return no_span;
  if (record_.spans.size() == max_spans) {
    ++record_.dropped;
    return no_span;
  }
  record_.spans.push_back(std::move(record));
  return static_cast<std::uint32_t>(record_.spans.size() - 1);
}

void Trace::append(SpanAttribute attribute) {
  if (over_ || attribute.span == no_span) return;
  if (record_.attributes.size() == max_attributes) ++record_.dropped;
  else record_.attributes.push_back(std::move(attribute));
}

ScopedStage::Place ScopedStage::place(Trace* trace) {
  if (trace == nullptr) return {};
  const std::lock_guard lock(trace->mutex_);
  return {trace, trace->innermost(std::this_thread::get_id())};
}

ScopedStage::ScopedStage(const Place& place) : place_(place) {
  if (place_.trace == nullptr) return;
  const std::lock_guard lock(place_.trace->mutex_);
  if (!place_.trace->over_) place_.trace->open_.push_back({place_.span, std::this_thread::get_id(), true});
}

ScopedStage::~ScopedStage() {
  if (place_.trace == nullptr) return;
  const std::lock_guard lock(place_.trace->mutex_);
  auto& open = place_.trace->open_;
  const auto entered = std::ranges::find_if(open.rbegin(), open.rend(), [](const Trace::Open& each) {
    return each.is_entered && each.thread == std::this_thread::get_id();
  });
  if (entered != open.rend()) open.erase(std::next(entered).base());
}

}  // namespace cairn
