#include "main/stop_signal.h"

#include <semaphore.h>

#include <cerrno>
#include <csignal>

namespace cairn {
namespace {

// Reached from the signal handler, in which posting a semaphore is one of the few things that are allowed.
sem_t signalled;

extern "C" void on_stop_signal(int signal) {
  sem_post(&signalled);
  std::signal(signal, SIG_DFL);
}

}  // namespace

StopSignal::StopSignal() {
  sem_init(&signalled, 0, 0);
  std::signal(SIGINT, on_stop_signal);
  std::signal(SIGTERM, on_stop_signal);
}

void StopSignal::wait() {
  while (sem_wait(&signalled) != 0 && errno == EINTR) {}
}

}  // namespace cairn
