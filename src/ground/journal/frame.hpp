// A batch of records on its way into the journal, and a batch read back.
//
// Shape    A FrameBuilder collects records, encoded straight into the memory that will be written. Journal::seal makes it a
//          Frame, which has its place in the chain. FrameView is what readers see.
// Units    Sizes in bytes. A frame holds at least one record and at most max_payload_size bytes of payload.
// Memory   A frame's memory is worth keeping: FrameBuilder{std::move(frame).take_memory()} begins the next in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "crypto/sha256.hpp"
#include "journal/frame_format.hpp"
#include "journal/position.hpp"

namespace mohur::journal {

class FrameBuilder {
 public:
  explicit FrameBuilder(std::string memory = {});

  // What is appended to the string between the two calls is the next record; what was in it before stays untouched.
  std::string& begin_record();
  void end_record();
  void add(std::string_view record);

  std::uint32_t count() const { return count_; }
  std::size_t payload_size() const { return bytes_.size() - frame_header_size; }

 private:
  friend class Sealer;
  std::string bytes_;
  std::size_t record_at_ = 0;  // where the open record's length stands; 0 while none is open
  std::uint32_t count_ = 0;
};

// Sealed: positions, hash and the place in the files are fixed. Only Journal makes one.
class Frame {
 public:
  JournalPosition first() const { return first_; }
  JournalPosition last() const { return last_; }
  const crypto::Hash256& hash() const { return hash_; }
  std::string_view bytes() const { return bytes_; }
  std::string take_memory() && { return std::move(bytes_); }

 private:
  friend class Sealer;
  friend class SegmentWriter;
  void set_mark(WriteMark mark);

  std::string bytes_;
  JournalPosition first_;
  JournalPosition last_;
  crypto::Hash256 hash_;
  crypto::Hash256 previous_hash_;
  std::uint64_t offset_ = 0;  // in its segment
  bool opens_segment_ = false;
};

struct RecordView {
  JournalPosition position;
  std::string_view bytes;
};

// Checked and readable. It looks into its reader's memory: valid until the reader's next step.
class FrameView {
 public:
  FrameView(JournalPosition first, std::uint32_t count, std::string_view payload, const crypto::Hash256& hash)
      : first_(first), count_(count), payload_(payload), hash_(hash) {}

  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = RecordView;

    Iterator() = default;
    Iterator(const char* at, JournalPosition position) : at_(at), position_(position) {}
    RecordView operator*() const;
    Iterator& operator++();
    Iterator operator++(int);
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const char* at_ = nullptr;
    JournalPosition position_;
  };

  JournalPosition first() const { return first_; }
  JournalPosition last() const { return {first_.value + count_ - 1}; }
  std::uint32_t count() const { return count_; }
  const crypto::Hash256& hash() const { return hash_; }
  Iterator begin() const { return {payload_.data(), first_}; }
  Iterator end() const { return {payload_.data() + payload_.size(), last().next()}; }

 private:
  JournalPosition first_;
  std::uint32_t count_;
  std::string_view payload_;
  crypto::Hash256 hash_;
};

static_assert(std::forward_iterator<FrameView::Iterator>);

}  // namespace mohur::journal
