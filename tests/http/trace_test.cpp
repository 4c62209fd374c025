// Where the time of a request goes, by the stages that the transport adds to its trace.
#include "base/trace.h"
#include "contract/manual_clock.h"
#include "http/server_fixture.h"

namespace cairn::http {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::Pair;

class TraceTest : public ServerTest {
 protected:
  ~TraceTest() override { server_.reset(); }

  void start() {
    auto started = Server::start(options_, application_, time_);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  void trace(Request& request) {
    trace_ = request.trace =
        std::make_shared<Trace>("a request", time_, TraceOptions{.caller = {}, .started = request.received});
  }

  /// The stages of the first request, once it has ended, and how long each took.
  std::vector<std::pair<std::string, int>> stages() {
    application_.wait_for_ended(1);
    const auto ended = trace_->end();
    std::vector<std::pair<std::string, int>> stages;
    std::chrono::nanoseconds accounted{};
    for (std::size_t i = 1; i < ended->spans.size(); ++i) {
      const SpanRecord& span = ended->spans[i];
      stages.emplace_back(span.name, std::chrono::duration_cast<milliseconds>(span.end - span.start).count());
      if (span.parent == 0) accounted += span.end - span.start;
    }
    EXPECT_EQ(accounted, ended->duration()) << "no time is left that nobody accounts for";
    return stages;
  }

  testing::ManualClock time_;
  std::shared_ptr<Trace> trace_;
};

class SlowSink final : public BodySink {
 public:
  explicit SlowSink(testing::ManualClock& time) : time_(time) {}
  Result<void> take(std::string_view) override {
    time_.advance(milliseconds(3));
    return {};
  }
  Response finish(Request& request) override {
    const ScopedSpan span(request.trace.get(), "query.generate");
    time_.advance(milliseconds(10));
    return text("done");
  }

 private:
  testing::ManualClock& time_;
};

TEST_F(TraceTest, EachStageOfARequestIsNamedAndTogetherTheyAreItsTime) {
  application_.at("/slow", [this](Request& request) {
    trace(request);
    time_.advance(milliseconds(1));
    Plan plan;
    plan.max_body_bytes = 100;
    plan.sink = std::make_unique<SlowSink>(time_);
    return plan;
  });
  start();
  auto c = client();
  EXPECT_EQ(c.post("/slow", "a question").body, "done");
  EXPECT_THAT(stages(), ElementsAre(Pair("http.admit", 1), Pair("http.receive", 3), Pair("http.wait", 0),
                                    Pair("http.handle", 10), Pair("query.generate", 10), Pair("http.send", 0)));
}

TEST_F(TraceTest, AStreamedReplyIsHandledTwice) {
  application_.at("/stream", [this](Request& request) {
    trace(request);
    Plan plan;
    plan.handle = [this](Request&) {
      time_.advance(milliseconds(2));
      Response response;
      response.body = StreamStart([this](std::shared_ptr<EventStream> stream) {
        time_.advance(milliseconds(5));
        stream->send({{}, {}, "all there is"});
        stream->close();
      });
      return response;
    };
    return plan;
  });
  start();
  auto c = client();
  EXPECT_TRUE(c.get("/stream").whole);
  EXPECT_THAT(stages(), ElementsAre(Pair("http.admit", 0), Pair("http.wait", 0), Pair("http.handle", 2),
                                    Pair("http.wait", 0), Pair("http.handle", 5), Pair("http.send", 0)));
}

}  // namespace
}  // namespace cairn::http
