// Where the dispatcher stands in the journal, durably: the frame that it is about to carry out.
//
// Note     Made before anything of the frame is sent. After a crash the frame that was noted last may have been carried out or
//          not, so it is asked about; frames behind it were never begun.
// Bytes    file `cursor`: two slots of 4096 bytes, written in turn, so that a torn write spoils only the newer one.
//            slot = "mohurcur", number u64, first u64, last u64, SHA-256 of these 32 bytes, zeros to the end
//          Little-endian. The valid slot with the higher number counts. docs/formats/rails.md has an example.
// Errors   data_damaged: no slot is valid; io_failed, storage_full from the file.
#pragma once

#include <memory>
#include <string>

#include "journal/files.hpp"
#include "journal/position.hpp"

namespace mohur::rails {

// The positions of a frame's first and last event; `first` follows `last` when nothing is in hand.
struct InHand {
  journal::JournalPosition first{1};
  journal::JournalPosition last;
  bool operator==(const InHand&) const = default;
};

class Cursor {
 public:
  // Makes the file with `at_first` where there is none. The caller keeps `files` alive.
  static Result<Cursor> open(const std::string& folder, const InHand& at_first,
                             journal::FileLayer& files = journal::posix_files());

  const InHand& noted() const { return noted_; }
  // Durable when it answers: one write, one flush.
  Result<void> note(const InHand& in_hand);

 private:
  explicit Cursor(std::unique_ptr<journal::File> file) : file_(std::move(file)) {}
  Result<void> read();

  std::unique_ptr<journal::File> file_;
  std::uint64_t number_ = 0;  // of the newest slot
  InHand noted_;
};

}  // namespace mohur::rails
