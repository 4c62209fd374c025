// Requests and replies as they should be.
#include "http/server_fixture.h"

namespace cairn::http {
namespace {

TEST_F(ServerTest, SeveralRequestsShareAConnection) {
  start();
  auto c = client();
  for (int i = 0; i < 3; ++i) {
    const auto reply = c.post("/echo", "body " + std::to_string(i));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "body " + std::to_string(i));
  }
  EXPECT_EQ(server_->load().connections, 1);
}

}  // namespace
}  // namespace cairn::http
