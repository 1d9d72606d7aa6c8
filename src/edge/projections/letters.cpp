#include "projections/letters.hpp"

#include "codec/binary.hpp"
#include "engine/rows.hpp"

namespace mohur::projections {
namespace {

struct LetterLine {
  std::uint64_t cursor = 0;
  std::optional<Letter> letter;
  std::optional<Telling> telling;
  MOHUR_DESCRIBE(LetterLine, (1, cursor), (2, letter), (3, telling))
};

constexpr store::TableNumber kWaiting = 1;
constexpr store::TableNumber kTellings = 2;
constexpr store::TableNumber kCursor = 3;
constexpr store::TableSpec kTables[] = {
    {kWaiting, "waiting_letters", false, 0, store::KeyOrder::by_time},
    {kTellings, "tellings", false, 0, store::KeyOrder::by_time},
    {kCursor, "cursor", false, 0, store::KeyOrder::by_time},
};
constexpr std::string_view kCursorKey = "events";

}  // namespace

Result<std::unique_ptr<Letters>> Letters::open(const std::string& folder) {
  std::unique_ptr<Letters> letters{new Letters};
  MOHUR_TRY_SET(log, Journaled::open(folder, "letters", kTables, [](const Journaled::Folded& folded, store::Batch& rows) {
                  return fold(folded.record, rows);
                }));
  letters->log_ = std::move(log);
  const store::Store& tables = letters->log_->tables();
  MOHUR_TRY_SET(cursor, tables.get(kCursor, kCursorKey));
  if (cursor) letters->cursor_ = engine::read_big_endian(*cursor);
  bool readable = true;
  MOHUR_TRY(tables.scan(kWaiting, {}, {}, store::Direction::forward, [&](std::string_view, std::string_view value) {
    Letter letter;
    readable = codec::decode(value, letter);
    if (readable) letters->take(letter);
    return readable;
  }));
  if (!readable) return refuse(Outcome::data_damaged, {}, "A letter cannot be read.");
  MOHUR_TRY(tables.scan(kTellings, {}, {}, store::Direction::forward, [&](std::string_view key, std::string_view) {
    letters->tellings_.insert(policy::PolicyVersionId{*Key128::from_bytes(key)});
    return true;
  }));
  return letters;
}

Result<void> Letters::fold(std::string_view record, store::Batch& rows) {
  LetterLine line;
  if (!codec::decode(record, line)) return refuse(Outcome::data_damaged, {}, "A record of the letters journal cannot be read.");
  std::string bytes;
  engine::append_u64(bytes, line.cursor);
  rows.put(kCursor, kCursorKey, bytes);
  if (line.letter) {
    bytes.clear();
    codec::encode(*line.letter, bytes);
    if (line.letter->next_attempt_at)
      rows.put(kWaiting, line.letter->notice.value.to_bytes(), bytes);
    else
      rows.erase(kWaiting, line.letter->notice.value.to_bytes());
  }
  if (line.telling) {
    if (line.telling->is_over)
      rows.erase(kTellings, line.telling->version.value.to_bytes());
    else
      rows.put(kTellings, line.telling->version.value.to_bytes(), {});
  }
  return {};
}

Result<void> Letters::record(const Changes& changes, std::uint64_t cursor) {
  std::vector<LetterLine> lines;
  lines.reserve(changes.letters.size() + changes.tellings.size() + 1);
  for (const Letter& letter : changes.letters) lines.push_back({cursor_, letter, std::nullopt});
  for (const Telling& telling : changes.tellings) lines.push_back({cursor_, std::nullopt, telling});
  if (lines.empty()) lines.emplace_back();
  lines.back().cursor = cursor;
  std::vector<std::string> records;
  for (const LetterLine& line : lines) codec::encode(line, records.emplace_back());
  MOHUR_TRY(log_->append(records));
  cursor_ = cursor;
  for (const Letter& letter : changes.letters) take(letter);
  for (const Telling& telling : changes.tellings) take(telling);
  return {};
}

void Letters::take(const Letter& letter) {
  if (letter.next_attempt_at)
    waiting_[letter.notice] = letter;
  else
    waiting_.erase(letter.notice);
}

void Letters::take(const Telling& telling) {
  if (telling.is_over)
    tellings_.erase(telling.version);
  else
    tellings_.insert(telling.version);
}

}  // namespace mohur::projections
