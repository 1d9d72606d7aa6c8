#include "vault/key_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/assert.hpp"

namespace mohur::vault {
namespace {

using crypto::Hash256;
using crypto::sha256;

constexpr std::size_t size = KeyFile::record_size;
constexpr std::size_t checksum_size = 8;
constexpr std::size_t checked_size = size - checksum_size;
constexpr std::string_view magic = "mohur-vault-keys";
constexpr std::uint32_t version = 1;
constexpr std::uint32_t kind_key = 1;
constexpr std::uint32_t kind_erased = 2;

template <class Integer>
void put(std::string& out, Integer value) {
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> 8 * i & 0xff);
}

template <class Integer>
Integer get(std::string_view bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) value |= Integer{static_cast<std::uint8_t>(bytes[i])} << 8 * i;
  return value;
}

// Zeros up to the checksum, then the checksum: over the record's number too, so that a record is only good in its place.
void finish(std::string& out, std::size_t start, std::string_view number) {
  out.resize(start + checked_size, '\0');
  std::string checked{number};
  checked.append(out, start);
  out += sha256(checked).view().substr(0, checksum_size);
}

std::string header_of(const Hash256& kek_check) {
  std::string out{magic};
  put(out, version);
  put(out, static_cast<std::uint32_t>(size));
  out += kek_check.view();
  finish(out, 0, {});
  return out;
}

void put_record(std::string& out, std::uint64_t number, std::uint64_t batch, const KeyRecord& record) {
  const std::size_t start = out.size();
  put(out, record.erased ? kind_erased : kind_key);
  put(out, std::uint32_t{0});
  put(out, batch);
  out += record.subject.value.to_bytes();
  if (!record.erased) out.append(record.wrapped.data(), record.wrapped.size());
  std::string place;
  put(place, number);
  finish(out, start, place);
}

struct Read {
  KeyRecord record;
  std::uint64_t batch;
};

std::optional<Read> read_record(std::string_view bytes, std::uint64_t number) {
  if (bytes.size() != size) return std::nullopt;
  const std::uint32_t kind = get<std::uint32_t>(bytes);
  if (kind != kind_key && kind != kind_erased) return std::nullopt;
  Read read{{{*Key128::from_bytes(bytes.substr(16, 16))}, {}, kind == kind_erased}, get<std::uint64_t>(bytes.substr(8))};
  bytes.copy(read.record.wrapped.data(), read.record.wrapped.size(), 32);
  // A good record is exactly what would be written for it, checksum and all.
  std::string expected;
  put_record(expected, number, read.batch, read.record);
  if (bytes != expected || read.batch > number) return std::nullopt;
  return read;
}

std::unexpected<Refusal> refuse_damage(const File& file, std::uint64_t number) {
  return refuse(Outcome::data_damaged, {},
                file.path() + ": record " + std::to_string(number) + " at byte " + std::to_string(size * (number + 1)) +
                    " is damaged; restore the file from a backup.");
}

}  // namespace

// Written under another name and moved into place, so that a crash leaves a whole header or no file.
Result<File> KeyFile::create(const std::string& folder, const Hash256& kek_check) {
  const std::string unfinished = folder + "/keys.new";
  const std::string path = folder + "/keys";
  MOHUR_TRY_SET(file, File::open(unfinished, O_RDWR | O_CREAT | O_TRUNC));
  MOHUR_TRY(file.write_at(0, header_of(kek_check)));
  MOHUR_TRY(file.sync());
  if (::rename(unfinished.c_str(), path.c_str()) != 0) return refuse_errno(path);
  MOHUR_TRY(sync_folder(folder));
  return File::open(path, O_RDWR);
}

Result<KeyFile> KeyFile::open(const std::string& folder, const Hash256& kek_check,
                              const std::function<void(const KeyRecord&)>& take) {
  MOHUR_TRY(ensure_folder(folder));
  MOHUR_TRY_SET(found, File::open_if_there(folder + "/keys", O_RDWR));
  if (!found) {
    MOHUR_TRY_SET(created, create(folder, kek_check));
    found = std::move(created);
  }
  KeyFile keys{std::move(*found)};
  if (::flock(keys.file_.descriptor(), LOCK_EX | LOCK_NB) != 0)
    return refuse(Outcome::io_failed, {}, keys.file_.path() + " is in use by another process.");
  MOHUR_TRY(keys.check_header(kek_check));
  MOHUR_TRY(keys.load(take));
  return keys;
}

Result<void> KeyFile::check_header(const Hash256& kek_check) const {
  MOHUR_TRY_SET(header, file_.read_at(0, size));
  const std::string expected = header_of(kek_check);
  if (header == expected) return {};
  std::string own = header.substr(0, checked_size);
  finish(own, 0, {});
  if (header != own || !header.starts_with(magic))
    return refuse(Outcome::data_damaged, {}, file_.path() + ": the header is damaged.");
  const std::size_t form_size = magic.size() + 8;
  if (header.compare(0, form_size, expected, 0, form_size) != 0)
    return refuse(Outcome::data_damaged, {}, file_.path() + ": the file has a version that this server does not know.");
  return refuse(Outcome::credential_invalid, "key_encryption_key",
                "The key-encryption key is not the one that " + file_.path() + " was made with; restore the right key.");
}

Result<void> KeyFile::load(const std::function<void(const KeyRecord&)>& take) {
  constexpr std::size_t chunk_records = 8192;
  MOHUR_TRY_SET(file_size, file_.size());
  const std::uint64_t whole = file_size / size - 1;
  std::optional<std::uint64_t> bad;
  for (std::uint64_t number = 0; number < whole;) {
    const std::uint64_t in_chunk = std::min<std::uint64_t>(chunk_records, whole - number);
    MOHUR_TRY_SET(chunk, file_.read_at(size * (number + 1), size * in_chunk));
    for (std::uint64_t i = 0; i < in_chunk; ++i, ++number) {
      const auto read = read_record(std::string_view{chunk}.substr(std::min(chunk.size(), size * i), size), number);
      if (bad && read && read->batch > *bad) return refuse_damage(file_, *bad);
      if (!read && !bad) bad = number;
      if (!bad) take(read->record);
    }
  }
  count_ = bad.value_or(whole);
  cut_bytes_ = file_size - size * (count_ + 1);
  if (cut_bytes_ > 0) MOHUR_TRY(file_.truncate(size * (count_ + 1)));
  return write_last_again();
}

// Where the flush of the last batch failed in the process before, the kernel takes it for written though it is not on the
// disk. A later batch would vouch for it, so it is written again first.
Result<void> KeyFile::write_last_again() {
  if (count_ == 0) return file_.sync();
  MOHUR_TRY_SET(last, file_.read_at(size * count_, size));
  const auto read = read_record(last, count_ - 1);
  if (!read) return refuse_damage(file_, count_ - 1);
  MOHUR_TRY_SET(batch, file_.read_at(size * (read->batch + 1), size * (count_ - read->batch)));
  MOHUR_TRY(file_.write_at(size * (read->batch + 1), batch));
  return file_.sync();
}

Result<void> KeyFile::write(std::uint64_t number, std::string_view bytes) {
  if (failed_) return refuse(Outcome::io_failed, {}, file_.path() + ": an earlier write failed; restart to learn what is there.");
  failed_ = true;
  MOHUR_TRY(file_.write_at(size * (number + 1), bytes));
  MOHUR_TRY(file_.sync());
  failed_ = false;
  return {};
}

Result<void> KeyFile::claim(std::uint64_t from, std::uint64_t to) const {
  return file_.claim(size * (from + 1), size * (to - from));
}

Result<void> KeyFile::append(std::span<const KeyRecord> records) {
  std::string bytes;
  bytes.reserve(records.size() * size);
  for (std::uint64_t i = 0; i < records.size(); ++i) put_record(bytes, count_ + i, count_, records[i]);
  MOHUR_TRY(write(count_, bytes));
  count_ += records.size();
  return {};
}

Result<void> KeyFile::erase(std::uint64_t number, SubjectId subject) {
  MOHUR_ASSERT(number < count_);
  // Everything before it is durable by now, so that the record may say so of itself.
  std::string bytes;
  put_record(bytes, number, number, {subject, {}, true});
  return write(number, bytes);
}

}  // namespace mohur::vault
