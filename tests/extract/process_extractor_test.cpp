#include "adapters/extract/process_extractor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "extract/builders.h"

namespace cairn::extract {
namespace {

using extraction::testing::make_docx;
using extraction::testing::make_pdf;
using extraction::testing::show;
using ::testing::HasSubstr;

const std::filesystem::path kWorker = std::filesystem::path(CAIRN_BUILD_DIR) / "cairn-extract";

ExtractRequest request_for(std::string_view content, std::string name) {
  return {.content = as_bytes(content), .file_name = std::move(name), .media_type = "", .cancel = {}};
}

std::string error_of(TextExtractor& extractor, std::string_view content, std::string name) {
  const auto result = extractor.extract(request_for(content, std::move(name)));
  return result ? "no error" : result.error().message;
}

/// Children of this process that are alive or not yet waited for.
std::size_t children() {
  std::ifstream list(fmt::format("/proc/self/task/{0}/children", getpid()));
  std::string pid;
  std::size_t count = 0;
  while (list >> pid) ++count;
  return count;
}

/// A folder with one executable script that stands in for the worker.
class StandIn {
 public:
  explicit StandIn(std::string_view script) {
    std::string pattern = (std::filesystem::temp_directory_path() / "cairn-extract-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::ofstream(program()) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
  }
  ~StandIn() { std::filesystem::remove_all(folder_); }
  std::filesystem::path program() const { return folder_ / "worker"; }
  std::filesystem::path folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

TEST(ProcessExtractor, ReadsADocumentOfEachFamily) {
  ProcessExtractor extractor({.worker = kWorker});
  const std::string pdf = make_pdf({show(72, 700, "in a PDF")});
  const std::string docx = make_docx("<w:p><w:r><w:t>in Word</w:t></w:r></w:p>");
  const auto from_pdf = extractor.extract(request_for(pdf, "a.pdf"));
  ASSERT_TRUE(from_pdf) << from_pdf.error().message;
  EXPECT_EQ(from_pdf->text, "in a PDF");
  EXPECT_EQ(from_pdf->pages, 1u);
  EXPECT_EQ(from_pdf->media_type, "application/pdf");
  EXPECT_EQ(extractor.extract(request_for(docx, "a.docx"))->text, "in Word");
  const auto markdown = extractor.extract(request_for("# A\n\n## B\n\ntext\n", "a.md"));
  ASSERT_TRUE(markdown);
  ASSERT_EQ(markdown->blocks.size(), 3u);
  EXPECT_EQ(markdown->blocks[2].heading_path, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(markdown->blocks[2].span, (Span{6, 10}));
}

TEST(ProcessExtractor, FontsThatNeedTablesFromDiskAreReadInsideTheSandbox) {
  if (!std::filesystem::exists("/usr/share/poppler/cMap")) GTEST_SKIP() << "poppler-data is not installed";
  ProcessExtractor extractor({.worker = kWorker});
  // "meeting room" in Big5.
  const std::string pdf = make_pdf({"BT /F4 12 Tf 72 700 Td <b77cc4b3abc7> Tj ET"});
  const auto result = extractor.extract(request_for(pdf, "a.pdf"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->text, "會議室");
}

TEST(ProcessExtractor, OneChildReadsAThousandSmallFiles) {
  ProcessExtractor extractor({.worker = kWorker, .documents_per_worker = 5000});
  for (int i = 0; i < 1000; ++i) {
    const std::string text = fmt::format("note {} 會議", i);
    const auto result = extractor.extract(request_for(text, "note.txt"));
    ASSERT_TRUE(result) << result.error().message;
    ASSERT_EQ(result->text, text);
    ASSERT_EQ(children(), 1u);
  }
}

TEST(ProcessExtractor, AChildIsNotWornOutByItsParentsMemory) {
  // The kernel counts what the parent had resident at the start as the child's own peak in getrusage().
  const std::vector<char> large_parent(200 << 20, 'x');
  ProcessExtractor extractor({.worker = kWorker});
  EXPECT_TRUE(extractor.extract(request_for("one", "a.txt")));
  EXPECT_EQ(children(), 1u);
  EXPECT_EQ(large_parent.back(), 'x');
}

TEST(ProcessExtractor, ChildrenAreReplacedAfterTheirShareAndEndWithTheExtractor) {
  {
    ProcessExtractor extractor({.worker = kWorker, .documents_per_worker = 2});
    EXPECT_TRUE(extractor.extract(request_for("one", "a.txt")));
    EXPECT_EQ(children(), 1u);
    EXPECT_TRUE(extractor.extract(request_for("two", "a.txt")));
    EXPECT_EQ(children(), 0u);
    EXPECT_TRUE(extractor.extract(request_for("three", "a.txt")));
  }
  EXPECT_EQ(children(), 0u);
}

TEST(ProcessExtractor, ThreadsShareThePool) {
  ProcessExtractor extractor({.worker = kWorker});
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          const std::string text = fmt::format("thread {} file {}", t, i);
          const auto result = extractor.extract(request_for(text, "a.txt"));
          right += result && result->text == text;
        }
      });
  }
  EXPECT_EQ(right, 200);
}

TEST(ProcessExtractor, AVerdictKeepsTheChildAndTheNextDocumentIsRead) {
  ProcessExtractor extractor({.worker = kWorker});
  EXPECT_EQ(error_of(extractor, "MZ not a document", "a.docx"), "not a Word document although its name ends in .docx");
  EXPECT_EQ(children(), 1u);
  EXPECT_TRUE(extractor.extract(request_for("fine", "a.txt")));
}

TEST(ProcessExtractor, LimitsAreNamedWithTheirSettings) {
  ProcessExtractor extractor({.worker = kWorker, .max_content_mb = 3, .max_text_mb = 1});
  EXPECT_THAT(error_of(extractor, std::string(3'000'001, 'x'), "a.txt"), HasSubstr("extract.max_content_mb"));
  EXPECT_THAT(error_of(extractor, std::string(1'500'000, 'x'), "a.txt"), HasSubstr("extract.max_text_mb"));
  EXPECT_EQ(error_of(extractor, "", "a.txt"), "the file is empty");
}

TEST(ProcessExtractor, ADocumentThatNeedsTooMuchMemoryFailsAlone) {
  // The libraries themselves take some 150 MB of the address space.
  ProcessExtractor extractor({.worker = kWorker, .max_content_mb = 400, .max_memory_mb = 260});
  std::string page = "<!doctype html>";
  while (page.size() < 30'000'000) page += "<p>x<b>y</b>";
  EXPECT_THAT(error_of(extractor, page, "a.html"), HasSubstr("extract.max_memory_mb"));
  EXPECT_TRUE(extractor.extract(request_for("fine", "a.txt")));
}

TEST(ProcessExtractor, AChildThatCrashesFailsItsDocumentOnly) {
  const StandIn crash("kill -SEGV $$");
  ProcessExtractor extractor({.worker = crash.program()});
  const auto result = extractor.extract(request_for("text", "a.txt"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
  EXPECT_THAT(result.error().message, HasSubstr("crashed the extraction program"));
  EXPECT_EQ(children(), 0u);
}

TEST(ProcessExtractor, AChildThatHangsIsKilledWithItsProcessGroup) {
  const StandIn hang("/bin/sleep 1000 & echo $! > \"${0%/*}/grandchild\"; wait");
  ProcessExtractor extractor({.worker = hang.program(), .timeout = std::chrono::milliseconds(300)});
  EXPECT_THAT(error_of(extractor, "text", "a.txt"), HasSubstr("extract.timeout_seconds"));
  EXPECT_EQ(children(), 0u);
  int grandchild = 0;
  std::ifstream(hang.folder() / "grandchild") >> grandchild;
  ASSERT_GT(grandchild, 0);
  // The kernel may take a moment to carry out the signal; the descriptor becomes readable when the process has ended.
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, grandchild, 0));
  if (handle < 0) return;  // Already gone.
  pollfd ended{.fd = handle, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&ended, 1, 10'000), 1) << "the grandchild lives on";
  close(handle);
}

TEST(ProcessExtractor, CancellingStopsARunningExtraction) {
  const StandIn hang("exec /bin/sleep 1000");
  ProcessExtractor extractor({.worker = hang.program()});
  ExtractRequest request = request_for("text", "a.txt");
  std::jthread canceller([token = request.cancel] { token.cancel(); });
  const auto result = extractor.extract(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(children(), 0u);
}

TEST(ProcessExtractor, AnswersThatMakeNoSenseAreNotBelieved) {
  for (const char* script :
       {"exec /usr/bin/printf 'HTTP/1.1 200 OK and more' >&3",
        "/usr/bin/printf 'CXR1\\377\\377\\377\\377\\377\\377\\377\\377' >&3; exec /bin/sleep 1000",
        "/usr/bin/printf 'CXR1\\001\\000\\000\\000\\000\\000\\000\\000X' >&3; exec /bin/sleep 1000"}) {
    const StandIn liar(script);
    ProcessExtractor extractor({.worker = liar.program(), .timeout = std::chrono::seconds(20)});
    const auto result = extractor.extract(request_for("text", "a.txt"));
    ASSERT_FALSE(result) << script;
    EXPECT_EQ(result.error().kind, ErrorKind::invalid);
    EXPECT_EQ(children(), 0u);
  }
}

TEST(ProcessExtractor, AProgramThatIsNotThereIsUnavailable) {
  ProcessExtractor extractor({.worker = "/nonexistent/cairn-extract"});
  const auto result = extractor.extract(request_for("text", "a.txt"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(result.error().message, HasSubstr("beside the program cairn"));
}

TEST(ProcessExtractor, TheChildInheritsNothing) {
  const StandIn spy(
      "/bin/ls /proc/self/fd | /usr/bin/tr '\\n' ' ' > \"${0%/*}/seen\"; /usr/bin/env | /usr/bin/grep -v -E "
      "'^(PWD|OLDPWD|SHLVL|_)=' >> \"${0%/*}/seen\"; exit 0");
  const int secret = open("/etc/hostname", O_RDONLY);
  setenv("CAIRN_SECRET", "1", 1);
  ProcessExtractor extractor({.worker = spy.program()});
  static_cast<void>(extractor.extract(request_for("text", "a.txt")));
  std::ifstream seen(spy.folder() / "seen");
  std::string line;
  std::getline(seen, line);
  close(secret);
  unsetenv("CAIRN_SECRET");
  // 0 to 3, and the folder that ls itself has open.
  EXPECT_THAT(line, testing::AnyOf(testing::StartsWith("0 1 2 3 4 "), testing::StartsWith("0 1 2 3 "))) << line;
  EXPECT_THAT(line, testing::Not(HasSubstr("CAIRN_SECRET")));
  EXPECT_THAT(line, testing::Not(HasSubstr(" 5 ")));
}

}  // namespace
}  // namespace cairn::extract
