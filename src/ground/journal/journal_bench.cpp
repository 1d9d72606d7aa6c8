// What sealing costs the processor and what a flush costs the clock: `journal_journal_bench [folder]`.
//
// Records of 300 bytes, in frames of 1 to 1000; each frame is written and flushed alone. The folder should lie on the disk
// that is to be measured. It is removed afterwards.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <vector>

#include "journal/journal.hpp"
#include "journal/lookup.hpp"
#include "journal/reader.hpp"

namespace mohur::journal {
namespace {

constexpr std::size_t record_size = 300;

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double wall_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Not text, not zeros: as a coded event looks.
std::string make_record() {
  std::string record;
  for (std::size_t i = 0; i < record_size; ++i) record += static_cast<char>(i * 37 + i / 5);
  return record;
}

double at_share(std::vector<double>& values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

Result<void> measure_frames(Journal& journal, std::size_t records, std::size_t frames) {
  const std::string record = make_record();
  double sealing = 0;
  double writing = 0;
  std::vector<double> flushes;
  std::string memory;
  for (std::size_t i = 0; i < frames; ++i) {
    MOHUR_TRY(journal.reserve(records * (record_size + record_length_size)));
    const double begin = cpu_us();
    FrameBuilder batch{std::move(memory)};
    for (std::size_t each = 0; each < records; ++each) batch.add(record);
    auto frame = journal.seal(std::move(batch));
    if (!frame) return std::unexpected(frame.error());
    const double sealed = cpu_us();
    const double clock = wall_us();
    MOHUR_TRY(journal.write_and_flush({&*frame, 1}));
    flushes.push_back(wall_us() - clock);
    writing += cpu_us() - sealed;
    sealing += sealed - begin;
    memory = std::move(*frame).take_memory();
  }
  const auto total = static_cast<double>(frames * records);
  std::printf(
      "%5zu records a frame: seal %6.3f us CPU a record; write and flush %7.3f us CPU a record, wall p50 %6.0f us, p99 %6.0f, "
      "max %6.0f\n",
      records, sealing / total, writing / total, at_share(flushes, 0.5), at_share(flushes, 0.99), at_share(flushes, 1.0));
  return {};
}

Result<void> measure_reading(const Place& place, const Journal& journal) {
  MOHUR_TRY_SET(reader, Reader::open(place, {1}, journal.watermark()));
  const double begin = cpu_us();
  std::uint64_t records = 0;
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) break;
    records += frame->count();
  }
  std::printf("read and check all: %.3f us CPU a record\n", (cpu_us() - begin) / static_cast<double>(records));
  Lookup lookup{place, journal.watermark()};
  for (const char* const round : {"first", "next"}) {
    const double start = cpu_us();
    for (std::uint64_t i = 0; i < 1000; ++i) MOHUR_TRY(lookup.record({1 + i * 7919 % records}));
    std::printf("look up a record, %s 1000: %.1f us CPU\n", round, (cpu_us() - start) / 1000);
  }
  return {};
}

Result<void> measure(const Place& place) {
  const double begin = wall_us();
  MOHUR_TRY_SET(journal, Journal::open(place));
  std::printf("begin a journal: %.0f ms\n", (wall_us() - begin) / 1000);
  for (const auto& [records, frames] :
       {std::pair<std::size_t, std::size_t>{1, 2000}, {10, 2000}, {100, 2000}, {250, 2000}, {1000, 500}})
    MOHUR_TRY(measure_frames(*journal, records, frames));
  MOHUR_TRY(measure_reading(place, *journal));
  journal.reset();
  const double closed = wall_us();
  MOHUR_TRY_SET(again, Journal::open(place));
  std::printf("open again: %.0f ms, the next record is %llu\n", (wall_us() - closed) / 1000,
              static_cast<unsigned long long>(again->next().value));
  return {};
}

}  // namespace
}  // namespace mohur::journal

int main(int count, char** arguments) {
  const auto folder = std::filesystem::path{count > 1 ? arguments[1] : "/var/tmp"} / "mohur_journal_bench";
  std::filesystem::remove_all(folder);
  const auto done = mohur::journal::measure({folder.string(), "bench", 0});
  std::filesystem::remove_all(folder);
  if (!done) std::fprintf(stderr, "%s\n", done.error().detail.c_str());
  return done ? 0 : 1;
}
