#include "engine/replay.hpp"

#include "codec/binary.hpp"

namespace mohur::engine {
namespace {

std::unexpected<Refusal> at_position(std::uint64_t position, std::string_view what) {
  return refuse(Outcome::data_damaged, {}, "The event at position " + std::to_string(position) + " " + std::string{what} + ".");
}

// Applies one record. What is refused here was journaled by a program that decided otherwise: a damaged journal or a bug.
Result<void> apply_record(Fold& fold, const journal::RecordView& record, const ReplayOptions& options) {
  kernel::Event event;
  if (!codec::decode(record.bytes, event)) return at_position(record.position.value, "cannot be read");
  if (const auto wrong = kernel::contradiction(fold.state(), event)) return at_position(record.position.value, *wrong);
  fold.apply(event, record.bytes);
  if (const auto broken = fold.broken_law()) return at_position(record.position.value, "breaks the law " + std::string{*broken});
  if (options.seen) options.seen(record.position.value, event);
  return {};
}

}  // namespace

Result<std::uint64_t> replay(const journal::Place& place, Fold& fold, store::Store& store, const ReplayOptions& options) {
  std::uint64_t position = store.position();
  MOHUR_TRY_SET(reader, journal::Reader::open(place, journal::JournalPosition{position}.next()));
  store::Batch rows;
  while (position < options.until) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) break;
    fold.begin_frame();
    for (const journal::RecordView record : *frame) {
      if (record.position.value > options.until) break;
      MOHUR_TRY(apply_record(fold, record, options));
      position = record.position.value;
    }
    rows.clear();
    fold.finish_frame(rows);
    MOHUR_TRY(store.apply(rows, position));
    fold.take_funded();
  }
  return position;
}

Result<crypto::Hash256> state_hash(const store::Store& store) {
  crypto::Sha256 hash;
  std::string head;
  for (const store::TableSpec& table : table_specs()) {
    head.assign(1, static_cast<char>(table.number));
    hash.update(head);
    MOHUR_TRY(store.scan(table.number, {}, {}, store::Direction::forward, [&](std::string_view key, std::string_view value) {
      head.clear();
      append_u32(head, static_cast<std::uint32_t>(key.size()));
      append_u32(head, static_cast<std::uint32_t>(value.size()));
      hash.update(head).update(key).update(value);
      return true;
    }));
  }
  return hash.finish();
}

}  // namespace mohur::engine
