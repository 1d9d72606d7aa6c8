#include "baddisk/disk.hpp"

#include <signal.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "baddisk/raw.hpp"
#include "base/assert.hpp"

namespace mohur::baddisk {
namespace {

constexpr std::uint64_t sector_size = 512;
Disk* the_disk = nullptr;

[[noreturn]] void die() {
  (void)::kill(::getpid(), SIGKILL);
  std::abort();
}

std::uint64_t sector_start(std::uint64_t offset) { return offset / sector_size * sector_size; }

bool all_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

// What a kernel had taken of a write when its process was killed: it takes page by page, so no sector in part.
std::string_view first_part(std::string_view bytes, std::uint64_t offset, std::uint64_t chance) {
  const std::uint64_t end = sector_start(offset + chance % (bytes.size() + 1));
  return bytes.substr(0, end > offset ? end - offset : 0);
}

// Up to `size` bytes, with zeros where the file ends before.
std::string read_padded(int file, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(size, '\0');
  for (std::uint64_t done = 0; done < size;) {
    const ssize_t got = raw::pread(file, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got <= 0) break;
    done += static_cast<std::uint64_t>(got);
  }
  return bytes;
}

}  // namespace

Result<void> Disk::arm(Orders orders) {
  MOHUR_ASSERT(the_disk == nullptr);
  MOHUR_TRY_SET(notes, Notes::open(orders.notes));
  the_disk = new Disk{std::move(orders), std::move(notes)};
  return {};
}

Disk* Disk::armed() { return the_disk; }

bool Disk::holds(std::string_view path) const {
  return path.starts_with(orders_.disk) && path.size() > orders_.disk.size() && path[orders_.disk.size()] == '/';
}

std::string Disk::path_of(int folder, const char* path) const {
  const raw::KeepErrno keep_errno;
  if (path[0] == '/' || folder == AT_FDCWD) return path;
  std::array<char, 4096> base;
  const std::string link = "/proc/self/fd/" + std::to_string(folder);
  const ssize_t size = ::readlink(link.c_str(), base.data(), base.size());
  return std::string(base.data(), size > 0 ? static_cast<std::size_t>(size) : 0) + (path[0] != '\0' ? "/" : "") + path;
}

std::optional<Disk::OpenFile> Disk::look(int file) const {
  const raw::KeepErrno keep_errno;
  struct stat about{};
  if (::fstat(file, &about) != 0 || !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode))) return std::nullopt;
  OpenFile open{path_of(file, ""), about.st_ino, static_cast<std::uint64_t>(about.st_size),
                static_cast<std::uint64_t>(about.st_blocks) * 512, S_ISDIR(about.st_mode)};
  if (!holds(open.path) && open.path != orders_.disk) return std::nullopt;
  return open;
}

Disk::Verdict Disk::judge(Call call, std::string_view path) {
  Verdict verdict = Verdict::go_on;
  for (std::size_t i = 0; i < orders_.faults.size(); ++i) {
    const Fault& fault = orders_.faults[i];
    const bool matches = (fault.call == call || fault.call == Call::any) && path.find(fault.part) != path.npos;
    if (!matches || ++seen_[i] != fault.nth) continue;
    verdict = fault.error == 0 ? Verdict::die : Verdict::fail;
    errno = fault.error;
  }
  return verdict;
}

bool Disk::is_full() const {
  const raw::KeepErrno keep_errno;
  return !orders_.full_file.empty() && raw::exists(orders_.full_file.c_str());
}

// ---- what is in files

int Disk::open(int folder, const char* path, int flags, mode_t mode) {
  const std::string full = path_of(folder, path);
  if ((flags & (O_CREAT | O_TRUNC)) == 0 || !holds(full)) return raw::open_at(folder, path, flags, mode);
  const std::lock_guard hold{mutex_};
  const bool is_new = !raw::exists(full.c_str());
  int file = -1;
  if (!is_new) {
    file = raw::open_at(folder, path, flags & ~O_TRUNC, mode);
  } else if (change_name(full, [&] { return (file = raw::open_at(folder, path, flags, mode)) < 0 ? -1 : 0; }) != 0) {
    return -1;
  }
  if (file < 0) return file;
  if (const auto open = look(file)) {
    if (is_new) notes_.add(NoteKind::create, open->inode, 0, full);
    if ((flags & O_TRUNC) != 0 && open->size > 0) truncate_open(file, *open, 0);
  }
  return file;
}

// Sectors are noted as they were, and so is the size where it grows. What fills a journal's spare is not worth megabytes.
void Disk::note_write(int file, const OpenFile& open, std::string_view bytes, std::uint64_t offset) {
  const std::uint64_t first = sector_start(offset);
  const std::uint64_t end = sector_start(offset + bytes.size() + sector_size - 1);
  const std::string was = read_padded(file, first, end - first);
  if (all_zero(was) && all_zero(bytes))
    notes_.add(NoteKind::zeros, open.inode, first, std::to_string(was.size()));
  else
    notes_.add(NoteKind::write, open.inode, first, was);
  if (offset + bytes.size() > open.size) notes_.add(NoteKind::resize, open.inode, open.size);
}

ssize_t Disk::write_at(int file, const OpenFile& open, std::string_view bytes, std::uint64_t offset) {
  const Verdict verdict = judge(Call::write, open.path);
  if (verdict == Verdict::fail) return -1;
  if (offset + bytes.size() > std::max(open.size, open.room) && is_full()) {
    errno = ENOSPC;
    return -1;
  }
  note_write(file, open, bytes, offset);
  if (verdict == Verdict::die) bytes = first_part(bytes, offset, chance_());
  const ssize_t written = raw::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (verdict == Verdict::die) die();
  return written;
}

ssize_t Disk::pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  const std::lock_guard hold{mutex_};
  const auto open = look(file);
  if (!open) return raw::pwrite(file, bytes, size, offset);
  return write_at(file, *open, {static_cast<const char*>(bytes), size}, static_cast<std::uint64_t>(offset));
}

ssize_t Disk::write(int file, const void* bytes, std::size_t size) {
  if (!look(file)) return raw::write(file, bytes, size);  // also what waits, such as a pipe
  const std::lock_guard hold{mutex_};
  const auto open = look(file);
  const bool appends = (::fcntl(file, F_GETFL) & O_APPEND) != 0;
  const auto offset = appends ? static_cast<off_t>(open->size) : ::lseek(file, 0, SEEK_CUR);
  const ssize_t written = write_at(file, *open, {static_cast<const char*>(bytes), size}, static_cast<std::uint64_t>(offset));
  if (written > 0) ::lseek(file, offset + written, SEEK_SET);
  return written;
}

int Disk::truncate_open(int file, const OpenFile& open, std::uint64_t size) {
  if (size < open.size) {
    const std::uint64_t first = sector_start(size);
    const std::uint64_t end = sector_start(open.size + sector_size - 1);
    std::string cut = read_padded(file, first, end - first);
    // The spare of a journal is zeros, megabytes of them.
    cut.resize((cut.find_last_not_of('\0') + sector_size) / sector_size * sector_size);
    if (!cut.empty()) notes_.add(NoteKind::write, open.inode, first, cut);
  }
  if (size != open.size) notes_.add(NoteKind::resize, open.inode, open.size);
  return raw::truncate(file, static_cast<off_t>(size));
}

int Disk::truncate(int file, off_t size) {
  const std::lock_guard hold{mutex_};
  const auto open = look(file);
  if (!open) return raw::truncate(file, size);
  const Verdict verdict = judge(Call::write, open->path);
  if (verdict == Verdict::fail) return -1;
  const int done = truncate_open(file, *open, static_cast<std::uint64_t>(size));
  if (verdict == Verdict::die) die();
  return done;
}

int Disk::allocate(int file, int mode, off_t offset, off_t size) {
  const std::lock_guard hold{mutex_};
  const auto open = look(file);
  if (!open) return raw::allocate(file, mode, offset, size);
  const Verdict verdict = judge(Call::allocate, open->path);
  if (verdict == Verdict::fail) return -1;
  if (is_full()) {
    errno = ENOSPC;
    return -1;
  }
  const bool grows = (mode & FALLOC_FL_KEEP_SIZE) == 0 && static_cast<std::uint64_t>(offset + size) > open->size;
  if (grows) notes_.add(NoteKind::resize, open->inode, open->size);
  const int done = raw::allocate(file, mode, offset, size);
  if (verdict == Verdict::die) die();
  return done;
}

// ---- flushes

void Disk::flush_takes_time() {
  std::uint64_t wait_us = 0;
  {
    const std::lock_guard hold{mutex_};
    if (orders_.flush_us > 0) wait_us = chance_() % orders_.flush_us;
  }
  const timespec wait{static_cast<time_t>(wait_us / 1'000'000), static_cast<long>(wait_us % 1'000'000 * 1'000)};
  ::nanosleep(&wait, nullptr);
}

// Planted mistakes are of the disk under the events only.
void Disk::settle(NoteKind kind, const OpenFile& open, std::uint64_t before) {
  const bool of_events = open.path.find("/data/journal/") != open.path.npos;
  if (of_events && kind == NoteKind::flush && orders_.plant == Plant::lying_flush && chance_() % 2 == 0) return;
  if (of_events && kind == NoteKind::flush && orders_.plant == Plant::early_flush)
    std::swap(before, late_[open.inode]);  // the flush before this one is made good
  notes_.add(kind, open.inode, before);
}

int Disk::flush(int file) {
  const auto open = look(file);
  if (!open) return raw::flush_all(file);
  std::uint64_t before = 0;
  {
    const std::lock_guard hold{mutex_};
    before = notes_.end();
  }
  flush_takes_time();
  const std::lock_guard hold{mutex_};
  switch (judge(Call::flush, open->path)) {
    case Verdict::die: die();
    case Verdict::fail: settle(NoteKind::failed_flush, *open, before); return -1;
    case Verdict::go_on: break;
  }
  if (open->is_folder)
    notes_.add(NoteKind::sync_folder, 0, 0, open->path);
  else
    settle(NoteKind::flush, *open, before);
  return 0;
}

// ---- names

template <class Change>
int Disk::change_name(const std::string& path, Change&& change) {
  const Verdict verdict = judge(Call::name, path);
  if (verdict == Verdict::fail) return -1;
  if (verdict == Verdict::die && chance_() % 2 == 0) die();
  const int done = change();
  if (verdict == Verdict::die) die();
  return done;
}

int Disk::rename(const char* from, const char* to) {
  if (!holds(from)) return raw::rename(from, to);
  const std::lock_guard hold{mutex_};
  struct stat about{};
  (void)::lstat(from, &about);
  const std::string kept = notes_.keep(to);
  const int done = change_name(to, [&] { return raw::rename(from, to); });
  if (done == 0) notes_.add(NoteKind::rename, about.st_ino, 0, std::string{from} + "\n" + to + "\n" + kept);
  return done;
}

int Disk::link(const char* from, const char* to) {
  if (!holds(to)) return raw::link(from, to);
  const std::lock_guard hold{mutex_};
  struct stat about{};
  (void)::lstat(from, &about);
  const int done = change_name(to, [&] { return raw::link(from, to); });
  if (done == 0) notes_.add(NoteKind::create, about.st_ino, 0, to);
  return done;
}

int Disk::remove(int folder, const char* path, int flags) {
  const std::string full = path_of(folder, path);
  if (!holds(full)) return raw::remove_at(folder, path, flags);
  const std::lock_guard hold{mutex_};
  struct stat about{};
  (void)::lstat(full.c_str(), &about);
  const std::string kept = (flags & AT_REMOVEDIR) == 0 ? notes_.keep(full) : std::string{};
  const int done = change_name(full, [&] { return raw::remove_at(folder, path, flags); });
  if (done == 0 && !kept.empty()) notes_.add(NoteKind::remove, about.st_ino, 0, full + "\n" + kept);
  return done;
}

int Disk::make_folder(const char* path, mode_t mode) {
  if (!holds(path)) return raw::make_folder(path, mode);
  const std::lock_guard hold{mutex_};
  const int done = change_name(path, [&] { return raw::make_folder(path, mode); });
  struct stat about{};
  if (done == 0 && ::lstat(path, &about) == 0) notes_.add(NoteKind::create, about.st_ino, 0, path);
  return done;
}

}  // namespace mohur::baddisk
