// How many payouts a second one core accepts, settles and replays, and what they leave behind.
//
//   engine_bulk_bench bulk [payouts = 1,000,000] [folder]      the figures, in rounds
//   engine_bulk_bench growth [payouts = 10,000,000] [folder]   how they grow with history
//   engine_bulk_bench start FOLDER                             opens what is there, as the server does
//
// Everything is the real thing: kernel, ledger and laws, journal with one flush for each frame, store with its background
// writing and merging. All threads share one core. The folder lies on the disk that is measured, and is removed afterwards.
#include "engine/load_bench.hpp"

namespace mohur::engine {
namespace {

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

// The bytes of the frames between two positions, and how many payouts they are for.
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
  for (const auto& [name, seconds] : cpu_by_thread())
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
  std::vector<double> frame_bytes, state_bytes;
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
      const std::uint64_t disk = works.store->statistics().disk_bytes;
      std::fprintf(stderr, "accept\n");
      accepted.add(load.accept(round * each, each) + checkpoint(*works.store), each);
      frame_bytes.push_back(journal_bytes(folder, before, works.shard.state().position) / static_cast<double>(each));
      state_bytes.push_back(static_cast<double>(works.store->statistics().disk_bytes - disk) / static_cast<double>(each));
      std::fprintf(stderr, "settle\n");
      settled.add(load.settle() + checkpoint(*works.store), each);
      ends.push_back(works.shard.state().position);
    }
    print_threads(static_cast<double>(payouts + each / 2));
  }
  accepted.print_all("bulk.payouts", "payouts/s", "us/payout", 250'000);
  print({"bulk.journal_bytes", "bytes/payout", "lower"}, frame_bytes);
  print({"bulk.state_bytes", "bytes/payout", "lower"}, state_bytes);
  settled.print_all("bulk.reports", "reports/s", "us/report", 0);
  replay_in_rounds(folder, ends);
  return 0;
}

int start(const std::filesystem::path& folder) {
  const Meter meter;
  const Works works{folder};
  const Usage usage = meter.read();
  std::printf("%f %f %f\n", usage.wall, usage.cpu, memory_mib("VmHWM:"));
  return 0;
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "bulk";
  if (mode == "start" && argc > 2) return start(argv[2]);
  stay_on_one_core();
  const std::filesystem::path folder = argc > 3 ? argv[3] : "/tmp/mohur_bulk_bench";
  const std::uint64_t payouts = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const int status = bulk(payouts, folder);
  std::filesystem::remove_all(folder);
  return status;
}

}  // namespace
}  // namespace mohur::engine

int main(int argc, char** argv) { return mohur::engine::run(argc, argv); }
