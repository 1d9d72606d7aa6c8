#include "vault/vault.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace mohur::vault {
namespace {

using crypto::Aead;
using crypto::derive_key;
using crypto::Hash256;
using crypto::Key256;

// Purposes and labels are part of the format: to change one is to lose what was sealed under it.
constexpr std::string_view check_purpose = "mohur vault kek check v1";
constexpr std::string_view wrapping_purpose = "mohur vault wrapping v1";
constexpr std::string_view secrets_purpose = "mohur vault server secrets v1";
constexpr std::string_view pepper_purpose = "mohur vault pepper v1";
constexpr std::string_view index_purpose = "mohur vault blind index v1";
constexpr std::string_view tokens_purpose = "mohur vault access tokens v1";
constexpr std::string_view value_label = "value";
constexpr std::string_view notes_label = "notes";
constexpr std::string_view key_label = "key";

constexpr char box_version = 1;
constexpr std::size_t box_overhead = 1 + Aead::nonce_size + Aead::tag_size;

constexpr std::size_t cached_keys = 4096;

// Keys for which room is kept; more are not made between one reserve() and the next flush().
constexpr std::uint64_t keys_ahead = 8192;
constexpr std::uint64_t keys_claimed_at_once = 2 * keys_ahead;

// What a box is bound to: its subject, and what kind of value it holds.
class Associated {
 public:
  Associated(SubjectId subject, std::string_view label) : size_(KeyBytes::size + label.size()) {
    MOHUR_ASSERT(size_ <= bytes_.size());
    const KeyBytes subject_bytes = subject.value.to_bytes();
    std::string_view{subject_bytes}.copy(bytes_.data(), KeyBytes::size);
    label.copy(bytes_.data() + KeyBytes::size, label.size());
  }
  operator std::string_view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 24> bytes_;
  std::size_t size_;
};

std::string seal_box(Aead& aead, std::string_view nonce, std::string_view associated, std::string_view plain) {
  std::string box;
  box.reserve(box_overhead + plain.size());
  box += box_version;
  box += nonce;
  aead.seal_onto(box, nonce, associated, plain);
  return box;
}

Result<std::string> unseal_box(Aead& aead, std::string_view associated, std::string_view box) {
  if (box.size() >= box_overhead && box[0] == box_version)
    if (auto plain = aead.open(box.substr(1, Aead::nonce_size), associated, box.substr(1 + Aead::nonce_size)))
      return std::move(*plain);
  return refuse(Outcome::data_damaged, {}, "A sealed value is not what the vault wrote for this place.");
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const std::string& folder, const Key256& kek, Random& random) {
  const Key256 check = derive_key(kek, check_purpose);
  Keys keys;
  const auto take = [&keys](const KeyRecord& record) {
    const std::uint64_t number = keys.size();
    keys.emplace(record.subject, Entry{number, record.wrapped, record.erased});
  };
  MOHUR_TRY_SET(file, KeyFile::open(folder, *Hash256::from_bytes(check.view()), take));
  if (keys.size() != file.count())
    return refuse(Outcome::data_damaged, {}, folder + "/keys: a subject stands in the file twice; restore it from a backup.");
  return std::unique_ptr<Vault>{new Vault{std::move(file), std::move(keys), kek, random}};
}

Vault::Vault(KeyFile file, Keys keys, const Key256& kek, Random& random)
    : keys_file_(std::move(file)),
      random_(random),
      keys_(std::move(keys)),
      next_number_(keys_file_.count()),
      cache_(cached_keys),
      wrapping_(derive_key(kek, wrapping_purpose)),
      secrets_(derive_key(kek, secrets_purpose)),
      pepper_(derive_key(kek, pepper_purpose)),
      index_(derive_key(kek, index_purpose)),
      token_root_(derive_key(kek, tokens_purpose)) {}

Result<void> Vault::reserve() {
  const std::lock_guard lock{state_mutex_};
  if (next_number_ + keys_ahead <= claimed_) return {};
  const std::uint64_t wanted = next_number_ + keys_claimed_at_once;
  MOHUR_TRY(keys_file_.claim(next_number_, wanted));
  claimed_ = wanted;
  return {};
}

// Short enough for a string's own room: no allocation.
std::string Vault::draw_nonce() {
  std::array<std::uint8_t, Aead::nonce_size> nonce;
  random_.fill(nonce);
  return {nonce.begin(), nonce.end()};
}

SubjectId Vault::create_subject(Time now) {
  const std::lock_guard lock{state_mutex_};
  SubjectId subject;
  do {
    const auto unix_ms = static_cast<std::uint64_t>(now.unix_ms());
    subject.value = {unix_ms << 16 | (random_.next_u64() & 0xffff), random_.next_u64()};
  } while (keys_.contains(subject));

  const Key256 key = Key256::from_random(random_);
  const std::string nonce = draw_nonce();
  const std::string wrapped = nonce + wrapping_.seal(nonce, Associated(subject, key_label), key.view());
  KeyRecord record{subject};
  MOHUR_ASSERT(wrapped.size() == record.wrapped.size());
  std::ranges::copy(wrapped, record.wrapped.begin());
  new_keys_.push_back(record);
  keys_.emplace(subject, Entry{next_number_++, record.wrapped, false});
  cache_.put(subject, key);
  return subject;
}

Result<Aead*> Vault::aead_of(SubjectId subject) {
  if (Aead* const cached = cache_.find(subject)) return cached;
  const auto entry = keys_.find(subject);
  if (entry == keys_.end()) return refuse(Outcome::not_found, {}, "The vault has no key for this subject.");
  if (entry->second.erased) return refuse(Outcome::not_found, {}, "This subject's data was erased.");
  const std::string_view wrapped{entry->second.wrapped.data(), entry->second.wrapped.size()};
  auto plain =
      wrapping_.open(wrapped.substr(0, Aead::nonce_size), Associated(subject, key_label), wrapped.substr(Aead::nonce_size));
  auto key = plain ? Key256::from_bytes(*plain) : std::nullopt;
  if (!key)
    return refuse(Outcome::data_damaged, {}, "The wrapped key of " + subject.to_string() + " is not what the vault wrote.");
  crypto::wipe(plain->data(), plain->size());
  return &cache_.put(subject, *key);
}

Result<std::string> Vault::box_of(SubjectId subject, std::string_view label, std::string_view plain) {
  const std::lock_guard lock{state_mutex_};
  MOHUR_TRY_SET(aead, aead_of(subject));
  return seal_box(*aead, draw_nonce(), Associated(subject, label), plain);
}

Result<std::string> Vault::open_box(SubjectId subject, std::string_view label, std::string_view box) {
  const std::lock_guard lock{state_mutex_};
  MOHUR_TRY_SET(aead, aead_of(subject));
  return unseal_box(*aead, Associated(subject, label), box);
}

Result<Sealed> Vault::seal(SubjectId subject, std::string_view plain, std::string mask) {
  MOHUR_TRY_SET(box, box_of(subject, value_label, plain));
  return Sealed{subject, std::move(box), std::move(mask)};
}

Result<std::string> Vault::unseal(const Sealed& sealed) { return open_box(sealed.subject, value_label, sealed.box); }

Result<SealedNotes> Vault::seal_notes(SubjectId subject, std::string_view plain) {
  MOHUR_TRY_SET(box, box_of(subject, notes_label, plain));
  return SealedNotes{subject, std::move(box)};
}

Result<std::string> Vault::unseal_notes(const SealedNotes& sealed) { return open_box(sealed.subject, notes_label, sealed.box); }

Result<void> Vault::flush() {
  const std::lock_guard lock{file_mutex_};
  return write_new_keys();
}

// Sealing goes on while the disk works: only taking the list of new keys needs the state.
Result<void> Vault::write_new_keys() {
  std::vector<KeyRecord> records;
  {
    const std::lock_guard lock{state_mutex_};
    records.swap(new_keys_);
  }
  if (records.empty()) return {};
  Result<void> written = keys_file_.append(records);
  if (written) return written;
  // They are still to be written: whoever flushes again must not take what is sealed with them for safe.
  const std::lock_guard lock{state_mutex_};
  records.insert(records.end(), new_keys_.begin(), new_keys_.end());
  records.swap(new_keys_);
  return written;
}

Result<void> Vault::erase(SubjectId subject) {
  const std::lock_guard file_lock{file_mutex_};
  MOHUR_TRY(write_new_keys());
  std::uint64_t number = 0;
  {
    const std::lock_guard lock{state_mutex_};
    const auto entry = keys_.find(subject);
    if (entry == keys_.end()) return refuse(Outcome::not_found, {}, "The vault has no key for this subject.");
    if (entry->second.erased) return {};
    number = entry->second.number;
  }
  MOHUR_TRY(keys_file_.erase(number, subject));
  const std::lock_guard lock{state_mutex_};
  cache_.drop(subject);
  Entry& entry = keys_.find(subject)->second;
  crypto::wipe(entry.wrapped.data(), entry.wrapped.size());
  entry.erased = true;
  return {};
}

Key128 Vault::blind_index(std::string_view label, std::string_view value) const {
  const std::uint64_t size = label.size();
  MOHUR_ASSERT(size < 256);
  const char length = static_cast<char>(size);
  const Hash256 hash = index_.of({{&length, 1}, label, value});
  return *Key128::from_bytes(hash.view().substr(0, 16));
}

Hash256 Vault::secret_hash(std::string_view secret) const { return pepper_.of(secret); }

std::string Vault::seal_secret(std::string_view label, std::string_view plain) {
  const std::lock_guard lock{state_mutex_};
  return seal_box(secrets_, draw_nonce(), label, plain);
}

Result<std::string> Vault::unseal_secret(std::string_view label, std::string_view box) {
  const std::lock_guard lock{state_mutex_};
  return unseal_box(secrets_, label, box);
}

}  // namespace mohur::vault
