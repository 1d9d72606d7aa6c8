// What the tests of this room share: a journal on a disk in memory, and short ways to write and read it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "faults/fault_files.hpp"
#include "journal/journal.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"

namespace mohur::journal {

using Records = std::vector<std::string>;

inline const Place events{"/journal", "events", 7};
inline const Settings small{.segment_size = 4096, .prepare_in_background = false};
inline const std::string first_segment = "/journal/00000000000000000001.seg";

inline std::unique_ptr<Journal> open_or_fail(FileLayer& files, const Settings& settings = small, const Place& place = events) {
  auto opened = Journal::open(place, settings, files);
  if (!opened) ADD_FAILURE() << opened.error().detail;
  return opened ? *std::move(opened) : nullptr;
}

inline Result<Frame> seal(Journal& journal, const Records& records) {
  FrameBuilder batch;
  for (const std::string& record : records) batch.add(record);
  MOHUR_TRY(journal.reserve(batch.payload_size()));
  return journal.seal(std::move(batch));
}

// One frame, one flush.
inline Result<void> append(Journal& journal, const Records& records) {
  auto frame = seal(journal, records);
  if (!frame) return std::unexpected(frame.error());
  return journal.write_and_flush({&*frame, 1});
}

// Several frames, one flush.
inline Result<void> append_together(Journal& journal, const std::vector<Records>& batches) {
  std::vector<Frame> frames;
  for (const Records& batch : batches) {
    auto frame = seal(journal, batch);
    if (!frame) return std::unexpected(frame.error());
    frames.push_back(*std::move(frame));
  }
  return journal.write_and_flush(frames);
}

inline Result<Records> read_all(FileLayer& files, JournalPosition from = {1}, const Place& place = events) {
  auto reader = Reader::open(place, from, nullptr, files);
  if (!reader) return std::unexpected(reader.error());
  Records records;
  while (true) {
    auto frame = reader->next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return records;
    for (const RecordView record : **frame) records.emplace_back(record.bytes);
  }
}

// Without a run of zeros, and different for each seed.
inline std::string bytes_of_size(std::size_t size, unsigned seed) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>('A' + (i * 7 + seed * 13 + i / 11) % 50);
  return bytes;
}

template <class T>
std::string why(const Result<T>& result) {
  return result ? "no refusal" : std::string{to_token(result.error().outcome)} + ": " + result.error().detail;
}

template <class T>
testing::AssertionResult refused(const Result<T>& result, Outcome outcome) {
  if (!result && result.error().outcome == outcome) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "expected " << to_token(outcome) << ", got " << why(result);
}

#define ASSERT_OK(result)                         \
  do {                                            \
    const auto& done_ = (result);                 \
    ASSERT_TRUE(done_.has_value()) << why(done_); \
  } while (false)

}  // namespace mohur::journal
