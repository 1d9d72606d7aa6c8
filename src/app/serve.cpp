#include "app/serve.hpp"

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <thread>

#include "app/house.hpp"
#include "net/clocks.hpp"

namespace mohur::app {
namespace {

void tell(const char* name, const std::string& value) {
  std::printf("%s %s\n", name, value.c_str());
  std::fflush(stdout);
}

// SIGTERM and SIGINT are taken by a thread of their own, so that nothing runs inside a signal handler.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  void watch(House& house) {
    thread_ = std::thread([this, &house] {
      int signal = 0;
      sigwait(&set_, &signal);
      if (signal != SIGUSR1) house.stop();
    });
  }
  ~StopSignals() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGUSR1);  // no effect when a signal has ended it already
    thread_.join();
  }

 private:
  sigset_t set_{};
  std::thread thread_;
};

observe::Level level_of(const std::string& word) {
  for (const observe::Level level : {observe::Level::debug, observe::Level::info, observe::Level::warn})
    if (observe::to_token(level) == word) return level;
  return observe::Level::error;
}

}  // namespace

int serve(const Settings& settings) {
  StopSignals signals;
  net::SystemClock clock;
  observe::Logger logger{STDERR_FILENO, clock, {.lowest = level_of(settings.log_level)}};
  auto house = House::open(settings, logger);
  if (!house) {
    std::fprintf(stderr, "mohur: %s\n", house.error().detail.c_str());
    return 1;
  }
  signals.watch(**house);
  if (const auto& keys = (*house)->founders_keys()) {
    tell("founder_key", keys->first);
    tell("founder_key", keys->second);
  }
  tell("certificate", (*house)->certificate_file());
  tell("operator", "http://" + settings.operator_address + ":" + std::to_string((*house)->operator_port()));
  tell("api", "https://" + settings.address + ":" + std::to_string((*house)->port()));
  if (const Result<void> ended = (*house)->run(); !ended) {
    std::fprintf(stderr, "mohur: %s\n", ended.error().detail.c_str());
    return 1;
  }
  return 0;
}

}  // namespace mohur::app
