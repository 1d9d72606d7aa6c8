#include "journal/journal.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/assert.hpp"
#include "journal/sealer.hpp"
#include "journal/segment_writer.hpp"
#include "journal/spare.hpp"

namespace mohur::journal {

struct Journal::Parts {
  std::unique_ptr<FolderLock> lock;
  std::unique_ptr<Spare> spare;
  std::unique_ptr<Sealer> sealer;
  std::unique_ptr<SegmentWriter> writer;
  std::shared_ptr<Watermark> watermark;
  std::optional<Cut> cut;
  std::atomic<bool> failed = false;
};

namespace {

// Kept free behind every frame that reserve() promised a place for.
std::uint64_t room_for_a_stop(std::uint64_t segment_size) { return std::min<std::uint64_t>(segment_size / 8, 64u << 10); }

// Begins a new journal, or gives a segment without frames the size that new segments have: any batch fits into it then.
Result<void> make_room(std::optional<Recovered>& recovered, FileLayer& files, const Place& place, Spare& spare) {
  const bool full_size = recovered && recovered->segment.header.size >= spare.size();
  if (full_size || (recovered && recovered->end.offset != first_frame_offset)) return {};
  const SegmentHeader first{
      .shard = place.shard, .first = {1}, .previous_hash = genesis_hash(place.name, place.shard), .name = place.name};
  MOHUR_TRY(spare.ensure());
  MOHUR_TRY_SET(segment, open_next_segment(files, place, spare, recovered ? recovered->segment.header : first));
  const Cursor start = start_of(segment);
  recovered = Recovered{std::move(segment), start, recovered ? std::move(recovered->cut) : std::nullopt};
  return {};
}

std::unexpected<Refusal> stopped() {
  return refuse(Outcome::io_failed, {},
                "A write to the journal failed earlier; restart, and the journal will find out what was kept.");
}

}  // namespace

Journal::Journal(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(const Place& place, const Settings& settings, FileLayer& files) {
  MOHUR_TRY(check_place(place));
  if (settings.segment_size < 4096 || settings.segment_size % 4096 != 0)
    return refuse(Outcome::field_out_of_range, "segment_size", "A segment's size is a multiple of 4096, and not 0.");
  auto parts = std::make_unique<Parts>();
  MOHUR_TRY(files.make_folder(place.folder));
  MOHUR_TRY_SET(lock, files.lock(place.folder));
  parts->lock = std::move(lock);

  MOHUR_TRY_SET(recovered, recover(files, place));
  parts->spare = std::make_unique<Spare>(files, place.folder + "/spare", settings.segment_size, settings.prepare_in_background);
  MOHUR_TRY(make_room(recovered, files, place, *parts->spare));
  parts->spare->start();

  auto& [segment, end, cut] = *recovered;
  parts->cut = std::move(cut);
  parts->sealer = std::make_unique<Sealer>(end, segment.header.size, settings.segment_size);
  parts->writer = std::make_unique<SegmentWriter>(files, place, *parts->spare, std::move(segment));
  parts->watermark = std::make_shared<Watermark>(parts->sealer->head());
  return std::unique_ptr<Journal>{new Journal{std::move(parts)}};
}

Result<void> Journal::reserve(std::uint64_t payload_size) {
  MOHUR_ASSERT(payload_size <= payload_limit());
  if (failed()) return stopped();
  if (parts_->sealer->fits(payload_size, room_for_a_stop(parts_->spare->size()))) return {};
  return ensure_next_segment();
}

Result<Frame> Journal::seal(FrameBuilder&& records) {
  MOHUR_ASSERT(records.payload_size() <= payload_limit());
  if (failed()) return stopped();
  if (!parts_->sealer->fits(records.payload_size(), 0)) MOHUR_TRY(ensure_next_segment());
  return parts_->sealer->seal(std::move(records));
}

Result<void> Journal::ensure_next_segment() {
  // The one spare is promised to a frame that was sealed and not written yet.
  if (parts_->sealer->segments_opened() != parts_->writer->segments_opened())
    return refuse(Outcome::overloaded, {}, "A whole segment waits to be flushed.");
  return parts_->spare->ensure();
}

Head Journal::sealed() const { return parts_->sealer->head(); }
JournalPosition Journal::next() const { return sealed().position.next(); }

std::uint64_t Journal::payload_limit() const {
  const std::uint64_t size = parts_->spare->size();
  const std::uint64_t room = size - first_frame_offset - room_for_a_stop(size) - frame_header_size - frame_trailer_size;
  return std::min<std::uint64_t>(room, max_payload_size);
}

Result<void> Journal::write_and_flush(std::span<Frame> frames) {
  if (failed()) return stopped();
  if (frames.empty()) return {};
  JournalPosition next = parts_->watermark->position().next();
  for (const Frame& frame : frames) {
    MOHUR_ASSERT(frame.first() == next);
    next = frame.last().next();
  }
  auto written = parts_->writer->write_and_flush(frames);
  if (!written) {
    parts_->failed.store(true, std::memory_order_release);
    // A full disk, too, is final here: `storage_full` would ask the caller to try again.
    return refuse(Outcome::io_failed, {}, std::move(written).error().detail);
  }
  parts_->watermark->move({frames.back().last(), frames.back().hash()});
  return {};
}

std::shared_ptr<const Watermark> Journal::watermark() const { return parts_->watermark; }
const std::optional<Cut>& Journal::cut() const { return parts_->cut; }
bool Journal::failed() const { return parts_->failed.load(std::memory_order_acquire); }

}  // namespace mohur::journal
