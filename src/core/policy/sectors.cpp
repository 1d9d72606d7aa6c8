#include "policy/sectors.hpp"

#include <string>

#include "base/india.hpp"

namespace mohur::policy {
namespace {

constexpr Time kAlways{};
constexpr Time kGamingAct = india::start_of_day(20'362);  // 1 Oct 2025

constexpr Sector kSectors[] = {
    {"4829", kAlways, SectorRisk::high, "Money transfer"},
    {"5122", kAlways, SectorRisk::high, "Drugs, drug proprietaries and sundries"},
    {"5816", kAlways, SectorRisk::high, "Digital games"},
    {"5912", kAlways, SectorRisk::high, "Drug stores and pharmacies"},
    {"5921", kAlways, SectorRisk::high, "Package stores: beer, wine and liquor"},
    {"5933", kAlways, SectorRisk::high, "Pawn shops"},
    {"5962", kAlways, SectorRisk::high, "Direct marketing: travel"},
    {"5966", kAlways, SectorRisk::high, "Direct marketing: outbound telemarketing"},
    {"5967", kAlways, SectorRisk::banned, "Direct marketing: inbound teleservices"},
    {"5993", kAlways, SectorRisk::banned, "Cigar stores and stands"},
    {"6010", kAlways, SectorRisk::banned, "Manual cash disbursements"},
    {"6011", kAlways, SectorRisk::banned, "Automated cash disbursements"},
    {"6012", kAlways, SectorRisk::high, "Financial institutions: merchandise and services"},
    {"6050", kAlways, SectorRisk::banned, "Quasi cash: financial institutions"},
    {"6051", kAlways, SectorRisk::banned, "Quasi cash: crypto-assets, foreign currency"},
    {"6211", kAlways, SectorRisk::high, "Security brokers and dealers"},
    {"6540", kAlways, SectorRisk::high, "Stored value: purchase and load"},
    {"7273", kAlways, SectorRisk::banned, "Dating and escort services"},
    {"7297", kAlways, SectorRisk::high, "Massage parlours"},
    {"7322", kAlways, SectorRisk::high, "Debt collection agencies"},
    {"7800", kAlways, SectorRisk::high, "Government-owned lotteries"},
    {"7801", kAlways, SectorRisk::high, "Licensed online casinos"},
    {"7801", kGamingAct, SectorRisk::banned, "Online casinos"},
    {"7802", kAlways, SectorRisk::high, "Licensed horse and dog racing"},
    {"7994", kAlways, SectorRisk::high, "Video game arcades"},
    {"7995", kAlways, SectorRisk::banned, "Betting, casino chips and lottery tickets"},
    {"8398", kAlways, SectorRisk::high, "Charitable and social service organisations"},
    {"8651", kAlways, SectorRisk::high, "Political organisations"},
    {"9406", kAlways, SectorRisk::banned, "Lotteries of governments outside India"},
};

}  // namespace

std::span<const Sector> sectors() { return kSectors; }

const Sector* sector_of(std::string_view merchant_category, Time at) {
  const Sector* found = nullptr;
  for (const Sector& sector : kSectors)
    if (sector.merchant_category == merchant_category && sector.from <= at) found = &sector;
  return found;
}

SectorRisk risk_of(std::string_view merchant_category, Time at) {
  const Sector* sector = sector_of(merchant_category, at);
  return sector == nullptr ? SectorRisk::usual : sector->risk;
}

Result<void> check_sector(std::string_view merchant_category, Time at) {
  const Sector* sector = sector_of(merchant_category, at);
  if (sector == nullptr || sector->risk != SectorRisk::banned) return {};
  return refuse(
      Outcome::sector_prohibited, "merchant_category",
      std::string{merchant_category} + " (" + std::string{sector->name} + ") is a sector that these APIs may not serve.");
}

}  // namespace mohur::policy
