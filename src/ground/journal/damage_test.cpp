// What an interrupted write leaves is cut; anything else that is not as it was written is refused by name.
#include <bit>

#include "journal/frame_format.hpp"
#include "journal/lookup.hpp"
#include "journal/support_test.hpp"

namespace mohur::journal {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

// A journal in one segment: `flushes` of batches, each flush in one write.
struct Written {
  std::string content;               // of the segment
  std::vector<std::size_t> offsets;  // of the frames; the last is the end
  Records records;
};

Written write(const std::vector<std::vector<Records>>& flushes, std::uint64_t segment_size = 8192) {
  faults::FaultFiles disk;
  Written written{.offsets = {first_frame_offset}};
  const auto journal = open_or_fail(disk, {.segment_size = segment_size, .prepare_in_background = false});
  for (const auto& batches : flushes) {
    std::vector<Frame> frames;
    for (const Records& batch : batches) {
      auto frame = seal(*journal, batch);
      if (!frame) ADD_FAILURE() << why(frame);
      written.offsets.push_back(written.offsets.back() + frame->bytes().size());
      written.records.insert(written.records.end(), batch.begin(), batch.end());
      frames.push_back(*std::move(frame));
    }
    if (auto done = journal->write_and_flush(frames); !done) ADD_FAILURE() << why(done);
  }
  written.content = disk.content(first_segment);
  return written;
}

// Two frames of which the second begins `before` bytes before the end of a sector.
Written two_frames(std::size_t before, std::size_t last_size) {
  const std::size_t filler = 2 * sector_size - before - frame_header_size - frame_trailer_size - record_length_size;
  return write({{{bytes_of_size(filler, 1)}}, {{bytes_of_size(last_size, 2), "end"}}});
}

void expect_cut(const std::string& content, std::size_t offset, std::size_t bytes, const Records& left,
                const std::string& about) {
  faults::FaultFiles disk;
  disk.set_content(first_segment, content);
  const auto offline = read_all(disk);
  ASSERT_OK(offline);
  EXPECT_THAT(*offline, ElementsAreArray(left)) << about;
  auto journal = Journal::open(events, small, disk);
  ASSERT_TRUE(journal) << why(journal) << about;
  if (bytes == 0) {
    EXPECT_EQ((*journal)->cut(), std::nullopt) << about;
  } else {
    EXPECT_EQ((*journal)->cut(), (Cut{first_segment, offset, bytes, {left.size() + 1}})) << about;
  }
  EXPECT_EQ(disk.content(first_segment), content.substr(0, offset) + std::string(content.size() - offset, '\0')) << about;
  ASSERT_OK(append(**journal, {"new"}));
  Records with_new = left;
  with_new.emplace_back("new");
  EXPECT_THAT(*read_all(disk), ElementsAreArray(with_new)) << about;
  ASSERT_OK(verify(events, disk));
}

void expect_damage(const std::string& content, const std::string& about) {
  faults::FaultFiles disk;
  disk.set_content(first_segment, content);
  const auto opened = Journal::open(events, small, disk);
  ASSERT_TRUE(refused(opened, Outcome::data_damaged)) << about;
  EXPECT_THAT(why(opened), HasSubstr(first_segment + ", offset ")) << about;
  EXPECT_TRUE(refused(verify(events, disk), Outcome::data_damaged)) << about;
  EXPECT_TRUE(refused(read_all(disk), Outcome::data_damaged)) << about;
  EXPECT_EQ(disk.content(first_segment), content) << "damage is never changed: " << about;
}

TEST(TornWrite, ALastFrameOfWhichOnlyABeginningWasWrittenIsCutExactly) {
  for (const std::size_t before : {8u, 16u, 40u, 64u, 72u, 256u, 512u})
    for (const std::size_t size : {1u, 30u, 600u, 1200u}) {
      const Written written = two_frames(before, size);
      const std::size_t begin = written.offsets[1];
      ASSERT_EQ(begin % sector_size, sector_size - before == sector_size ? 0 : sector_size - before);
      for (std::size_t end = begin; end < written.offsets[2]; ++end) {
        const std::string content = written.content.substr(0, end) + std::string(written.content.size() - end, '\0');
        const std::size_t last = content.find_last_not_of('\0') + 1;
        expect_cut(content, begin, last - begin, {written.records[0]},
                   "begins " + std::to_string(before) + " before, size " + std::to_string(size) + ", cut at " +
                       std::to_string(end - begin));
        if (HasFatalFailure()) return;
      }
    }
}

// All ways in which the sectors of one write can be there or not.
void lose_sectors(const Written& written, std::size_t from_frame, const std::string& about) {
  const std::size_t begin = written.offsets[from_frame];
  const std::size_t end = written.offsets.back();
  const std::size_t first = begin / sector_size;
  const std::size_t sectors = (end - 1) / sector_size - first + 1;
  ASSERT_LE(sectors, 8u);
  for (unsigned lost = 0; lost < 1u << sectors; ++lost) {
    std::string content = written.content;
    std::size_t whole = from_frame;
    for (std::size_t i = 0; i < sectors; ++i) {
      if (!(lost >> i & 1)) continue;
      const std::size_t at = std::max(begin, (first + i) * sector_size);
      const std::size_t until = std::min(end, (first + i + 1) * sector_size);
      content.replace(at, until - at, until - at, '\0');
    }
    while (whole + 1 < written.offsets.size() &&
           content.compare(0, written.offsets[whole + 1], written.content, 0, written.offsets[whole + 1]) == 0)
      ++whole;
    const std::size_t cut_at = written.offsets[whole];
    const std::size_t last = content.find_last_not_of('\0') + 1;
    expect_cut(content, cut_at, last > cut_at ? last - cut_at : 0,
               {written.records.begin(), written.records.begin() + static_cast<std::ptrdiff_t>(whole)},
               about + ", lost " + std::to_string(lost));
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(TornWrite, ALastFrameOfWhichSomeSectorsWereWrittenIsCutWhicheverTheyAre) {
  for (std::size_t before = 8; before <= sector_size; before += 8) {
    const std::size_t filler = 2 * sector_size - before - frame_header_size - frame_trailer_size - record_length_size;
    for (const std::size_t size : {20u, 700u, 1500u})
      lose_sectors(write({{{bytes_of_size(filler, 1)}}, {{bytes_of_size(size, 2)}}}), 1,
                   "begins " + std::to_string(before) + " before, size " + std::to_string(size));
    if (HasFatalFailure()) return;
  }
}

TEST(TornWrite, ALastFrameFullOfZerosIsCutLikeAnyOther) {
  lose_sectors(write({{{"a"}}, {{std::string(2000, '\0')}}}), 1, "zeros");
}

TEST(TornWrite, OfSeveralFramesInOneFlushThoseUpToTheFirstTornOneAreKept) {
  for (std::size_t filler = 0; filler <= sector_size; filler += 24)
    lose_sectors(
        write({{{bytes_of_size(filler, 1)}}, {{bytes_of_size(300, 2)}, {bytes_of_size(900, 3)}, {bytes_of_size(350, 4)}}}), 1,
        "filler " + std::to_string(filler));
}

TEST(Damage, EverySingleBitFlippedInASmallJournalIsRefusedByName) {
  const Written written = write({{{"one", "second"}}, {{"3"}, {bytes_of_size(600, 3)}}}, 4096);
  for (std::size_t at = 0; at < written.content.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string content = written.content;
      content[at] = static_cast<char>(content[at] ^ 1 << bit);
      expect_damage(content, "bit " + std::to_string(bit) + " of byte " + std::to_string(at));
      if (HasFatalFailure()) return;
    }
}

TEST(Damage, ALostSectorOfAFrameThatWasDurableIsNotTakenForATornWrite) {
  const Written written = write({{{bytes_of_size(1500, 1)}}, {{"later"}}});
  for (std::size_t at = first_frame_offset; at < written.offsets[1]; at += sector_size) {
    std::string content = written.content;
    content.replace(at, std::min(sector_size, written.offsets[1] - at), std::min(sector_size, written.offsets[1] - at), '\0');
    expect_damage(content, "sector at " + std::to_string(at));
  }
}

TEST(Damage, TheClauseSaysWhatIsWrong) {
  const Written written = write({{{"one"}}, {{"second"}}});
  const Written other = write({{{"two"}}, {{"second"}}});
  const std::size_t begin = written.offsets[1];
  const std::size_t end = written.offsets[2];
  const struct {
    std::size_t at;
    std::string bytes;
    const char* clause;
  } rows[] = {
      {20, "2", "offset 0, position 1: the segment's header is not one"},
      {begin + 20, "2", "position 2: the frame's header is not one, or its checksum is wrong"},
      {begin + 72, "S", "position 2: the payload's checksum is wrong"},
      {begin + 79, "x", "position 2: its padding is not zero"},
      {end - 12, "x", "position 2: its chain hash is wrong"},
      {end - 1, "x", "position 2: its end mark is wrong"},
      {begin, other.content.substr(begin, end - begin), "position 2: its previous hash is not the hash of the frame before"},
      {begin, written.content.substr(first_frame_offset, begin - first_frame_offset), "position 2: its position does not follow"},
      {end, "x", "position 3: the frame's header is not one"},
  };
  for (const auto& row : rows) {
    std::string content = written.content;
    expect_damage(content.replace(row.at, row.bytes.size(), row.bytes), row.clause);
    faults::FaultFiles disk;
    disk.set_content(first_segment, content);
    EXPECT_THAT(why(verify(events, disk)), HasSubstr(row.clause));
  }
}

TEST(Damage, WhatIsNotFollowedByZerosAndNotPartOfAWriteIsRefused) {
  const Written written = write({{{"a"}}, {{"b"}}});
  const auto with = [&](std::size_t at, const std::string& bytes) {
    std::string content = written.content;
    return content.replace(at, bytes.size(), bytes);
  };
  const std::size_t end = written.offsets.back();
  expect_damage(with(end, "garbage"), "garbage behind the end");
  expect_damage(with(end + 1000, "x"), "one byte far behind the end");
  expect_damage(with(written.content.size() - 1, "x"), "the last byte");
  expect_damage(with(end, written.content.substr(written.offsets[0], written.offsets[1] - written.offsets[0])),
                "an old frame again");
  expect_damage(with(end + 512, written.content.substr(written.offsets[1], end - written.offsets[1])), "a frame after a gap");
  expect_damage(written.content.substr(0, written.content.size() - 1), "a file that is too short");
  expect_damage(written.content + '\0', "a file that is too long");
  expect_damage("", "an empty file");
}

class ManySegments : public ::testing::Test {
 protected:
  ManySegments() {
    const auto journal = open_or_fail(disk_);
    for (unsigned i = 0; i < 10; ++i) EXPECT_TRUE(append(*journal, {bytes_of_size(1000, i)}));
    for (const std::string& path : disk_.paths())
      if (path.ends_with(".seg")) segments_.push_back(path);
    EXPECT_EQ(segments_.size(), 4u);
  }

  void expect_refused_by_all(const std::string& about) {
    EXPECT_TRUE(refused(Journal::open(events, small, disk_), Outcome::data_damaged)) << about;
    EXPECT_TRUE(refused(verify(events, disk_), Outcome::data_damaged)) << about;
    EXPECT_TRUE(refused(read_all(disk_), Outcome::data_damaged)) << about;
  }

  faults::FaultFiles disk_;
  Records segments_;
};

TEST_F(ManySegments, AMissingOneIsNoticed) {
  for (const std::size_t missing : {1u, 2u}) {
    const std::string content = disk_.content(segments_[missing]);
    ASSERT_OK(disk_.remove(segments_[missing]));
    expect_refused_by_all(segments_[missing]);
    disk_.set_content(segments_[missing], content);
  }
  ASSERT_OK(disk_.remove(segments_[0]));
  EXPECT_TRUE(refused(Journal::open(events, small, disk_), Outcome::data_damaged));
  EXPECT_TRUE(refused(verify(events, disk_), Outcome::data_damaged));
}

TEST_F(ManySegments, OnesThatChangedPlacesAreNoticed) {
  const std::string second = disk_.content(segments_[1]);
  disk_.set_content(segments_[1], disk_.content(segments_[2]));
  disk_.set_content(segments_[2], second);
  expect_refused_by_all("changed places");
}

TEST_F(ManySegments, AFirstSegmentThatContinuesAnotherJournalIsNoticed) {
  auto header = *read_segment_header(disk_.content(segments_[0]));
  header.previous_hash = crypto::sha256("elsewhere");
  disk_.set_content(segments_[0], write_segment_header(header) + std::string(header.size - first_frame_offset, '\0'));
  ASSERT_OK(disk_.remove(segments_[1]));
  ASSERT_OK(disk_.remove(segments_[2]));
  ASSERT_OK(disk_.remove(segments_[3]));
  expect_refused_by_all("not the genesis hash");
}

TEST_F(ManySegments, AStrayFileIsNoticed) {
  disk_.set_content("/journal/1.seg", "");
  expect_refused_by_all("stray");
}

TEST_F(ManySegments, OneOfAnotherHistoryIsNoticedByVerifyingAndByReading) {
  auto header = *read_segment_header(disk_.content(segments_[3]));
  header.previous_hash = crypto::sha256("elsewhere");
  disk_.set_content(segments_[3], write_segment_header(header) + std::string(header.size - first_frame_offset, '\0'));
  EXPECT_TRUE(refused(verify(events, disk_), Outcome::data_damaged));
  EXPECT_TRUE(refused(read_all(disk_), Outcome::data_damaged));
}

// Opening checks the last segment only; whoever reads or verifies finds the rest.
TEST_F(ManySegments, DamageInAnEarlierOneIsFoundByVerifyingAndByReadingThere) {
  const std::string whole = disk_.content(segments_[1]);
  for (const std::size_t at :
       {std::size_t{600}, whole.find_last_not_of('\0'), whole.find_last_not_of('\0') + 1, whole.size() - 1}) {
    std::string content = whole;
    content[at] = static_cast<char>(content[at] ^ 4);
    disk_.set_content(segments_[1], content);
    const auto verified = verify(events, disk_);
    EXPECT_TRUE(refused(verified, Outcome::data_damaged)) << at;
    EXPECT_THAT(why(verified), HasSubstr(segments_[1])) << at;
  }
  std::string content = whole;
  content.replace(1024, 512, 512, '\0');
  disk_.set_content(segments_[1], content);
  EXPECT_TRUE(refused(verify(events, disk_), Outcome::data_damaged)) << "a lost sector";
  EXPECT_TRUE(refused(read_all(disk_), Outcome::data_damaged));
  const auto journal = open_or_fail(disk_);
  Lookup lookup{events, journal->watermark(), disk_};
  EXPECT_TRUE(refused(lookup.record({4}), Outcome::data_damaged));
  EXPECT_EQ(*lookup.record({1}), bytes_of_size(1000, 0));
}

TEST_F(ManySegments, AJournalOfAnotherNameOrShardIsNotThisOne) {
  for (const Place& other : {Place{"/journal", "requests", 7}, Place{"/journal", "events", 8}}) {
    EXPECT_TRUE(refused(Journal::open(other, small, disk_), Outcome::data_damaged));
    EXPECT_TRUE(refused(Reader::open(other, {1}, nullptr, disk_), Outcome::data_damaged));
  }
}

}  // namespace
}  // namespace mohur::journal
