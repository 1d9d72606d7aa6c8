#include "projections/journaled.hpp"

#include "journal/reader.hpp"

namespace mohur::projections {
namespace {

// However much waits while the disk is slow, a frame stays far below what a segment holds.
constexpr std::size_t kFrameBytes = 1u << 20;

}  // namespace

Journaled::Journaled(std::unique_ptr<journal::Journal> journal, std::unique_ptr<store::Store> tables, journal::Place place,
                     Fold fold)
    : journal_(std::move(journal)),
      tables_(std::move(tables)),
      lookup_(std::move(place), journal_->watermark()),
      fold_(std::move(fold)) {}

Result<std::unique_ptr<Journaled>> Journaled::open(const std::string& folder, std::string name,
                                                   std::span<const store::TableSpec> tables, Fold fold) {
  const journal::Place place{folder + "/journal", std::move(name), 0};
  MOHUR_TRY_SET(log, journal::Journal::open(place, {.segment_size = 16u << 20}));
  store::Options options{.folder = folder + "/tables", .overlay_bytes = 8u << 20, .block_cache_bytes = 8u << 20};
  auto opened = store::Store::open(options, tables);
  const bool outdated =
      !opened && (opened.error().outcome == Outcome::state_conflict || opened.error().outcome == Outcome::data_damaged);
  if (outdated) {  // tables of another making: the journal has everything
    MOHUR_TRY(store::Store::discard(options.folder));
    opened = store::Store::open(options, tables);
  }
  if (!opened) return std::unexpected(std::move(opened).error());
  std::unique_ptr<Journaled> journaled{new Journaled{std::move(log), std::move(*opened), place, std::move(fold)}};
  MOHUR_TRY(journaled->catch_up(place));
  return journaled;
}

Result<void> Journaled::catch_up(const journal::Place& place) {
  MOHUR_TRY_SET(reader, journal::Reader::open(place, {tables_->position() + 1}, journal_->watermark()));
  store::Batch rows;
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) return {};
    rows.clear();
    for (const journal::RecordView record : *frame)
      MOHUR_TRY(fold_({frame->first().value, record.position.value, record.bytes, *tables_}, rows));
    MOHUR_TRY(tables_->apply(rows, frame->last().value));
  }
}

Result<void> Journaled::append(std::span<const std::string> records) {
  while (!records.empty()) {
    std::size_t count = 1;
    for (std::size_t bytes = records[0].size(); count < records.size(); ++count)
      if ((bytes += records[count].size()) > kFrameBytes) break;
    MOHUR_TRY(append_frame(records.first(count)));
    records = records.subspan(count);
  }
  return {};
}

Result<void> Journaled::append_frame(std::span<const std::string> records) {
  journal::FrameBuilder builder;
  store::Batch rows;
  const std::uint64_t first = journal_->next().value;
  std::uint64_t position = first;
  for (const std::string& record : records) {
    builder.add(record);
    MOHUR_TRY(fold_({first, position++, record, *tables_}, rows));
  }
  MOHUR_TRY(journal_->reserve(builder.payload_size()));
  MOHUR_TRY_SET(frame, journal_->seal(std::move(builder)));
  MOHUR_TRY(journal_->write_and_flush(std::span{&frame, 1}));
  return tables_->apply(rows, position - 1);
}

}  // namespace mohur::projections
