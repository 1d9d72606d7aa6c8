// What the gate knows of people who sign in: their sign-ins and sessions, as durable.
//
// Session   Found by the public part of its token. Over when it was ended, by its times, and when its person was disabled or has
//           another password since.
// Used      Each use counts in memory, and is journaled each kTouchEvery at the most, or twice in the time that makes it idle:
//           by no more than that is a session idle sooner after a restart.
// Threads   The reactor's thread only.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "engine/archive.hpp"
#include "engine/shard.hpp"

namespace mohur::gateway {

struct KnownSession {
  registry::SessionId id;
  registry::PersonId person;
  registry::SessionKind kind = registry::SessionKind::cookie;
  std::string token_hash;
  Time created_at;
  Time used_at;
  Time touched_at;  // when the journal was told last
  Time expires_at;
};

class StaffBook final : public engine::Subscriber {
 public:
  static constexpr Duration kTouchEvery = minutes(5);

  Result<void> load(const engine::Archive& archive);
  void on_durable(std::uint64_t first_position, std::span<const kernel::Event> events) override;

  const registry::Person* person(registry::PersonId id) const;
  // By the look-up key of the e-mail address.
  const registry::Person* person_with(Key128 email_key) const;
  const registry::SignIn* sign_in(registry::PersonId id) const;
  const KnownSession* session(std::string_view kid) const;

  // Whether its person may still use it.
  bool is_live(const KnownSession& session, Time now, Duration idle) const;
  // The session as it stands now: one that is not live, and that nobody has ended, is over.
  registry::Session as_of(registry::Session session, Time now, Duration idle) const;
  // It is used. Answers whether that is to be journaled now.
  bool use(std::string_view kid, Time now, Duration idle);

 private:
  void put(const registry::Person& person);
  void put(const registry::SignIn& sign_in) { sign_ins_[sign_in.person] = sign_in; }
  void put(const registry::Session& session);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  boost::unordered_flat_map<registry::PersonId, registry::Person> people_;
  boost::unordered_flat_map<Key128, registry::PersonId> addresses_;
  boost::unordered_flat_map<registry::PersonId, registry::SignIn> sign_ins_;
  boost::unordered_flat_map<std::string, KnownSession, TextHash, std::equal_to<>> sessions_;  // that are not over for good
};

}  // namespace mohur::gateway
