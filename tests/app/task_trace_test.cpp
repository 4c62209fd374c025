#include "app/task_trace.h"

#include <gtest/gtest.h>

#include "app/test_store.h"

namespace cairn {
namespace {

using namespace std::chrono_literals;

struct Traces final : TraceSink {
  void ended(const std::shared_ptr<const EndedTrace>& trace) override {
    const std::lock_guard lock(mutex);
    all.push_back(trace);
  }
  std::mutex mutex;
  std::vector<std::shared_ptr<const EndedTrace>> all;
};

class TaskTraceTest : public ::testing::Test {
 protected:
  /// The traces of the tasks of one type, after all that is queued was worked off.
  std::vector<std::shared_ptr<const EndedTrace>> worked(const std::string& type) {
    store.work({.traces = &traces});
    std::vector<std::shared_ptr<const EndedTrace>> found;
    for (const auto& trace : traces.all)
      if (trace->name == "task " + type) found.push_back(trace);
    return found;
  }

  static const SpanRecord* span(const EndedTrace& trace, std::string_view name) {
    const auto found = std::ranges::find(trace.spans, name, &SpanRecord::name);
    return found == trace.spans.end() ? nullptr : &*found;
  }

  static std::string text(const EndedTrace& trace, std::string_view key) {
    const SpanValue* value = trace.attribute(key);
    return value == nullptr ? "absent" : std::get<std::string>(*value);
  }

  testing::TestStore store;
  Traces traces;
};

TEST_F(TaskTraceTest, the_trace_of_an_ingested_document_has_every_stage) {
  store.ingest("birds.txt", "Herons nest in the reeds.");
  const auto ended = worked("ingest");
  ASSERT_EQ(ended.size(), 1U);
  const EndedTrace& trace = *ended.front();
  for (const char* stage : {"task.queued", "ingest.open", "ingest.extract", "ingest.detect", "ingest.chunk",
                            "ingest.embed", "ingest.index", "ingest.commit"})
    EXPECT_NE(span(trace, stage), nullptr) << stage;
  EXPECT_EQ(trace.kind, TraceKind::task);
  EXPECT_EQ(text(trace, "status"), "succeeded");
  EXPECT_EQ(text(trace, "type"), "ingest");
  EXPECT_EQ(std::get<std::int64_t>(*trace.attribute("chunks")), 1);
  EXPECT_GT(std::get<std::int64_t>(*trace.attribute("tokens")), 0);
  EXPECT_FALSE(trace.failed());
}

TEST_F(TaskTraceTest, a_trace_begins_when_the_task_was_queued) {
  store.ingest("birds.txt", "Herons nest in the reeds.");
  store.clock.advance(90s);
  const auto ended = worked("ingest");
  ASSERT_EQ(ended.size(), 1U);
  const SpanRecord* queued = span(*ended.front(), "task.queued");
  ASSERT_NE(queued, nullptr);
  EXPECT_EQ(queued->start, 0ns);
  EXPECT_EQ(queued->end, 90s);
}

TEST_F(TaskTraceTest, a_document_that_fails_ends_its_trace_with_the_reason) {
  store.ingest("bad.txt", "broken bytes");
  const auto ended = worked("ingest");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(text(*ended.front(), "status"), "failed");
  EXPECT_TRUE(ended.front()->spans.front().error.has_value());
  EXPECT_TRUE(span(*ended.front(), "ingest.extract")->error.has_value());
  EXPECT_EQ(ended.front()->attribute("chunks"), nullptr);
}

TEST_F(TaskTraceTest, a_deletion_has_a_trace_too) {
  store.ingest("birds.txt", "Herons nest in the reeds.");
  store.work();
  ASSERT_TRUE(store.catalog->request_deletion(store.document("birds.txt").id, default_priority));
  const auto ended = worked("delete");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(text(*ended.front(), "status"), "succeeded");
}

TEST_F(TaskTraceTest, a_clock_that_jumped_back_gives_no_negative_wait) {
  Task task;
  task.type = "ingest";
  task.created_at = store.clock.now() + 1h;
  RunningTask running(task);
  running.trace = begin_task_trace(task, store.clock);
  end_task_trace(running, TaskStatus::cancelled, {}, &traces);
  ASSERT_EQ(traces.all.size(), 1U);
  EXPECT_EQ(traces.all.front()->duration(), 0ns);
}

TEST_F(TaskTraceTest, no_attribute_holds_the_text_of_a_document) {
  store.ingest("birds.txt", "Herons nest in the reeds.");
  worked("ingest");
  for (const auto& trace : traces.all)
    for (const SpanAttribute& attribute : trace->attributes)
      if (const auto* value = std::get_if<std::string>(&attribute.value)) {
        EXPECT_EQ(value->find("Heron"), std::string::npos) << attribute.key;
      }
}

}  // namespace
}  // namespace cairn
