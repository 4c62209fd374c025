#pragma once

namespace cairn {

/// From its making on, SIGINT and SIGTERM no longer end the process at once but end wait(); a second one does. One a
/// process.
class StopSignal {
 public:
  StopSignal();

  /// Blocks until the first of them, without using the processor.
  void wait();
};

}  // namespace cairn
