#include "journal/frame_format.hpp"

#include <bit>

#include "journal/frame.hpp"
#include "journal/sealer.hpp"
#include "journal/support_test.hpp"

namespace mohur::journal {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

Sealer at_the_start() { return {{first_frame_offset, {7, {1}, genesis_hash("events", 7)}}, 1u << 20, 1u << 20}; }

Frame sealed(Sealer& sealer, const Records& records) {
  FrameBuilder batch;
  for (const std::string& record : records) batch.add(record);
  return sealer.seal(std::move(batch));
}

TEST(FrameFormat, TheChecksumIsCrc32cAsTheWorldComputesIt) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(""), 0u);
}

// The worked example of docs/formats/journal.md. Bytes on disk are for ever: a change here is a new format version.
TEST(FrameFormat, TheWorkedExampleIsWhatTheSealerWrites) {
  EXPECT_EQ(genesis_hash("events", 7).hex(), "02cf3ece05634a6830ba98c14f8f94361f0ed35f7323d54ad55c8fa86b662876");
  Sealer sealer = at_the_start();
  EXPECT_EQ(hex(sealed(sealer, {"one", "second"}).bytes()),
            "4d4a463101000700000000000100000000000000020000001100000002cf3ece05634a6830ba98c14f8f94361f0ed35f"
            "7323d54ad55c8fa86b6628769d93b9cce54b58ca030000006f6e65060000007365636f6e64000000ffe84cae5882ce5d"
            "3e73f60bb3810192ce93922ea99054ee0cb2b8346cd0f8404d6f687572456e64");
  EXPECT_EQ(hex(sealed(sealer, {"3"}).bytes()),
            "4d4a4631010007000000000003000000000000000100000005000000ffe84cae5882ce5d3e73f60bb3810192ce93922e"
            "a99054ee0cb2b8346cd0f840e152b485dca3d05e0100000033000000000000006e5bf8ff5173ab0cbee73d41fc9f51ac"
            "65fd2f422c46c99ea07d9b95182144b74d6f687572456e64");
}

TEST(FrameFormat, TheWorkedExampleOfASegmentHeaderIsWhatIsWritten) {
  const std::string sector = write_segment_header({.shard = 7,
                                                   .size = 4096,
                                                   .first = {1},
                                                   .previous_first = {0},
                                                   .previous_hash = genesis_hash("events", 7),
                                                   .name = "events"});
  EXPECT_EQ(hex(sector.substr(0, 104)),
            "4d4a5331010007000000000000100000000000000100000000000000000000000000000002cf3ece05634a6830ba98c1"
            "4f8f94361f0ed35f7323d54ad55c8fa86b6628766576656e747300000000000000000000000000000000000000000000"
            "00000000849b1efd");
  EXPECT_EQ(sector.substr(104), std::string(408, '\0'));
}

TEST(FrameFormat, NoSingleBitTurnsAnEndMarkIntoTheOtherOrItsBytesIntoZero) {
  const std::string_view first = end_mark(WriteMark::first_of_write);
  const std::string_view more = end_mark(WriteMark::more_of_write);
  int different = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    different += std::popcount(static_cast<unsigned char>(first[i] ^ more[i]));
    EXPECT_GE(std::popcount(static_cast<unsigned char>(first[i])), 2);
    EXPECT_GE(std::popcount(static_cast<unsigned char>(more[i])), 2);
  }
  EXPECT_GE(different, 6);
}

TEST(FrameFormat, AFrameIsAMultipleOfEightBytesWhateverItsPayload) {
  Sealer sealer = at_the_start();
  for (std::size_t size = 0; size < 20; ++size) EXPECT_EQ(sealed(sealer, {bytes_of_size(size, 1)}).bytes().size() % 8, 0u);
}

TEST(FrameFormat, ARunOfZerosIsFoundWhereverItLies) {
  for (std::size_t at = 0; at <= 400; ++at) {
    std::string bytes(600, 'x');
    bytes.replace(at, 200, 200, '\0');
    EXPECT_TRUE(has_zero_run(bytes, 200)) << at;
    EXPECT_FALSE(has_zero_run(bytes, 201)) << at;
  }
  EXPECT_FALSE(has_zero_run("", 8));
  EXPECT_TRUE(has_zero_run(std::string(8, '\0'), 8));
}

TEST(FrameFormat, APayloadFullOfZerosIsMaskedAndReadsBackAsItWas) {
  faults::FaultFiles disk;
  const Records records{std::string(1500, '\0'), "x" + std::string(500, '\0'), std::string(191, '\0')};
  const auto journal = open_or_fail(disk);
  ASSERT_OK(append(*journal, {records[0], records[1]}));
  ASSERT_OK(append(*journal, {records[2]}));
  EXPECT_THAT(*read_all(disk), ::testing::ElementsAreArray(records));
  const std::string content = disk.content(first_segment);
  const std::size_t second = content.find(frame_magic, first_frame_offset + 8);
  EXPECT_FALSE(has_zero_run(std::string_view{content}.substr(first_frame_offset, second - first_frame_offset), 64));
}

TEST(FrameBuilder, ARecordEncodedInPlaceIsTheSameAsOneAdded) {
  FrameBuilder in_place;
  std::string& out = in_place.begin_record();
  out += "on";
  out += 'e';
  in_place.end_record();
  in_place.add("");
  EXPECT_EQ(in_place.count(), 2u);
  EXPECT_EQ(in_place.payload_size(), 4u + 3 + 4);
  Sealer one = at_the_start();
  Sealer other = at_the_start();
  EXPECT_EQ(one.seal(std::move(in_place)).bytes(), sealed(other, {"one", ""}).bytes());
}

TEST(FrameBuilder, BeginsTheNextFrameInTheMemoryOfTheLast) {
  Sealer sealer = at_the_start();
  Frame frame = sealed(sealer, {bytes_of_size(5000, 1)});
  const void* const memory = frame.bytes().data();
  FrameBuilder next{std::move(frame).take_memory()};
  next.add("small");
  const Frame reused = sealer.seal(std::move(next));
  EXPECT_EQ(reused.bytes().data(), memory);
  EXPECT_EQ(reused.first(), JournalPosition{2});
}

}  // namespace
}  // namespace mohur::journal
