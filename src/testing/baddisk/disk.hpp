// A bad disk under all files of this process below one folder: it fails when told, and notes what a power loss would take.
//
// Shape    calls.cpp puts its calls in the place of the C library's, so that whatever the process opens is on the disk: the
//          journals, the vault, RocksDB. Each call answers as the system's does, with errno.
// Cost     The real disk is never asked to flush: the machine stays up, and what would be lost is in the notes.
// Threads  Any. Changes are made one at a time, so that the notes are in their order.
#pragma once

#include <sys/types.h>
#include <map>
#include <mutex>
#include <optional>
#include <random>

#include "baddisk/notes.hpp"
#include "baddisk/orders.hpp"

namespace mohur::baddisk {

class Disk {
 public:
  // From here on, and for as long as the process lives.
  static Result<void> arm(Orders orders);
  static Disk* armed();

  int open(int folder, const char* path, int flags, mode_t mode);
  ssize_t write(int file, const void* bytes, std::size_t size);
  ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset);
  int truncate(int file, off_t size);
  int allocate(int file, int mode, off_t offset, off_t size);
  int flush(int file);
  int rename(const char* from, const char* to);
  int link(const char* from, const char* to);
  int remove(int folder, const char* path, int flags);
  int make_folder(const char* path, mode_t mode);

 private:
  struct OpenFile {
    std::string path;
    std::uint64_t inode;
    std::uint64_t size;
    std::uint64_t room;  // what it has of the disk, claims included
    bool is_folder;
  };
  enum class Verdict : std::uint8_t { go_on, fail, die };

  Disk(Orders orders, Notes notes) : orders_(std::move(orders)), notes_(std::move(notes)), chance_(orders_.seed) {}

  bool holds(std::string_view path) const;
  // What is open as `file`, where that lies on the disk.
  std::optional<OpenFile> look(int file) const;
  std::string path_of(int folder, const char* path) const;
  // Counts the call, and says what becomes of it; sets errno for a failure.
  Verdict judge(Call call, std::string_view path);
  bool is_full() const;
  void note_write(int file, const OpenFile& open, std::string_view bytes, std::uint64_t offset);
  ssize_t write_at(int file, const OpenFile& open, std::string_view bytes, std::uint64_t offset);
  int truncate_open(int file, const OpenFile& open, std::uint64_t size);
  void flush_takes_time();
  void settle(NoteKind kind, const OpenFile& open, std::uint64_t before);
  // Makes a change of a name; the power may go before or after it.
  template <class Change>
  int change_name(const std::string& path, Change&& change);

  const Orders orders_;
  std::mutex mutex_;  // guards what follows
  Notes notes_;
  std::vector<std::uint64_t> seen_ = std::vector<std::uint64_t>(orders_.faults.size());  // calls that each fault counted
  std::mt19937_64 chance_;
  std::map<std::uint64_t, std::uint64_t> late_;  // by file: up to where an early flush will be made good
};

}  // namespace mohur::baddisk
