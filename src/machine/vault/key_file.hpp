// The vault's own file: every subject's data key, wrapped, in one append-only file of fixed records; for this room only.
//
// Bytes    header  = magic[16] version:u32 record_size:u32 kek_check[32] zero[64] checksum[8]          128 bytes
//          record  = kind:u32 zero[4] batch:u64 subject[16] wrapped[60] zero[28] checksum[8]           128 bytes
//          kind    = 1 (a key) | 2 (erased: wrapped is all zeros)
//          Integers are little-endian. Record number n, from 0, lies at byte 128 * (n + 1). A header's checksum is the
//          first 8 bytes of SHA-256 of its first 120; a record's, of its number as u64 and then its first 120.
//          docs/formats/vault.md has a worked example.
// Tearing  128 divides a disk's sector, so that a record overwritten in place is either the old one or the new one.
//          `batch` is the number of the first record that was flushed together with this one: whatever lies before it was
//          durable when this was written. So a bad record that a later batch follows is damage, and is refused; a bad
//          record in the last batch was never promised to anybody, and the file is cut there.
// Threads  None of its own: the vault calls it under a lock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/sealed.hpp"
#include "crypto/sha256.hpp"
#include "vault/file.hpp"

namespace mohur::vault {

// Nonce, encrypted data key and tag: 12 + 32 + 16 bytes.
using WrappedKey = std::array<char, 60>;

struct KeyRecord {
  SubjectId subject;
  WrappedKey wrapped{};  // all zeros when erased
  bool erased = false;
};

class KeyFile {
 public:
  static constexpr std::size_t record_size = 128;

  // Opens or creates `<folder>/keys`, hands each record to `take` in order of number, and cuts a torn tail.
  // `kek_check` is a value that only the right key-encryption key gives; it says nothing about the key.
  // Refuses credential_invalid for another key's vault, data_damaged, io_failed, and a file that another process holds.
  static Result<KeyFile> open(const std::string& folder, const crypto::Hash256& kek_check,
                              const std::function<void(const KeyRecord&)>& take);

  // Claims the disk's room for records that are not written yet; storage_full where there is none, and nothing happened.
  Result<void> claim(std::uint64_t from, std::uint64_t to) const;
  // Durable when this returns. After one failure every later call fails too: what reached the disk is then unknown.
  Result<void> append(std::span<const KeyRecord> records);
  // Overwrites the record in place, so that its wrapped key is no longer in the file. Durable when this returns.
  Result<void> erase(std::uint64_t number, SubjectId subject);

  std::uint64_t count() const { return count_; }
  // How many bytes were cut from a torn tail when the file was opened.
  std::uint64_t cut_bytes() const { return cut_bytes_; }

 private:
  explicit KeyFile(File file) : file_(std::move(file)) {}
  static Result<File> create(const std::string& folder, const crypto::Hash256& kek_check);
  Result<void> check_header(const crypto::Hash256& kek_check) const;
  Result<void> load(const std::function<void(const KeyRecord&)>& take);
  Result<void> write_last_again();
  Result<void> write(std::uint64_t number, std::string_view bytes);

  File file_;
  std::uint64_t count_ = 0;
  std::uint64_t cut_bytes_ = 0;
  bool failed_ = false;
};

}  // namespace mohur::vault
