// Makes HTTPS calls to a server on this machine and prints what they took, as one line of JSON.
//
//   https_load --port N --request FILE [--connections 64] [--seconds 3] [--calls 0] [--rate 0] [--first 0] [--warm-up 0]
//
// FILE holds the bytes of one request; each run of sixteen `@` in it becomes a number that counts up from --first. With --rate
// calls a second fall due, whatever the server does; without, each connection asks again when it is answered. --warm-up calls
// are made first and not counted. Then it prints `ready` and begins when it reads a line.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "load/driver.hpp"

namespace {

using namespace mohur::load;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "https_load: %s\n", what.c_str());
  std::exit(2);
}

// `--name value` pairs, each of them a number but for the file.
class Options {
 public:
  Options(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) given_[argv[i]] = argv[i + 1];
    if (argc % 2 == 0) give_up("options are pairs of --name and value");
  }
  std::uint64_t number(const char* name, std::uint64_t otherwise) {
    const std::string text = take(name, std::to_string(otherwise));
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) give_up(std::string{name} + " wants a whole number");
    return value;
  }
  std::string take(const char* name, std::string otherwise) {
    const auto found = given_.extract(name);
    return found ? found.mapped() : otherwise;
  }
  void end() const {
    if (!given_.empty()) give_up("there is no option " + given_.begin()->first);
  }

 private:
  std::map<std::string, std::string> given_;
};

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) give_up("cannot read " + path);
  return {std::istreambuf_iterator<char>{file}, {}};
}

// Sockets for a thousand connections, timers to the microsecond, and no death by a closed socket.
void prepare_process() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  std::signal(SIGPIPE, SIG_IGN);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 600)) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

void print(const Measured& measured) {
  const auto ull = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  const Histogram& latency = measured.latency_ns;
  std::printf(
      "{\"calls\":%llu,\"failures\":%llu,\"first_failure\":%s,\"wall_ns\":%llu,\"load_cpu_ns\":%llu,\"answer_bytes\":%llu,"
      "\"p50_ns\":%llu,\"p90_ns\":%llu,\"p99_ns\":%llu,\"p999_ns\":%llu,\"max_ns\":%llu}\n",
      ull(latency.count()), ull(measured.failures), quoted(measured.first_failure).c_str(), ull(measured.wall_ns),
      ull(measured.cpu_ns), ull(measured.answer_bytes), ull(latency.at(500)), ull(latency.at(900)), ull(latency.at(990)),
      ull(latency.at(999)), ull(latency.max()));
}

}  // namespace

int main(int argc, char** argv) {
  prepare_process();
  Options options{argc, argv};
  const auto port = static_cast<std::uint16_t>(options.number("--port", 0));
  const std::uint64_t connections = options.number("--connections", 64);
  const Until until{.calls = options.number("--calls", 0), .ns = options.number("--seconds", 3) * 1'000'000'000};
  const std::uint64_t rate = options.number("--rate", 0);
  const std::uint64_t warm_up = options.number("--warm-up", 0);
  const std::uint64_t first = options.number("--first", 0);
  const std::string file = options.take("--request", "");
  options.end();

  Driver driver{port, connections, RequestForm{read_file(file), first}};
  if (warm_up > 0) {
    const Measured warm = driver.run_closed({.calls = warm_up, .ns = 0});
    if (warm.failures > 0) give_up("the warm-up fails: " + warm.first_failure);
  }
  std::puts("ready");
  std::fflush(stdout);
  if (std::getchar() == EOF) return 1;
  print(rate > 0 ? driver.run_open(rate, until) : driver.run_closed(until));
  return 0;
}
