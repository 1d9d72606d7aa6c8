#include "app/operator_keys.hpp"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>

#include "app/house.hpp"
#include "crypto/api_key.hpp"
#include "crypto/system_random.hpp"
#include "engine/archive.hpp"
#include "engine/claims.hpp"
#include "engine/shard.hpp"
#include "net/clocks.hpp"
#include "vault/key_encryption_key.hpp"

namespace mohur::app {
namespace {

// A house without its edge: nobody can call it, and it decides what it is given here.
class QuietHouse {
 public:
  static Result<std::unique_ptr<QuietHouse>> open(const Settings& settings) {
    const Folders folders{settings.data_folder};
    if (!std::filesystem::exists(folders.events))
      return refuse(Outcome::not_found, {}, "There is no journal in " + folders.events + ".");
    std::unique_ptr<QuietHouse> house{new QuietHouse};
    const journal::Place events{folders.events, "events", 0};
    MOHUR_TRY_SET(journal, journal::Journal::open(events, {.segment_size = settings.segment_bytes}));
    house->journal_ = std::move(journal);
    const std::string kek_file = settings.kek_file.empty() ? folders.kek_file : settings.kek_file;
    MOHUR_TRY_SET(kek, vault::load_key_encryption_key(kek_file, vault::IfAbsent::refuse, house->random_));
    MOHUR_TRY_SET(vault, vault::Vault::open(folders.vault, kek, house->random_));
    house->vault_ = std::move(vault);
    MOHUR_TRY_SET(store, store::Store::open({.folder = folders.state}, engine::table_specs()));
    house->store_ = std::move(store);
    MOHUR_TRY(house->recover(events));
    return house;
  }

  // First the new keys, and then the end of the old ones and of all sessions: who is interrupted begins again.
  Result<std::vector<IssuedKey>> replace_keys() {
    MOHUR_TRY_SET(people, all<registry::Person>());
    MOHUR_TRY_SET(old_keys, all<registry::Credential>());
    std::vector<IssuedKey> issued;
    for (const registry::Person& person : people) {
      const crypto::ApiKey key = crypto::make_api_key(crypto::KeyMode::live, crypto::KeyKind::op, random_);
      MOHUR_TRY(decide(kernel::IssueOperatorCredential{.person = person.id,
                                                       .label = "replaced on the machine",
                                                       .kid = key.kid,
                                                       .secret_hash = std::string{vault_->secret_hash(key.secret).view()},
                                                       .last_four = key.secret.substr(key.secret.size() - 4),
                                                       .claim = engine::kid_claim(*vault_, key.kid)}));
      issued.push_back({person.id, crypto::to_text(key)});
    }
    for (const registry::Credential& old : old_keys)
      if (old.status == registry::CredentialStatus::active) MOHUR_TRY(decide(kernel::RevokeCredential{old.id}));
    MOHUR_TRY_SET(sessions, all<registry::Session>());
    for (const registry::Session& session : sessions)
      if (session.status == registry::SessionStatus::active && clock_.now() < session.expires_at)
        MOHUR_TRY(decide(kernel::EndSession{session.id}));
    MOHUR_TRY(store_->checkpoint());
    return issued;
  }

 private:
  QuietHouse() = default;

  // Of the operator's own.
  template <class T>
  Result<std::vector<T>> all() const {
    std::vector<T> found;
    std::optional<engine::Cursor> from;
    do {
      MOHUR_TRY_SET(page, archive_->list<T>({}, Mode::live, from, 100));
      std::ranges::move(page.items, std::back_inserter(found));
      from = page.next;
    } while (from);
    return found;
  }

  Result<void> recover(const journal::Place& events) {
    archive_ = std::make_unique<engine::Archive>(*store_, events, journal_->watermark());
    flusher_ = std::make_unique<engine::InlineFlusher>(*journal_, vault_.get());
    shard_ = std::make_unique<engine::Shard>(
        *journal_, *store_, *flusher_, clock_, random_,
        [this](std::function<void()> work) { posted_.push_back(std::move(work)); },
        [this](const Refusal& refusal) { failed_ = refusal; });
    return shard_->recover(events);
  }

  Result<void> decide(kernel::Intent intent) {
    std::optional<Result<void>> answer;
    MOHUR_TRY(shard_->submit(
        {.caller = registry::by_system(), .mode = Mode::live, .intent = std::move(intent)},
        [&](const Result<engine::Done>& done) { answer = done ? Result<void>{} : std::unexpected(done.error()); }));
    while (!answer && !failed_) {
      shard_->turn();
      for (; !posted_.empty(); posted_.pop_front()) posted_.front()();
    }
    return failed_ ? std::unexpected(*failed_) : *answer;
  }

  net::SystemClock clock_;
  crypto::SystemRandom random_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Archive> archive_;
  std::unique_ptr<engine::InlineFlusher> flusher_;
  std::unique_ptr<engine::Shard> shard_;
  std::deque<std::function<void()>> posted_;
  std::optional<Refusal> failed_;
};

}  // namespace

Result<std::vector<IssuedKey>> replace_operator_keys(const Settings& settings) {
  MOHUR_TRY_SET(house, QuietHouse::open(settings));
  return house->replace_keys();
}

int print_new_operator_keys(const Settings& settings) {
  const auto issued = replace_operator_keys(settings);
  if (!issued) {
    std::fprintf(stderr, "mohur: %s\n", issued.error().detail.c_str());
    return 1;
  }
  for (const IssuedKey& key : *issued) std::printf("operator_key %s %s\n", key.person.to_string().c_str(), key.text.c_str());
  return 0;
}

}  // namespace mohur::app
