#include "projections/batch_rows.hpp"

#include "crypto/sha256.hpp"
#include "engine/claims.hpp"

namespace mohur::projections {

Result<payments::BatchPart> keep_rows(vault::SealedFiles& files, const payments::Batch& batch, payments::BatchFormat format,
                                      std::string_view part) {
  MOHUR_TRY_SET(rows, BatchReader::count(format, part));
  const payments::BatchPart kept{
      .format = format, .hash = crypto::sha256(part).hex(), .bytes = part.size(), .rows = rows, .added_at = {}};
  if (payments::add_rows(batch, kept, batch.made_by, batch.updated_at)) MOHUR_TRY(files.write(batch.rows_subject, part));
  return kept;
}

Result<void> BatchRows::open_part() {
  const payments::BatchPart& part = parts_[part_];
  MOHUR_TRY_SET(text, files_->read(subject_, part.hash));
  text_ = std::move(text);
  reader_.emplace(part.format, text_);
  for (std::uint32_t n = 0; n < of_part_; ++n) reader_->next();
  return {};
}

void BatchRows::put_away() {
  reader_.reset();
  text_ = {};
}

Result<std::optional<BatchRows::Numbered>> BatchRows::next() {
  while (part_ < parts_.size()) {
    if (!reader_) MOHUR_TRY(open_part());
    if (auto row = reader_->next()) {
      of_part_ += 1;
      return Numbered{++number_, std::move(*row)};
    }
    put_away();
    part_ += 1;
    of_part_ = 0;
  }
  return std::nullopt;
}

Key128 RowClaims::payout(std::uint32_t number) const { return engine::batch_row_claim(*vault_, batch_, number); }

std::optional<Key128> RowClaims::reference(const BatchRowInput& row) const {
  if (!row.reference_id) return std::nullopt;
  return engine::reference_claim(*vault_, owner_, mode_, payments::Payout::object_name, row.reference_id->str());
}

Key128 RowClaims::beneficiary(const BatchRowInput& row) const {
  return engine::beneficiary_claim(*vault_, owner_, mode_, row.kind.value_or(payments::BeneficiaryKind::vendor),
                                   text_of(row.name), text_of(row.ifsc), text_of(row.account_number), text_of(row.vpa));
}

Result<std::optional<payments::Beneficiary>> known_beneficiary(const engine::Archive& archive, Key128 claim) {
  MOHUR_TRY_SET(known, archive.get<kernel::Claim>(claim));
  if (!known) return std::nullopt;
  MOHUR_TRY_SET(beneficiary, archive.get<payments::Beneficiary>(known->object));
  const bool is_payable = beneficiary && beneficiary->status == payments::BeneficiaryStatus::active;
  return is_payable ? std::move(beneficiary) : std::nullopt;
}

}  // namespace mohur::projections
