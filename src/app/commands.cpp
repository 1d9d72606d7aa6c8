#include "app/commands.hpp"

#include <unistd.h>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/house.hpp"
#include "app/roles_page.hpp"
#include "codec/proto_file.hpp"
#include "engine/replay.hpp"
#include "gateway/openapi.hpp"
#include "journal/verify.hpp"

namespace mohur::app {
namespace {

int fail(const Refusal& refusal) {
  std::fprintf(stderr, "%s: %s\n", std::string{to_token(refusal.outcome)}.c_str(), refusal.detail.c_str());
  return 1;
}

void say(const std::string& line) { std::printf("%s\n", line.c_str()); }

journal::Place events_of(const Folders& folders) { return {folders.events, "events", 0}; }

// A state of its own, made from the journal in a folder that goes with it.
class FreshState {
 public:
  static Result<std::unique_ptr<FreshState>> make(const std::string& data, journal::Place place) {
    std::unique_ptr<FreshState> state{new FreshState{data, std::move(place)}};
    MOHUR_TRY_SET(opened, store::Store::open({.folder = state->folder_}, engine::table_specs()));
    state->store_ = std::move(opened);
    state->fold_ = std::make_unique<engine::Fold>(*state->store_);
    MOHUR_TRY(state->fold_->load());
    return state;
  }
  ~FreshState() {
    fold_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Applies the journal from where it stands; answers the last position.
  Result<std::uint64_t> go_on(engine::ReplayOptions options = {}) { return engine::replay(place_, *fold_, *store_, options); }
  Result<crypto::Hash256> hash() const { return engine::state_hash(*store_); }

 private:
  FreshState(const std::string& data, journal::Place place)
      : folder_(data + "/replay." + std::to_string(::getpid())), place_(std::move(place)) {}

  const std::string folder_;
  const journal::Place place_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Fold> fold_;
};

// What the server left on disk: the position that it reflects and its hash. Nothing when there is none.
struct StoredState {
  std::uint64_t position = 0;
  crypto::Hash256 hash;
};
Result<std::optional<StoredState>> stored_state(const Folders& folders) {
  if (!std::filesystem::exists(folders.state)) return std::nullopt;
  MOHUR_TRY_SET(stored, store::Store::open({.folder = folders.state, .read_only = true}, engine::table_specs()));
  MOHUR_TRY_SET(hash, engine::state_hash(*stored));
  return StoredState{stored->durable_position(), hash};
}

// The chain of one journal, every byte of it.
Result<void> verify_chain(const journal::Place& place, const std::string& what) {
  MOHUR_TRY_SET(chain, journal::verify(place));
  say("chain      " + std::to_string(chain.records) + " " + what + " in " + std::to_string(chain.frames) + " frames, head " +
      chain.last.hash.hex());
  if (chain.interrupted)
    say("           the end of " + chain.interrupted->file + " is an interrupted write; the next start cuts it off");
  return {};
}

// The stored state is compared where it stands; then the journal goes on to its end.
Result<void> verify_all(const Settings& settings) {
  const Folders folders{settings.data_folder};
  MOHUR_TRY(verify_chain(events_of(folders), "events"));
  MOHUR_TRY(verify_chain({folders.requests + "/journal", "requests", 0}, "requests"));
  MOHUR_TRY(verify_chain({folders.deliveries + "/journal", "deliveries", 0}, "delivery steps"));
  MOHUR_TRY(verify_chain({folders.letters + "/journal", "letters", 0}, "letter steps"));
  MOHUR_TRY_SET(stored, stored_state(folders));
  MOHUR_TRY_SET(fresh, FreshState::make(settings.data_folder, events_of(folders)));
  if (stored) {
    MOHUR_TRY_SET(reached, fresh->go_on({.until = stored->position}));
    if (reached < stored->position)
      return refuse(Outcome::data_damaged, {},
                    "The journal ends at position " + std::to_string(reached) + ", but the stored state reflects position " +
                        std::to_string(stored->position) +
                        ": events that were durable are gone. Restore the journal from a backup.");
    MOHUR_TRY_SET(replayed, fresh->hash());
    say("position   " + std::to_string(stored->position) + " is what the stored state reflects");
    say("stored     " + stored->hash.hex());
    say("replayed   " + replayed.hex());
    if (stored->hash != replayed)
      return refuse(Outcome::data_damaged, {},
                    "The stored state is not what the journal says. Delete " + folders.state + ": it is rebuilt.");
  }
  MOHUR_TRY_SET(last, fresh->go_on());
  say("laws       hold after every one of " + std::to_string(last) + " events");
  say("verified   every rupee");
  return {};
}

Result<void> write_or_compare(const std::filesystem::path& file, const std::string& text, bool check) {
  std::ostringstream found;
  found << std::ifstream{file, std::ios::binary}.rdbuf();
  if (found.str() == text) return {};
  if (check) return refuse(Outcome::state_conflict, {}, file.string() + " is not fresh: run `mohur schema`.");
  std::filesystem::create_directories(file.parent_path());
  if (!(std::ofstream{file, std::ios::binary} << text))
    return refuse(Outcome::io_failed, {}, file.string() + " cannot be written.");
  return {};
}

}  // namespace

int verify(const Settings& settings) {
  const Result<void> verified = verify_all(settings);
  return verified ? 0 : fail(verified.error());
}

int replay_until(const Settings& settings, std::optional<std::uint64_t> until) {
  const auto replayed = [&]() -> Result<void> {
    MOHUR_TRY_SET(fresh, FreshState::make(settings.data_folder, events_of(Folders{settings.data_folder})));
    engine::ReplayOptions options;
    if (until) options.until = *until;
    MOHUR_TRY_SET(last, fresh->go_on(options));
    if (until && last < *until)
      return refuse(Outcome::position_unknown, {}, "The journal ends at position " + std::to_string(last) + ".");
    MOHUR_TRY_SET(hash, fresh->hash());
    say("position " + std::to_string(last) + " state " + hash.hex());
    return {};
  }();
  return replayed ? 0 : fail(replayed.error());
}

int write_schemas(const std::string& folder, bool check) {
  const std::filesystem::path root{folder};
  const std::vector<gateway::Route> routes = gateway::all_routes();
  const std::pair<std::filesystem::path, std::string> files[] = {
      {root / "api/openapi.json", gateway::openapi_json(routes)},
      {root / "api/mohur.proto", codec::proto_file<kernel::Event>("mohur.v1")},
      {root / "docs/reference/settings.md", settings_page()},
      {root / "docs/reference/roles.md", roles_page()},
  };
  for (const auto& [file, text] : files)
    if (const auto done = write_or_compare(file, text, check); !done) return fail(done.error());
  return 0;
}

}  // namespace mohur::app
