#include "rails/sandbox_book.hpp"

#include <charconv>
#include <span>

#include "codec/binary.hpp"
#include "crypto/sha256.hpp"

namespace mohur::rails {
namespace {

constexpr std::uint64_t kNumbers = 1'000'000'000'000;  // twelve digits
constexpr std::size_t kDigits = 12;
constexpr std::size_t kFrameBytes = 512u << 10;

Key128 hash_of(std::string_view text) { return *Key128::from_bytes(crypto::sha256(text).view().substr(0, 16)); }

std::string_view utr_prefix(registry::Rail rail) {
  switch (rail) {
    case registry::Rail::neft: return "MOHR";
    case registry::Rail::rtgs: return "MOHRR50000";
    case registry::Rail::imps:
    case registry::Rail::upi: return "";
  }
  return "";
}

std::string to_digits(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::uint64_t number_in(std::string_view utr) {
  const std::string_view digits = utr.substr(utr.size() - kDigits);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

bool pays_twice(const Entry& entry) {
  return entry.kind == EntryKind::collection && static_cast<PayerScript>(entry.script) == PayerScript::succeed_twice;
}

}  // namespace

SandboxBook::SandboxBook(journal::Place place, std::unique_ptr<journal::Journal> journal)
    : place_(std::move(place)),
      journal_(std::move(journal)),
      lookup_(std::make_unique<journal::Lookup>(place_, journal_->watermark())) {}

Result<SandboxBook> SandboxBook::open(const std::string& folder) {
  const journal::Place place{folder, "sandbox-bank", 0};
  MOHUR_TRY_SET(journal, journal::Journal::open(place, {.segment_size = 4u << 20}));
  SandboxBook book{place, std::move(journal)};
  MOHUR_TRY(book.load());
  return book;
}

Result<journal::Reader> SandboxBook::reader() const { return journal::Reader::open(place_, {1}, journal_->watermark()); }

Result<void> SandboxBook::decode(std::string_view bytes, Entry& entry) {
  if (codec::decode(bytes, entry) && entry.script < all_scripts().size()) return {};
  return refuse(Outcome::data_damaged, {}, "An entry of the sandbox bank's book cannot be read.");
}

Result<void> SandboxBook::load() {
  MOHUR_TRY_SET(reader, this->reader());
  Entry entry;
  while (true) {
    MOHUR_TRY_SET(frame, reader.next());
    if (!frame) return {};
    for (const journal::RecordView record : *frame) {
      MOHUR_TRY(decode(record.bytes, entry));
      remember(entry);
    }
  }
}

void SandboxBook::remember(const Entry& entry) {
  positions_.emplace(hash_of(entry.reference), ++size_);
  for (const std::string& utr : {entry.utr, entry.second_utr})
    if (utr.size() >= kDigits) numbers_.insert(number_in(utr));
}

// The next free number from the one that the reference hashes to.
std::string SandboxBook::new_utr(std::string_view reference, registry::Rail rail) {
  std::uint64_t number = hash_of(reference).low % kNumbers;
  while (!numbers_.insert(number).second) number = (number + 1) % kNumbers;
  return std::string{utr_prefix(rail)} + to_digits(number);
}

Result<std::optional<std::uint64_t>> SandboxBook::add(Entry& entry) {
  if (positions_.contains(hash_of(entry.reference))) return std::nullopt;
  if (unwritten_.count() > 0 && unwritten_.payload_size() > kFrameBytes) MOHUR_TRY(flush());
  if (entry.kind != EntryKind::escrow_credit) entry.utr = new_utr(entry.reference, entry.rail);
  if (pays_twice(entry)) entry.second_utr = new_utr(entry.reference + "/2", entry.rail);
  codec::encode(entry, unwritten_.begin_record());
  unwritten_.end_record();
  remember(entry);
  return size_;
}

// An entry is far smaller than a page.
Result<void> SandboxBook::reserve() { return journal_->reserve(unwritten_.payload_size() + 4'096); }

Result<void> SandboxBook::flush() {
  if (unwritten_.count() == 0) return {};
  MOHUR_TRY(journal_->reserve(unwritten_.payload_size()));
  MOHUR_TRY_SET(frame, journal_->seal(std::exchange(unwritten_, journal::FrameBuilder{})));
  return journal_->write_and_flush(std::span{&frame, 1});
}

Result<Entry> SandboxBook::read(std::uint64_t position) {
  MOHUR_TRY_SET(record, lookup_->record({position}));
  Entry entry;
  MOHUR_TRY(decode(record, entry));
  return entry;
}

std::optional<std::uint64_t> SandboxBook::find(std::string_view reference) const {
  const auto found = positions_.find(hash_of(reference));
  return found == positions_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace mohur::rails
