// Sectors as dated data: which businesses may not use the APIs at all, and which only under a closer look.
//
// A row holds from its date until the next row of the same merchant category. A change is a new row, never an edit: what was
// decided under an old row stays explainable. A category without a row is of usual risk.
// Source   policy clause P3.2; ISO 18245 for the categories; the Promotion and Regulation of Online Gaming Act, 2025, for games
//          played for money; card schemes' and payment aggregators' published lists of prohibited and restricted businesses
#pragma once

#include <span>
#include <string_view>

#include "base/describe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace mohur::policy {

MOHUR_ENUM(SectorRisk, (1, usual), (2, high), (3, banned))

struct Sector {
  std::string_view merchant_category;  // four digits
  Time from;
  SectorRisk risk;
  std::string_view name;
};

std::span<const Sector> sectors();

// The row in force; nullptr when the category has none at that time.
const Sector* sector_of(std::string_view merchant_category, Time at);
SectorRisk risk_of(std::string_view merchant_category, Time at);

// Errors: sector_prohibited.
Result<void> check_sector(std::string_view merchant_category, Time at);

}  // namespace mohur::policy
