#include "projections/batch_book.hpp"

#include "codec/binary.hpp"
#include "engine/archive.hpp"

namespace mohur::projections {
namespace {

constexpr store::TableNumber kRows = 1;
constexpr store::TableSpec kTables[] = {{kRows, "rows", false, 0, store::KeyOrder::scattered}};

std::string key_of(payments::BatchId batch, std::uint32_t row) {
  std::string key = batch.value.to_bytes();
  engine::append_u32(key, row);
  return key;
}

Result<RowFinding> read(std::string_view bytes) {
  RowFinding finding;
  if (!codec::decode(bytes, finding)) return refuse(Outcome::data_damaged, {}, "What was found about a row cannot be read.");
  return finding;
}

}  // namespace

RowFinding finding_of(payments::BatchId batch, std::uint32_t row, RowFindingKind kind, const Refusal& refusal) {
  return {batch, row, kind, std::string{to_token(refusal.outcome)}, refusal.field, refusal.detail};
}

// batch 16, row 4 -> the record itself: a row is told as it stands last, and not at all when that was withdrawn.
Result<std::unique_ptr<BatchBook>> BatchBook::open(const std::string& folder) {
  MOHUR_TRY_SET(book, Journaled::open(folder, "batch_rows", kTables,
                                      [](const Journaled::Folded& folded, store::Batch& rows) -> Result<void> {
                                        MOHUR_TRY_SET(finding, read(folded.record));
                                        const std::string key = key_of(finding.batch, finding.row);
                                        if (finding.kind == RowFindingKind::withdrawn)
                                          rows.erase(kRows, key);
                                        else
                                          rows.put(kRows, key, folded.record);
                                        return {};
                                      }));
  return std::unique_ptr<BatchBook>{new BatchBook{std::move(book)}};
}

Result<void> BatchBook::note(std::span<const RowFinding> findings) {
  if (findings.empty()) return {};
  std::vector<std::string> records;
  records.reserve(findings.size());
  for (const RowFinding& finding : findings) codec::encode(finding, records.emplace_back());
  return book_->append(records);
}

Result<std::vector<RowFinding>> BatchBook::list(payments::BatchId batch, std::uint32_t from, std::size_t most) const {
  std::vector<RowFinding> found;
  Result<void> outcome;
  MOHUR_TRY(book_->tables().scan(kRows, key_of(batch, from), key_of(batch, ~std::uint32_t{0}), store::Direction::forward,
                                 [&](std::string_view, std::string_view value) {
                                   auto finding = read(value);
                                   if (!finding) {
                                     outcome = std::unexpected(std::move(finding).error());
                                     return false;
                                   }
                                   found.push_back(std::move(*finding));
                                   return found.size() < most;
                                 }));
  MOHUR_TRY(outcome);
  return found;
}

Result<std::optional<RowFinding>> BatchBook::find(payments::BatchId batch, std::uint32_t row) const {
  MOHUR_TRY_SET(value, book_->tables().get(kRows, key_of(batch, row)));
  if (!value) return std::nullopt;
  MOHUR_TRY_SET(finding, read(*value));
  return finding;
}

}  // namespace mohur::projections
