#include <gmock/gmock.h>
#include <sys/wait.h>

#include "adapters_nodes/shell_nodes.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"

namespace cairn::testing {
namespace {

class LocalNodes : public ::testing::Test {
 protected:
  LocalNodeProvider make(const std::string& script) { return {shell_nodes(folder.path(), script), clock}; }
  std::filesystem::path slot(int number) const { return folder.path() / std::to_string(number); }

  TemporaryFolder folder;
  ManualClock clock;
};

TEST_F(LocalNodes, HaveFoldersAndNamesOfTheirOwn) {
  auto provider = make("echo $NODE > $FOLDER/name; " + well_behaved);
  must(provider.provide({.count = 2}));
  const auto nodes = provider.running();
  ASSERT_EQ(nodes.size(), 2u);
  pid_in(slot(1)), pid_in(slot(2));
  EXPECT_EQ(text_of(slot(1) / "name"), nodes[0].value() + "\n");
  EXPECT_EQ(text_of(slot(2) / "name"), nodes[1].value() + "\n");
  EXPECT_THAT(nodes[0].value(), ::testing::StartsWith("parent.1-"));
}

TEST_F(LocalNodes, CountTheNodesThatOthersRun) {
  auto provider = make(well_behaved);
  must(provider.provide({.count = 3, .live = {NodeId("x"), NodeId("y")}, .lost = {}}));
  EXPECT_EQ(provider.running().size(), 1u);
  must(provider.provide({.count = 1, .live = {NodeId("x"), NodeId("y")}, .lost = {}}));
  EXPECT_TRUE(comes_true([&] { return provider.running().empty(); }));
  must(provider.provide({.count = 1, .live = {NodeId("x"), NodeId("y")}, .lost = {NodeId("z")}}));
}

TEST_F(LocalNodes, EndInOrderWhenTheyAreTooMany) {
  auto provider = make(well_behaved);
  must(provider.provide({.count = 2}));
  const auto nodes = provider.running();
  pid_in(slot(1)), pid_in(slot(2));
  must(provider.provide({.count = 1, .live = {nodes[0], nodes[1]}, .lost = {}}));
  EXPECT_TRUE(comes_true([&] { return provider.running().size() == 1; }));
  EXPECT_EQ(provider.running().front(), nodes[1]);  // As the order said.
  EXPECT_EQ(text_of(slot(1) / "said"), "ended\n");  // It was told once.
}

TEST_F(LocalNodes, AreToldToEndOnceAndThenKilled) {
  auto provider = make("trap 'echo told >> $FOLDER/said' TERM; echo $$ > $FOLDER/pid; while :; do sleep 0.02; done");
  must(provider.provide({.count = 1}));
  const pid_t pid = pid_in(slot(1));
  const auto nodes = provider.running();
  for (int i = 0; i < 5; ++i) must(provider.provide({.count = 0, .live = nodes, .lost = {}}));
  EXPECT_TRUE(comes_true([&] { return text_of(slot(1) / "said") == "told\n"; }));
  EXPECT_EQ(provider.running().size(), 1u);
  clock.advance(60s);
  EXPECT_TRUE(comes_true([&] { return provider.running().empty(); }));
  EXPECT_FALSE(is_there(pid));
  EXPECT_EQ(text_of(slot(1) / "said"), "told\n");
}

TEST_F(LocalNodes, AreKilledWhenTheyAreLost) {
  auto provider = make(well_behaved);
  must(provider.provide({.count = 1}));
  const pid_t pid = pid_in(slot(1));
  ::kill(pid, SIGSTOP);
  const auto lost = provider.running();
  must(provider.provide({.count = 1, .live = {}, .lost = lost}));
  EXPECT_TRUE(comes_true([&] {
    const auto now = provider.running();
    return now.size() == 1 && now != lost;
  }));
  EXPECT_FALSE(is_there(pid));
}

TEST_F(LocalNodes, AreReapedWhenTheyEndByThemselvesAndStartedAgainAfterAPause) {
  auto provider = make("echo $$ >> $FOLDER/pid; echo trouble; exit 3");
  must(provider.provide({.count = 1}));
  const auto starts = [&] { return std::ranges::count(text_of(slot(1) / "pid"), '\n'); };
  EXPECT_TRUE(comes_true([&] { return provider.running().empty(); }));
  const auto waits = provider.provide({.count = 1});
  ASSERT_TRUE(fails_with(ErrorKind::unavailable, waits));
  EXPECT_THAT(waits.error().message, ::testing::HasSubstr("ended with status 3: see " + folder.path().string()));
  EXPECT_EQ(text_of(slot(1) / "node.log"), "trouble\n");
  EXPECT_EQ(starts(), 1);
  for (const auto pause : {1s, 2s, 4s, 8s, 16s + 60s, 1s}) {  // After a minute it counts as the first again.
    clock.advance(std::min(pause, 16s) - 1ms);
    EXPECT_FALSE(provider.provide({.count = 1}));
    clock.advance(std::max(pause, 16s) - 16s + 1ms);
    must(provider.provide({.count = 1}));
    EXPECT_TRUE(comes_true([&] { return provider.running().empty(); }));
  }
  EXPECT_EQ(starts(), 7);
}

TEST_F(LocalNodes, AreReplacedWhileOthersStillTakeThemForLive) {
  auto provider = make(well_behaved);
  must(provider.provide({.count = 1}));
  const auto first = provider.running();
  ::kill(pid_in(slot(1)), SIGKILL);
  EXPECT_TRUE(comes_true([&] { return provider.running().empty(); }));
  clock.advance(1s);
  must(provider.provide({.count = 1, .live = first, .lost = {}}));
  EXPECT_EQ(provider.running().size(), 1u);
}

TEST_F(LocalNodes, ThatCannotBeStartedAreTold) {
  auto options = shell_nodes(folder.path(), "");
  options.program = "/nonexistent/program";
  LocalNodeProvider provider(options, clock);
  must(provider.provide({.count = 1}));
  EXPECT_TRUE(comes_true([&] { return provider.running().empty(); }));
  EXPECT_THAT(provider.provide({.count = 1}).error().message, ::testing::HasSubstr("status 127"));
}

TEST_F(LocalNodes, ThatHaveNoFolderAreTold) {
  std::ofstream(folder.path() / "file") << "x";
  LocalNodeProvider provider(shell_nodes(folder.path() / "file", well_behaved), clock);
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, provider.provide({.count = 1})));
}

TEST_F(LocalNodes, EndWithTheirProvider) {
  pid_t pid = 0;
  {
    auto provider = make(well_behaved);
    must(provider.provide({.count = 1}));
    pid = pid_in(slot(1));
  }
  EXPECT_FALSE(is_there(pid));
  EXPECT_EQ(text_of(slot(1) / "said"), "ended\n");
}

/// A process of its own with a node, which then dies without a word.
TEST_F(LocalNodes, EndInOrderWhenWhoeverStartedThemIsKilled) {
  const pid_t parent = ::fork();
  if (parent == 0) {
    SystemClock own_clock;
    LocalNodeProvider provider(shell_nodes(folder.path(), well_behaved), own_clock);
    (void)provider.provide({.count = 1});
    for (;;) ::pause();
  }
  const pid_t pid = pid_in(slot(1));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(comes_true([&] { return text_of(slot(1) / "said") == "ended\n"; }));
  EXPECT_TRUE(
      comes_true([&] { return !is_there(pid) || text_of("/proc/" + std::to_string(pid) + "/stat").contains(" Z "); }));
}

TEST_F(LocalNodes, LeaveAFolderAloneThatAnOrphanStillUses) {
  const pid_t parent = ::fork();
  if (parent == 0) {
    SystemClock own_clock;
    LocalNodeProvider provider(
        shell_nodes(folder.path(), "trap '' TERM; echo $$ > $FOLDER/pid; while :; do sleep 0.02; done"), own_clock);
    (void)provider.provide({.count = 1});
    for (;;) ::pause();
  }
  const pid_t orphan = pid_in(slot(1));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  {
    auto provider = make(well_behaved);
    must(provider.provide({.count = 1}));
    pid_in(slot(2));
    EXPECT_TRUE(is_there(orphan));
  }
  ::kill(orphan, SIGKILL);
}

TEST_F(LocalNodes, GetNothingOfTheEnvironmentAndNoOpenFiles) {
  ::setenv("CAIRN_TEST_SECRET", "x", 1);
  auto provider = make("env > $FOLDER/env; ls /proc/self/fd | wc -l > $FOLDER/files; " + well_behaved);
  must(provider.provide({.count = 1}));
  pid_in(slot(1));
  EXPECT_EQ(text_of(slot(1) / "env").find("CAIRN_TEST_SECRET"), std::string::npos);
  EXPECT_LE(std::stoi(text_of(slot(1) / "files")), 5);  // Three, the lock, and the folder that ls reads.
  ::unsetenv("CAIRN_TEST_SECRET");
}

}  // namespace
}  // namespace cairn::testing
