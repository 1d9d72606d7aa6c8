// The rows of a batch that lie in its sealed files: which rows they are, and by which look-up keys they are known.
#pragma once

#include "engine/archive.hpp"
#include "projections/batch_row.hpp"
#include "vault/sealed_files.hpp"

namespace mohur::projections {

// Counts the rows of a part and keeps it, unless the batch would not take it: what it would not take now, it will not take later,
// and the core refuses whoever names it. Errors: those of BatchReader::count and of a sealed file.
Result<payments::BatchPart> keep_rows(vault::SealedFiles& files, const payments::Batch& batch, payments::BatchFormat format,
                                      std::string_view part);

// One row after the other, part by part, numbered from 1. Holds one part at a time, and none at the end or when it was put away.
class BatchRows {
 public:
  BatchRows(const payments::Batch& batch, const vault::SealedFiles& files)
      : parts_(batch.parts), subject_(batch.rows_subject), files_(&files) {}

  struct Numbered {
    std::uint32_t number = 0;
    BatchReader::Row row;
  };
  // Nothing at the end. Errors: those of a sealed file; the row is then still to come.
  Result<std::optional<Numbered>> next();
  // Holds no part until the next row is asked for: it is then read again, up to where it was.
  void put_away();

 private:
  std::vector<payments::BatchPart> parts_;
  SubjectId subject_;
  const vault::SealedFiles* files_;
  Result<void> open_part();

  std::size_t part_ = 0;       // that comes next, or is open
  std::uint32_t of_part_ = 0;  // rows of it that were told
  std::uint32_t number_ = 0;
  std::string text_;
  std::optional<BatchReader> reader_;
};

// The look-up keys of rows, which say whether one of them happened already.
class RowClaims {
 public:
  RowClaims(const payments::Batch& batch, const vault::Vault& vault)
      : batch_(batch.id),
        mode_(batch.mode),
        owner_(batch.sublicence ? batch.sublicence->to_string() : batch.client.to_string()),
        vault_(&vault) {}

  // Of the payout that the row with this number became.
  Key128 payout(std::uint32_t number) const;
  std::optional<Key128> reference(const BatchRowInput& row) const;
  // Of whom the row tells; not for one that names a beneficiary.
  Key128 beneficiary(const BatchRowInput& row) const;

 private:
  payments::BatchId batch_;
  Mode mode_;
  std::string owner_;
  const vault::Vault* vault_;
};

// Whom the row tells, if it is a beneficiary already that may be paid.
Result<std::optional<payments::Beneficiary>> known_beneficiary(const engine::Archive& archive, Key128 claim);

}  // namespace mohur::projections
