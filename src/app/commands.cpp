#include "app/commands.hpp"

#include <unistd.h>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/house.hpp"
#include "codec/proto_file.hpp"
#include "engine/event_json.hpp"
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

// A state of its own, in a folder that goes with it.
class FreshState {
 public:
  explicit FreshState(const std::string& data) : folder_(data + "/replay." + std::to_string(::getpid())) {}
  ~FreshState() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  // Applies the journal up to `until`; answers the last position.
  Result<std::uint64_t> build(const journal::Place& place, std::optional<std::uint64_t> until) {
    MOHUR_TRY_SET(opened, store::Store::open({.folder = folder_}, engine::table_specs()));
    store_ = std::move(opened);
    engine::Fold fold{*store_};
    MOHUR_TRY(fold.load());
    engine::ReplayOptions options;
    if (until) options.until = *until;
    return engine::replay(place, fold, *store_, options);
  }
  Result<crypto::Hash256> hash() const { return engine::state_hash(*store_); }

 private:
  const std::string folder_;
  std::unique_ptr<store::Store> store_;
};

// The hash of the state that the server left, once it has caught up with the journal in memory.
Result<crypto::Hash256> stored_hash(const Folders& folders) {
  MOHUR_TRY_SET(stored, store::Store::open({.folder = folders.state, .read_only = true}, engine::table_specs()));
  return engine::state_hash(*stored);
}

Result<std::uint64_t> stored_position(const Folders& folders) {
  MOHUR_TRY_SET(stored, store::Store::open({.folder = folders.state, .read_only = true}, engine::table_specs()));
  return stored->durable_position();
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
  const Folders folders{settings.data_folder};
  const journal::Place place = events_of(folders);
  const auto chain = journal::verify(place);
  if (!chain) return fail(chain.error());
  say("chain      " + std::to_string(chain->records) + " events in " + std::to_string(chain->frames) + " frames, head " +
      chain->last.hash.hex());
  if (chain->interrupted)
    say("           the end of " + chain->interrupted->file + " is an interrupted write; the next start cuts it off");
  FreshState fresh{settings.data_folder};
  const auto last = fresh.build(place, std::nullopt);
  if (!last) return fail(last.error());
  say("laws       hold after every one of " + std::to_string(*last) + " events");
  const auto replayed = fresh.hash();
  if (!replayed) return fail(replayed.error());
  say("replayed   " + replayed->hex());
  const auto position = stored_position(folders);
  if (!position) return fail(position.error());
  if (*position != *last) {
    say("stored     stands at position " + std::to_string(*position) + "; a clean stop brings it to the journal's end");
    return 0;
  }
  const auto stored = stored_hash(folders);
  if (!stored) return fail(stored.error());
  say("stored     " + stored->hex());
  if (*stored != *replayed)
    return fail({Outcome::data_damaged,
                 {},
                 "The stored state is not what the journal says. Delete " + folders.state + ": it is rebuilt."});
  say("verified   every rupee");
  return 0;
}

int replay_until(const Settings& settings, std::optional<std::uint64_t> until) {
  FreshState fresh{settings.data_folder};
  const auto last = fresh.build(events_of(Folders{settings.data_folder}), until);
  if (!last) return fail(last.error());
  const auto hash = fresh.hash();
  if (!hash) return fail(hash.error());
  say("position " + std::to_string(*last) + " state " + hash->hex());
  return 0;
}

int inspect(const Settings& settings, std::uint64_t from, std::uint64_t to) {
  auto reader = journal::Reader::open(events_of(Folders{settings.data_folder}), {from});
  if (!reader) return fail(reader.error());
  codec::MaskingRevealer masks;
  while (true) {
    const auto frame = reader->next();
    if (!frame) return fail(frame.error());
    if (!*frame) return 0;
    for (const journal::RecordView record : **frame) {
      if (record.position.value < from) continue;
      if (record.position.value > to) return 0;
      engine::StoredEvent stored{record.position.value, {}};
      if (!codec::decode(record.bytes, stored.event))
        return fail({Outcome::data_damaged, {}, "Position " + std::to_string(stored.position) + " cannot be read."});
      std::string line;
      engine::append_event_json(line, stored, masks);
      say(line);
    }
  }
}

int write_schemas(const std::string& folder, bool check) {
  const std::filesystem::path root{folder};
  const std::vector<gateway::Route> routes = gateway::all_routes();
  const std::pair<std::filesystem::path, std::string> files[] = {
      {root / "api/openapi.json", gateway::openapi_json(routes)},
      {root / "api/mohur.proto", codec::proto_file<kernel::Event>("mohur.v1")},
      {root / "docs/reference/settings.md", settings_page()},
  };
  for (const auto& [file, text] : files)
    if (const auto done = write_or_compare(file, text, check); !done) return fail(done.error());
  return 0;
}

}  // namespace mohur::app
