// How many payouts a second one core accepts, settles and replays, and what they leave behind.
//
//   engine_bulk_bench bulk FOLDER [payouts = 1,000,000]      the figures, in rounds
//   engine_bulk_bench growth FOLDER [payouts = 10,000,000]   how they grow with history
//   engine_bulk_bench start FOLDER                           opens what is there, as the server does
//
// Everything is the real thing: kernel, ledger and laws, journal with one flush for each frame, store with its background
// writing and merging. All threads share one core. The folder lies on the disk that is measured.
#include <cmath>

#include "engine/load_bench.hpp"

namespace mohur::engine {
namespace {

using store::memory_mib;
using store::print;

constexpr std::uint64_t kRounds = 5;

struct Rounds {
  std::vector<double> rate, cpu_rate, cpu_us;
  void add(const Usage& usage, std::uint64_t count) {
    const auto n = static_cast<double>(count);
    rate.push_back(n / usage.wall);
    cpu_rate.push_back(n / usage.cpu);
    cpu_us.push_back(usage.cpu / n * 1e6);
    std::fprintf(stderr, "  %9.0f a second by the clock, %5.2f us of CPU each; memory %.0f MiB\n", rate.back(), cpu_us.back(),
                 memory_mib());
  }
  void print_all(const std::string& what, const char* per_second, const char* us_each, double target) const {
    print({what + "_per_second", per_second, "higher", target}, rate);
    print({what + "_per_cpu_second", per_second, "higher", target}, cpu_rate);
    print({what + "_cpu", us_each, "lower", target > 0 ? 1e6 / target : 0}, cpu_us);
  }
};

Usage operator+(const Usage& a, const Usage& b) { return {a.wall + b.wall, a.cpu + b.cpu}; }

// The bytes of the frames between two positions.
double journal_bytes(const std::filesystem::path& folder, std::uint64_t after, std::uint64_t until) {
  auto reader = must(journal::Reader::open(place_in(folder), {after + 1}));
  double sum = 0;
  while (const auto frame = must(reader.next())) {
    if (frame->first().value > until) break;
    sum += journal::frame_header_size + journal::frame_trailer_size;
    for (const journal::RecordView record : *frame) sum += static_cast<double>(record.bytes.size() + journal::record_length_size);
  }
  return sum;
}

Usage checkpoint(store::Store& store) {
  const Meter meter;
  must(store.checkpoint());
  return meter.read();
}

void print_threads(double each) {
  for (const auto& [name, seconds] : store::cpu_by_thread())
    if (seconds > 0) std::fprintf(stderr, "  thread %-16s %.2f us\n", name.c_str(), seconds * 1e6 / each);
}

void replay_in_rounds(const std::filesystem::path& folder, const std::vector<std::uint64_t>& ends) {
  std::fprintf(stderr, "replay into a fresh store\n");
  auto store = must(store::Store::open({.folder = folder / "replayed"}, table_specs()));
  Fold fold{*store};
  must(fold.load());
  Rounds rounds;
  for (const std::uint64_t end : ends) {
    const std::uint64_t before = store->position();
    const Meter meter;
    must(replay(place_in(folder), fold, *store, {.until = end}));
    must(store->checkpoint());
    if (before > 0) rounds.add(meter.read(), store->position() - before);  // the first one warms up
  }
  rounds.print_all("replay.events", "events/s", "us/event", 500'000);
}

int bulk(std::uint64_t payouts, const std::filesystem::path& folder) {
  Rounds accepted, settled;
  std::vector<double> frame_bytes;
  double state_bytes = 0;
  std::vector<std::uint64_t> ends;  // of the rounds, in the journal
  {
    Works works{folder};
    Load load{works};
    const std::uint64_t each = payouts / kRounds;
    std::fprintf(stderr, "warming up\n");
    load.accept(payouts, each / 2);
    load.settle();
    must(works.store->checkpoint());
    ends.push_back(works.shard.state().position);
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      const std::uint64_t before = works.shard.state().position;
      std::fprintf(stderr, "accept\n");
      accepted.add(load.accept(round * each, each) + checkpoint(*works.store), each);
      frame_bytes.push_back(journal_bytes(folder, before, works.shard.state().position) / static_cast<double>(each));
      std::fprintf(stderr, "settle\n");
      settled.add(load.settle() + checkpoint(*works.store), each);
      ends.push_back(works.shard.state().position);
    }
    print_threads(static_cast<double>(payouts + each / 2));
    state_bytes = static_cast<double>(works.store->statistics().disk_bytes) / static_cast<double>(payouts + each / 2);
  }
  print({"bulk.cache_miss", "ns", "lower"}, store::cache_miss_ns());
  accepted.print_all("bulk.payouts", "payouts/s", "us/payout", 250'000);
  print({"bulk.journal_bytes", "bytes/payout", "lower"}, frame_bytes);
  print({"bulk.state_bytes", "bytes/payout", "lower"}, {state_bytes});
  settled.print_all("bulk.reports", "reports/s", "us/report", 0);
  replay_in_rounds(folder, ends);
  return 0;
}

// Seconds by the clock and of CPU, and MiB at most.
struct Start {
  double wall = 0, cpu = 0, memory = 0;
};

int start(const std::filesystem::path& folder) {
  const Meter meter;
  const Works works{folder};
  const Usage usage = meter.read();
  std::printf("%f %f %f\n", usage.wall, usage.cpu, memory_mib("VmHWM:"));
  return 0;
}

// In a process of its own: what it has in memory is then what a server has.
Start start_anew(const std::filesystem::path& folder) {
  const std::string command = std::filesystem::read_symlink("/proc/self/exe").string() + " start " + folder.string();
  std::FILE* const told = ::popen(command.c_str(), "r");
  Start start;
  const bool read = told != nullptr && std::fscanf(told, "%lf %lf %lf", &start.wall, &start.cpu, &start.memory) == 3;
  if (told == nullptr || ::pclose(told) != 0 || !read) give_up({Outcome::internal_error, {}, "the start has failed"});
  return start;
}

// Stages of history, each three times the one before. At the end of each the process lets go of everything as one that is
// killed does, and another one starts with what lies on the disk.
int growth(std::uint64_t most, const std::filesystem::path& folder) {
  constexpr std::uint64_t kBlock = 50'000;  // accepted, and then settled
  constexpr std::size_t kMeasuredBlocks = 5;
  auto works = std::make_unique<Works>(folder);
  Load load{*works};
  std::uint64_t done = 0;
  for (double stage = 10'000; done < most; stage *= std::sqrt(10.0)) {
    const std::uint64_t until = std::min(most, static_cast<std::uint64_t>(std::llround(stage)));
    std::vector<double> accepted, settled;
    while (done < until) {
      const std::uint64_t block = std::min(kBlock, until - done);
      accepted.push_back(load.accept(done, block).cpu / static_cast<double>(block) * 1e6);
      settled.push_back(load.settle().cpu / static_cast<double>(block) * 1e6);
      done += block;
    }
    const auto last = [&](std::vector<double>& of) {
      return std::vector<double>{of.end() - static_cast<std::ptrdiff_t>(std::min(kMeasuredBlocks, of.size())), of.end()};
    };
    const auto payouts = static_cast<double>(done);
    const double memory = memory_mib();
    const double state = static_cast<double>(works->store->statistics().disk_bytes) / payouts;
    const double journal = journal_bytes(folder, 0, works->shard.state().position) / payouts;
    works.reset();
    std::vector<double> start_wall, start_cpu, start_memory;
    for (int i = 0; i < 3; ++i) {
      const Start anew = start_anew(folder);
      start_wall.push_back(anew.wall);
      start_cpu.push_back(anew.cpu);
      start_memory.push_back(anew.memory);
    }
    const std::string at = "growth." + std::to_string(done) + ".";
    const bool is_most = done == most;
    print({at + "accept_cpu", "us/payout", "lower"}, last(accepted));
    print({at + "report_cpu", "us/report", "lower"}, last(settled));
    print({at + "memory", "MiB", "lower", is_most ? 1'024.0 : 0}, {memory});
    print({at + "journal_bytes", "bytes/payout", "lower"}, {journal});
    print({at + "state_bytes", "bytes/payout", "lower"}, {state});
    print({at + "start", "s", "lower", is_most ? 5.0 : 0}, start_wall);
    print({at + "start_cpu", "s", "lower"}, start_cpu);
    print({at + "start_memory", "MiB", "lower"}, start_memory);
    if (done == most) break;
    works = std::make_unique<Works>(folder);
    load.attach(*works);
  }
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 2 ? argv[1] : "";
  const auto payouts = [&](std::uint64_t usual) { return argc > 3 ? std::strtoull(argv[3], nullptr, 10) : usual; };
  store::stay_on_one_core();
  if (mode == "start") return start(argv[2]);
  if (mode == "bulk") return bulk(payouts(1'000'000), argv[2]);
  if (mode == "growth") return growth(payouts(10'000'000), argv[2]);
  std::fprintf(stderr, "usage: engine_bulk_bench bulk|growth|start FOLDER [payouts]\n");
  return 2;
}

}  // namespace
}  // namespace mohur::engine

int main(int argc, char** argv) { return mohur::engine::run(argc, argv); }
