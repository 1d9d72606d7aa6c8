#include "baddisk/power_loss.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <random>

#include "baddisk/notes.hpp"
#include "baddisk/raw.hpp"

namespace mohur::baddisk {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t sector_size = 512;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  // One of 0 to n - 1.
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

 private:
  std::mt19937_64 random_;
};

// What something was, one entry for each time that it was changed since it was durable: the first is what is durable.
template <class T>
struct Past {
  struct Entry {
    std::uint64_t place;  // of the note
    T was;
  };
  std::vector<Entry> entries;

  // Forgets what was changed before the place; answers what was durable until then, if anything was forgotten.
  std::optional<T> settle(std::uint64_t before) {
    const auto end = std::ranges::find_if(entries, [before](const Entry& entry) { return entry.place >= before; });
    if (end == entries.begin()) return std::nullopt;
    T durable = std::move(entries.front().was);
    entries.erase(entries.begin(), end);
    return durable;
  }
};

struct FilePast {
  std::map<std::uint64_t, Past<std::string>> sectors;
  std::map<std::uint64_t, std::string> lost;  // durable content, where a flush failed
  Past<std::uint64_t> size;

  void written(const Note& note) {
    for (std::uint64_t at = 0; at < note.payload.size(); at += sector_size)
      sectors[(note.at + at) / sector_size].entries.push_back({note.place, note.payload.substr(at, sector_size)});
  }

  // Zeros over zeros say something only where the disk has not got the zeros before.
  void zeroed(const Note& note) {
    const std::uint64_t end = note.at + std::stoull(note.payload);
    for (std::uint64_t number = note.at / sector_size; number * sector_size < end; ++number)
      if (sectors.contains(number) || lost.contains(number))
        sectors[number].entries.push_back({note.place, std::string(sector_size, '\0')});
  }

  void flushed(std::uint64_t before, bool failed) {
    for (auto& [number, past] : sectors) {
      auto durable = past.settle(before);
      if (!durable) continue;
      if (failed)
        lost.try_emplace(number, *std::move(durable));
      else
        lost.erase(number);
    }
    std::erase_if(sectors, [](const auto& each) { return each.second.entries.empty(); });
    if (!failed) size.settle(before);
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) c == '\n' ? lines.emplace_back() : lines.back() += c, void();
  return lines;
}

std::string parent_of(const std::string& path) { return fs::path{path}.parent_path(); }

struct Waiting {
  std::map<std::uint64_t, FilePast> files;
  std::vector<Note> names;

  // A name is durable together with all earlier changes of the same file's name.
  void sync_folder(const std::string& folder) {
    std::vector<std::uint64_t> settled;
    for (auto note = names.end(); note != names.begin();) {
      --note;
      const std::vector<std::string> parts = lines_of(note->payload);
      const bool is_here = parent_of(parts[note->kind == NoteKind::rename ? 1 : 0]) == folder;
      if (!is_here && std::ranges::find(settled, note->file) == settled.end()) continue;
      settled.push_back(note->file);
      note = names.erase(note);
    }
  }

  void take(const Note& note) {
    switch (note.kind) {
      case NoteKind::write: return files[note.file].written(note);
      case NoteKind::zeros: return files[note.file].zeroed(note);
      case NoteKind::resize: return files[note.file].size.entries.push_back({note.place, note.at});
      case NoteKind::flush: return files[note.file].flushed(note.at, false);
      case NoteKind::failed_flush: return files[note.file].flushed(note.at, true);
      case NoteKind::sync_folder: return sync_folder(note.payload);
      case NoteKind::create:
      case NoteKind::rename:
      case NoteKind::remove: names.push_back(note);
    }
  }
};

std::uint64_t inode_of(const std::string& path) {
  struct stat about{};
  return ::lstat(path.c_str(), &about) == 0 ? about.st_ino : 0;
}

// Undoes one change of a name, unless the process was gone before it made it.
void take_back(const Note& note, const std::string& notes) {
  const std::vector<std::string> parts = lines_of(note.payload);
  std::error_code ignored;
  if (note.kind == NoteKind::create) {
    if (inode_of(parts[0]) == note.file) fs::remove_all(parts[0], ignored);
    return;
  }
  if (note.kind == NoteKind::remove) {
    if (inode_of(parts[0]) == 0) fs::create_hard_link(notes + "/" + parts[1], parts[0], ignored);
    return;
  }
  if (inode_of(parts[1]) != note.file) return;
  fs::rename(parts[1], parts[0], ignored);
  if (!parts[2].empty()) fs::create_hard_link(notes + "/" + parts[2], parts[1], ignored);
}

// How the loss goes: nothing of what waits is there, or some of it, or all.
enum class Mood : std::uint8_t { nothing, some, everything };

void lose_content(const std::string& path, const FilePast& past, Mood mood, Chance& chance, Loss& loss) {
  const int file = raw::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file == -1) return;
  const auto put = [&](std::uint64_t number, const std::string& content) {
    (void)raw::pwrite(file, content.data(), content.size(), static_cast<off_t>(number * sector_size));
    ++loss.sectors_lost;
  };
  struct stat about{};
  ::fstat(file, &about);
  auto size = static_cast<std::uint64_t>(about.st_size);
  for (const auto& [number, each] : past.sectors) {
    ++loss.sectors_waiting;
    const std::size_t versions = each.entries.size();
    const std::size_t kept = mood == Mood::nothing ? 0 : mood == Mood::everything ? versions : chance.pick(versions + 1);
    if (kept < versions) put(number, each.entries[kept].was);
  }
  for (const auto& [number, content] : past.lost) put(number, content);
  const bool resized = !past.size.entries.empty();
  if (resized && (mood == Mood::nothing || (mood == Mood::some && chance.pick(2) == 0))) size = past.size.entries.front().was;
  (void)raw::truncate(file, static_cast<off_t>(size));
  ::close(file);
}

}  // namespace

Loss lose_power(const std::string& disk, const std::string& notes, std::uint64_t seed) {
  Loss loss;
  Chance chance{seed};
  Waiting waiting;
  for (const Note& note : read_notes(notes)) waiting.take(note);

  constexpr Mood moods[] = {Mood::nothing, Mood::nothing, Mood::some, Mood::some, Mood::everything};
  const Mood mood = moods[chance.pick(std::size(moods))];
  const std::size_t names = waiting.names.size();
  const std::size_t kept = mood == Mood::nothing ? 0 : mood == Mood::everything ? names : chance.pick(names + 1);
  for (std::size_t i = names; i-- > kept;) take_back(waiting.names[i], notes);
  loss.names_waiting = names;
  loss.names_lost = names - kept;

  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator{disk})
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (const std::string& path : paths)
    if (const auto past = waiting.files.find(inode_of(path)); past != waiting.files.end())
      lose_content(path, past->second, mood, chance, loss);
  fs::remove_all(notes);
  return loss;
}

}  // namespace mohur::baddisk
