// Notes of what was given to the disk and is not durable yet: enough to take it away again when the power goes.
//
// The real files always hold what was written, so that every process sees it. Beside them the notes say what stood there
// before. They outlive the process, also one that is killed between any two of its instructions.
// Bytes    note = kind:u32 size:u32 file:u64 at:u64 payload[size], as this machine has its numbers; one after the other.
//          A note that was cut short is the last one, and what it would have announced did not happen.
// Files    are known by their inodes, since names change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mohur::baddisk {

enum class NoteKind : std::uint32_t {
  write = 1,     // at: where whole sectors stand; payload: what stood there before
  zeros,         // the same where zeros were written over zeros; payload: how many bytes, in decimal digits
  resize,        // at: the size before
  flush,         // at: notes before this place in the notes are durable for the file
  failed_flush,  // at: the same, but they are lost instead: no later flush brings them back
  create,        // payload: the name
  rename,        // payload: from, to and, where `to` was taken, the name below which the notes keep that file; by line feeds
  remove,        // payload: the name, and the name below which the notes keep the file; by a line feed
  sync_folder,   // payload: the folder whose names are durable
};

struct Note {
  NoteKind kind;
  std::uint64_t file = 0;
  std::uint64_t at = 0;
  std::string payload;
  std::uint64_t place = 0;  // where in the notes it stands
};

class Notes {
 public:
  // Goes on with the notes that are there.
  static Result<Notes> open(const std::string& folder);

  std::uint64_t end() const { return end_; }
  void add(NoteKind kind, std::uint64_t file, std::uint64_t at, std::string_view payload = {});
  // Keeps a file that is about to lose its name; answers the name that it has here. Empty where there is none.
  std::string keep(const std::string& path);

 private:
  Notes(std::string folder, int file, std::uint64_t end) : folder_(std::move(folder)), file_(file), end_(end) {}

  std::string folder_;
  int file_;  // for as long as the process lives
  std::uint64_t end_;
};

// In order; none where there is no such folder.
std::vector<Note> read_notes(const std::string& folder);

}  // namespace mohur::baddisk
