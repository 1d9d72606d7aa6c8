// What a payout costs in the store: CPU of all threads, bytes on the disk, memory, and look-ups afterwards.
//
//   store_bench [payouts in millions = 10] [folder = /tmp/mohur_store_bench] [updates = 0]
//
// A payout is one put with a time-ordered key and a 300-byte value, and one put with a random key and a 24-byte value.
// With updates = 1 each payout's value is put again, 200,000 payouts later.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "store/meter_bench.hpp"
#include "store/store.hpp"

namespace {

using mohur::Key128;
using namespace mohur::store;

constexpr TableSpec specs[] = {{1, "payouts", false, 10, KeyOrder::by_time}, {2, "idempotency", false, 0, KeyOrder::hashed}};
constexpr std::uint64_t batch_size = 200;
constexpr std::uint64_t update_lag = 200'000;

std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}
std::string time_key(std::uint64_t n) { return Key128{(1'790'000'000'000 + n / 30) << 16 | n % 30 << 8, mix(n)}.to_bytes(); }
std::string random_key(std::uint64_t n) { return Key128{mix(n * 2 + 1), mix(n ^ 0x5555555555)}.to_bytes(); }

// About a third is unguessable (ids, sealed data); the rest repeats from payout to payout, as real records do.
class Values {
 public:
  Values() : text_(300, '.') {
    const std::string words =
        "purpose=vendor_payment;rail=imps;status=processing;currency=INR;beneficiary=ben_;narration=Invoice ";
    for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = words[i % words.size()];
  }
  const std::string& of(std::uint64_t n) {
    for (std::size_t i = 0; i < 13; ++i) {
      const std::uint64_t random = mix(n * 16 + i);
      text_.replace(20 * i, 8, reinterpret_cast<const char*>(&random), 8);
    }
    return text_;
  }

 private:
  std::string text_;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double system_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_stime.tv_sec) + static_cast<double>(usage.ru_stime.tv_usec) / 1e6;
}
double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
void print_threads(double each) {
  for (const auto& [name, seconds] : cpu_by_thread())
    if (seconds > 0) std::printf("  thread %-16s %.2f us/payout\n", name.c_str(), seconds * each);
}

void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

void fill(Batch& batch, Values& values, std::uint64_t first, bool updates) {
  batch.clear();
  for (std::uint64_t n = first; n < first + batch_size; ++n) {
    batch.put(1, time_key(n), values.of(n));
    batch.put(2, random_key(n), std::string_view{values.of(n)}.substr(0, 24));
    if (updates && n >= update_lag) batch.put(1, time_key(n - update_lag), values.of(n));
  }
}

// What making the keys and values costs, which is the benchmark's own.
double cost_of_making(Values& values, bool updates) {
  Batch batch;
  const double cpu = cpu_seconds();
  constexpr std::uint64_t count = 500'000;
  for (std::uint64_t n = update_lag; n < update_lag + count; n += batch_size) fill(batch, values, n, updates);
  return (cpu_seconds() - cpu) / static_cast<double>(count);
}

void write(Store& store, std::uint64_t payouts, bool updates) {
  Values values;
  Batch batch;
  const double making = cost_of_making(values, updates);
  double slowest = 0;
  const double cpu = cpu_seconds(), system = system_seconds(), wall = wall_seconds();
  for (std::uint64_t n = 0; n < payouts;) {
    fill(batch, values, n, updates);
    n += batch_size;
    const double before = wall_seconds();
    must(store.apply(batch, n).has_value(), "apply");
    slowest = std::max(slowest, wall_seconds() - before);
    if (n % 1'000'000 == 0) {
      const auto now = store.statistics();
      std::printf("%4.0f M  cpu %.2f us/payout  files %3lu  memory %.0f MiB  waits %lu\n", static_cast<double>(n) / 1e6,
                  (cpu_seconds() - cpu) / static_cast<double>(n) * 1e6, now.files, memory_mib("VmRSS:"), now.waits);
    }
  }
  must(store.checkpoint().has_value(), "checkpoint");
  const double each = 1e6 / static_cast<double>(payouts);
  const auto end = store.statistics();
  std::printf(
      "write: cpu %.2f us/payout, of which the benchmark's own %.2f and system %.2f; wall %.2f us; slowest apply %.0f ms; waits "
      "%lu\n",
      (cpu_seconds() - cpu) * each, making * 1e6, (system_seconds() - system) * each, (wall_seconds() - wall) * each,
      slowest * 1e3, end.waits);
  print_threads(each);
  std::printf("disk: %.0f bytes/payout in %lu files after %lu ingests; memory %.0f MiB, peak %.0f MiB\n",
              static_cast<double>(end.disk_bytes) / static_cast<double>(payouts), end.files, end.ingests, memory_mib("VmRSS:"),
              memory_mib("VmHWM:"));
}

template <class Key>
void read(const Store& store, const char* what, TableNumber table, bool present, std::uint64_t count, Key&& key) {
  std::vector<std::string> keys;
  for (std::uint64_t i = 0; i < count; ++i) keys.push_back(key(i));
  std::string value;
  const double cpu = cpu_seconds();
  for (const std::string& k : keys) must(store.get(table, k, value).value_or(!present) == present, what);
  std::printf("get %-34s %.2f us\n", what, (cpu_seconds() - cpu) / static_cast<double>(count) * 1e6);
}

void read_all(const Store& store, std::uint64_t payouts, const char* when) {
  std::printf("-- %s\n", when);
  std::mt19937_64 random(7);
  for (int round = 0; round < 2; ++round) {
    read(store, "idempotency, missing", 2, false, 200'000, [&](std::uint64_t i) { return random_key(payouts * 2 + i); });
    read(store, "idempotency, present", 2, true, 200'000, [&](std::uint64_t) { return random_key(random() % payouts); });
    read(store, "payout, present anywhere", 1, true, 200'000, [&](std::uint64_t) { return time_key(random() % payouts); });
    read(store, "payout, present among the last 100 k", 1, true, 200'000,
         [&](std::uint64_t) { return time_key(payouts - 1 - random() % 100'000); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto payouts = static_cast<std::uint64_t>((argc > 1 ? std::strtod(argv[1], nullptr) : 10.0) * 1e6);
  const std::string folder = argc > 2 ? argv[2] : "/tmp/mohur_store_bench";
  const bool updates = argc > 3 && argv[3][0] == '1';
  must(Store::discard(folder).has_value(), "discard");
  auto store = Store::open({.folder = folder}, specs);
  must(store.has_value(), "open");
  write(**store, payouts, updates);
  read_all(**store, payouts, "everything on the disk");

  Batch batch;
  Values values;
  for (std::uint64_t n = payouts; n < payouts + 100'000; ++n) {
    batch.put(1, time_key(n), values.of(n));
    batch.put(2, random_key(n), std::string_view{values.of(n)}.substr(0, 24));
  }
  must((*store)->apply(batch, payouts + 100'000).has_value(), "apply");
  read_all(**store, payouts + 100'000, "the last 100 k in the overlay");
  store->reset();
  must(Store::discard(folder).has_value(), "discard");
}
