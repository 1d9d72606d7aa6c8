#include "load/answer_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace mohur::load {
namespace {

// Faster than std::string_view::find where the text is long.
std::size_t find(std::string_view text, std::string_view wanted) {
  const void* const found = ::memmem(text.data(), text.size(), wanted.data(), wanted.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// The number that stands at the front of `text`, or -1.
long number_at(std::string_view text) {
  long number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? number : -1;
}

}  // namespace

AnswerReader::Step AnswerReader::take(std::string_view bytes) {
  if (!begun_) {
    begun_ = true;
    size_ = 0;
    pending_.clear();
    const Step step = measure(bytes);
    if (step == Step::complete && status_ >= 200 && status_ < 300) {
      begun_ = false;
      return step;
    }
    pending_ = bytes;
    begun_ = step == Step::need_more;
    return step;
  }
  pending_ += bytes;
  const Step step = measure(pending_);
  begun_ = step == Step::need_more;
  return step;
}

AnswerReader::Step AnswerReader::measure(std::string_view bytes) {
  constexpr std::string_view version = "HTTP/1.1 ";
  constexpr std::string_view length = "\r\nContent-Length: ";
  if (size_ == 0) {
    if (bytes.substr(0, version.size()) != version.substr(0, bytes.size())) return Step::broken;
    const std::size_t end = find(bytes, "\r\n\r\n");
    if (end == std::string_view::npos) return Step::need_more;
    const std::string_view head = bytes.substr(0, end);
    status_ = static_cast<int>(number_at(head.substr(version.size())));
    const std::size_t at = find(head, length);
    const long body = at == std::string_view::npos ? 0 : number_at(head.substr(at + length.size()));
    if (status_ < 200 || body < 0) return Step::broken;
    size_ = end + 4 + static_cast<std::size_t>(body);
  }
  if (bytes.size() == size_) return Step::complete;
  return bytes.size() < size_ ? Step::need_more : Step::broken;
}

}  // namespace mohur::load
