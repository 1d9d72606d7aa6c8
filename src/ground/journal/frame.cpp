#include "journal/frame.hpp"

#include <utility>

#include "base/assert.hpp"
#include "journal/little_endian.hpp"

namespace mohur::journal {

FrameBuilder::FrameBuilder(std::string memory) : bytes_(std::move(memory)) {
  bytes_.clear();
  bytes_.resize(frame_header_size, '\0');
}

std::string& FrameBuilder::begin_record() {
  MOHUR_ASSERT(record_at_ == 0);
  record_at_ = bytes_.size();
  bytes_.append(record_length_size, '\0');
  return bytes_;
}

void FrameBuilder::end_record() {
  MOHUR_ASSERT(record_at_ != 0 && bytes_.size() >= record_at_ + record_length_size);
  MOHUR_ASSERT(payload_size() <= max_payload_size);
  put(bytes_.data() + record_at_, static_cast<std::uint32_t>(bytes_.size() - record_at_ - record_length_size));
  record_at_ = 0;
  ++count_;
}

void FrameBuilder::add(std::string_view record) {
  begin_record() += record;
  end_record();
}

void Frame::set_mark(WriteMark mark) {
  const std::string_view text = end_mark(mark);
  bytes_.replace(bytes_.size() - text.size(), text.size(), text);
}

RecordView FrameView::Iterator::operator*() const {
  const auto size = get<std::uint32_t>({at_, record_length_size}, 0);
  return {position_, {at_ + record_length_size, size}};
}

FrameView::Iterator& FrameView::Iterator::operator++() {
  at_ += record_length_size + get<std::uint32_t>({at_, record_length_size}, 0);
  ++position_;
  return *this;
}

FrameView::Iterator FrameView::Iterator::operator++(int) {
  const Iterator before = *this;
  ++*this;
  return before;
}

}  // namespace mohur::journal
