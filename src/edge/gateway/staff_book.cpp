#include "gateway/staff_book.hpp"

#include <algorithm>

namespace mohur::gateway {
namespace {

template <class T, class Take>
Result<void> load_table(const engine::Archive& archive, kernel::Table table, Take take) {
  Result<void> outcome;
  MOHUR_TRY(archive.scan(table, [&](std::string_view, std::string_view value) {
    T row;
    if (!codec::decode(value, row)) {
      outcome = refuse(Outcome::data_damaged, {}, "A row of table " + std::string{to_token(table)} + " cannot be read.");
      return false;
    }
    take(row);
    return true;
  }));
  return outcome;
}

template <class Map, class Key>
auto* pointer_to(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

Result<void> StaffBook::load(const engine::Archive& archive) {
  const auto take = [this](const auto& row) { put(row); };
  MOHUR_TRY((load_table<registry::Person>(archive, kernel::Table::persons, take)));
  MOHUR_TRY((load_table<registry::SignIn>(archive, kernel::Table::sign_ins, take)));
  return load_table<registry::Session>(archive, kernel::Table::sessions, take);
}

void StaffBook::on_durable(std::uint64_t, std::span<const kernel::Event> events) {
  for (const kernel::Event& event : events) {
    if (const auto* person = std::get_if<registry::Person>(&event.object)) put(*person);
    if (const auto* sign_in = std::get_if<registry::SignIn>(&event.object)) put(*sign_in);
    if (const auto* session = std::get_if<registry::Session>(&event.object)) put(*session);
  }
}

void StaffBook::put(const registry::Person& person) {
  people_[person.id] = person;
  if (person.email) addresses_[person.email_key] = person.id;
}

// Those that are over are forgotten when another one begins.
void StaffBook::put(const registry::Session& session) {
  if (session.sequence == 1)
    boost::unordered::erase_if(sessions_, [&](const auto& entry) { return entry.second.expires_at <= session.created_at; });
  if (session.status == registry::SessionStatus::ended) {
    sessions_.erase(session.kid);
    return;
  }
  KnownSession& known = sessions_[session.kid];
  known = {session.id,         session.person,     session.kind,
           session.token_hash, session.created_at, std::max(known.used_at, session.used_at),
           session.used_at,    session.expires_at};
}

const registry::Person* StaffBook::person(registry::PersonId id) const { return pointer_to(people_, id); }
const registry::SignIn* StaffBook::sign_in(registry::PersonId id) const { return pointer_to(sign_ins_, id); }
const KnownSession* StaffBook::session(std::string_view kid) const { return pointer_to(sessions_, kid); }

const registry::Person* StaffBook::person_with(Key128 email_key) const {
  const auto* id = pointer_to(addresses_, email_key);
  return id == nullptr ? nullptr : person(*id);
}

bool StaffBook::is_live(const KnownSession& session, Time now, Duration idle) const {
  const registry::Person* holder = person(session.person);
  if (holder == nullptr || holder->status == registry::PersonStatus::disabled) return false;
  if (holder->enabled_at && session.created_at <= *holder->enabled_at) return false;
  const registry::SignIn* setup = sign_in(session.person);
  if (setup != nullptr && session.created_at <= setup->sessions_from) return false;
  return now < session.expires_at && now < session.used_at + idle;
}

registry::Session StaffBook::as_of(registry::Session stored, Time now, Duration idle) const {
  if (stored.status != registry::SessionStatus::active) return stored;
  const KnownSession* known = session(stored.kid);
  if (known == nullptr || !is_live(*known, now, idle)) stored.status = registry::SessionStatus::over;
  return stored;
}

bool StaffBook::use(std::string_view kid, Time now, Duration idle) {
  const auto found = sessions_.find(kid);
  if (found == sessions_.end()) return false;
  KnownSession& session = found->second;
  session.used_at = now;
  if (now < session.touched_at + std::min(kTouchEvery, Duration{idle.ns / 2})) return false;
  session.touched_at = now;
  return true;
}

}  // namespace mohur::gateway
