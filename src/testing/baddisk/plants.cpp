#include "baddisk/plants.hpp"

#include "app/house.hpp"
#include "codec/binary.hpp"
#include "engine/fold.hpp"
#include "journal/reader.hpp"
#include "journal/recovery.hpp"

namespace mohur::baddisk {
namespace {

journal::Place events_of(const app::Settings& settings) { return {app::Folders{settings.data_folder}.events, "events", 0}; }

// As engine::replay does it, but for one table.
Result<void> forget_answers(const app::Settings& settings) {
  const std::string folder = app::Folders{settings.data_folder}.state;
  MOHUR_TRY(store::Store::discard(folder));
  MOHUR_TRY_SET(store, store::Store::open({.folder = folder}, engine::table_specs()));
  engine::Fold fold{*store};
  MOHUR_TRY(fold.load());
  MOHUR_TRY_SET(reader, journal::Reader::open(events_of(settings), {1}));
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) return store->checkpoint();
    fold.begin_frame();
    for (const journal::RecordView record : *frame) {
      kernel::Event event;
      if (!codec::decode(record.bytes, event)) return refuse(Outcome::data_damaged);
      fold.apply(event, record.bytes);
    }
    store::Batch rows, without_answers;
    fold.finish_frame(rows);
    rows.for_each([&](const store::Batch::Change& change) {
      if (change.table == engine::number_of(kernel::Table::answers)) return;
      change.erased ? without_answers.erase(change.table, change.key)
                    : without_answers.put(change.table, change.key, change.value);
    });
    MOHUR_TRY(store->apply(without_answers, frame->last().value));
  }
}

Result<journal::Segment> last_segment(const journal::Place& place) {
  MOHUR_TRY_SET(firsts, journal::list_segments(journal::posix_files(), place));
  return journal::open_segment(journal::posix_files(), place, firsts.back(), journal::OpenMode::write);
}

Result<void> drop_last_frame(const journal::Place& place) {
  MOHUR_TRY_SET(segment, last_segment(place));
  std::string memory;
  std::uint64_t size = 0;
  MOHUR_TRY_SET(end,
                journal::walk_to_end(segment, memory, [&](const journal::FrameHeader& header) { size = header.frame_size(); }));
  return journal::write_zeros(*segment.file, end.cursor.offset - size, size);
}

Result<void> cut_at_damage(const journal::Place& place) {
  MOHUR_TRY_SET(segment, last_segment(place));
  std::string memory;
  journal::Cursor cursor = journal::start_of(segment);
  while (true) {
    MOHUR_TRY_SET(found, journal::read_frame(segment, cursor, memory));
    if (found.what == journal::Found::What::frame) continue;
    return journal::write_zeros(*segment.file, cursor.offset, segment.header.size - cursor.offset);
  }
}

}  // namespace

Result<void> plant(Plant plant, const app::Settings& settings) {
  const journal::Place place = events_of(settings);
  const auto segments = journal::list_segments(journal::posix_files(), place);
  if (!segments || segments->empty()) return {};  // the first start
  switch (plant) {
    case Plant::forgotten_answers: return forget_answers(settings);
    case Plant::dropped_frame: return drop_last_frame(place);
    case Plant::cut_damage: return cut_at_damage(place);
    case Plant::none:
    case Plant::early_flush:
    case Plant::lying_flush: return {};
  }
  return {};
}

}  // namespace mohur::baddisk
