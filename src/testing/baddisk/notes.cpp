#include "baddisk/notes.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "baddisk/raw.hpp"
#include "base/assert.hpp"

namespace mohur::baddisk {
namespace {

struct Head {
  NoteKind kind;
  std::uint32_t size;
  std::uint64_t file;
  std::uint64_t at;
};
static_assert(sizeof(Head) == 24);

std::string path_in(const std::string& folder) { return folder + "/notes"; }

std::uint64_t end_of(const std::vector<Note>& notes) {
  return notes.empty() ? 0 : notes.back().place + sizeof(Head) + notes.back().payload.size();
}

}  // namespace

std::vector<Note> read_notes(const std::string& folder) {
  std::ifstream file{path_in(folder), std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  std::vector<Note> notes;
  for (std::uint64_t place = 0; place + sizeof(Head) <= bytes.size();) {
    Head head;
    std::memcpy(&head, bytes.data() + place, sizeof head);
    if (bytes.size() - place - sizeof head < head.size) break;
    notes.push_back({head.kind, head.file, head.at, bytes.substr(place + sizeof head, head.size), place});
    place += sizeof head + head.size;
  }
  return notes;
}

Result<Notes> Notes::open(const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder + "/kept", failed);
  const int file = raw::open(path_in(folder).c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC);
  if (failed || file == -1) return refuse(Outcome::io_failed, {}, folder + " cannot be used for notes");
  const std::uint64_t end = end_of(read_notes(folder));
  if (raw::truncate(file, static_cast<off_t>(end)) != 0) return refuse(Outcome::io_failed, {}, "the notes cannot be cut");
  return Notes{folder, file, end};
}

void Notes::add(NoteKind kind, std::uint64_t file, std::uint64_t at, std::string_view payload) {
  const raw::KeepErrno keep_errno;
  const Head head{kind, static_cast<std::uint32_t>(payload.size()), file, at};
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  bytes += payload;
  MOHUR_ASSERT(raw::write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  end_ += bytes.size();
}

std::string Notes::keep(const std::string& path) {
  const raw::KeepErrno keep_errno;
  // A killed process may have kept a file and not noted it.
  for (std::uint64_t number = end_;; ++number) {
    const std::string name = "kept/" + std::to_string(number);
    if (raw::link(path.c_str(), (folder_ + "/" + name).c_str()) == 0) return name;
    if (errno != EEXIST) return {};
  }
}

}  // namespace mohur::baddisk
