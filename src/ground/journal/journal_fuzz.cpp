// Whatever stands in a segment's file, nobody crashes; and what a reader accepts, the verifier and the next opening accept too.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "faults/fault_files.hpp"
#include "journal/frame_format.hpp"
#include "journal/journal.hpp"
#include "journal/little_endian.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"

namespace mohur::journal {
namespace {

const Place place{"/journal", "events", 7};
const Settings settings{.segment_size = 4096, .prepare_in_background = false};

// A whole journal of three frames, the last two in one write.
std::string valid_segment() {
  faults::FaultFiles disk;
  const auto journal = *Journal::open(place, settings, disk);
  const auto frame = [&](std::size_t size) {
    FrameBuilder batch;
    batch.add("first");
    batch.add(std::string(size, 'x'));
    return *journal->seal(std::move(batch));
  };
  Frame alone = frame(100);
  Frame together[] = {frame(600), frame(30)};
  if (!journal->write_and_flush({&alone, 1}) || !journal->write_and_flush(together)) std::abort();
  return disk.content(segment_path(place, {1}));
}

// Makes the checksums and the hash of the first frame right, so that what they cover is looked at as well.
void repair_first_frame(std::string& content) {
  FrameHeader header{.shard = 7, .first = {1}, .previous_hash = genesis_hash("events", 7)};
  char* const at = content.data() + first_frame_offset;
  header.flags = get<std::uint8_t>(content, first_frame_offset + 8) & flag_masked;
  header.count = get<std::uint32_t>(content, first_frame_offset + 20);
  header.payload_size = get<std::uint32_t>(content, first_frame_offset + 24) % 2048;
  header.payload_crc = crc32c({at + frame_header_size, header.payload_size});
  write_frame_header(at, header);
  std::string frame{at, frame_header_size + header.payload_size};
  seal_frame(frame);
  content.replace(first_frame_offset, frame.size(), frame);
}

// The first byte says what the others are: a file; or pairs of a place and a byte to put there.
std::string segment_of(std::string_view input) {
  static const std::string valid = valid_segment();
  if (input.empty()) return {};
  const auto kind = static_cast<unsigned char>(input.front()) % 3;
  input.remove_prefix(1);
  if (kind == 0) return std::string{input};
  std::string content = valid;
  for (; input.size() >= 3; input.remove_prefix(3)) content[get<std::uint16_t>(input, 0) % content.size()] = input[2];
  if (kind == 2) repair_first_frame(content);
  return content;
}

Result<std::uint64_t> count_records(FileLayer& disk) {
  MOHUR_TRY_SET(reader, Reader::open(place, {1}, nullptr, disk));
  std::uint64_t records = 0;
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) return records;
    for (const RecordView record : *frame) records += record.position.value == records + 1 ? 1 : 0;
  }
}

void check(std::string_view input) {
  faults::FaultFiles disk;
  disk.set_content(segment_path(place, {1}), segment_of(input));
  const auto read = count_records(disk);
  const auto verified = verify(place, disk);
  const auto opened = Journal::open(place, settings, disk);
  if (read.has_value() != verified.has_value() || read.has_value() != opened.has_value()) std::abort();
  if (!read) return;
  if (*read != verified->records || *read != (*opened)->sealed().position.value) std::abort();
  if ((*opened)->cut() != verified->interrupted) std::abort();
  const auto again = verify(place, disk);
  if (!again || again->last != verified->last || again->interrupted) std::abort();
}

}  // namespace
}  // namespace mohur::journal

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mohur::journal::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
