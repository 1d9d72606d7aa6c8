// Finds the status and the end of each HTTP answer in the bytes of a connection.
//
// Limits   Answers are framed by Content-Length or have no body; anything else is `broken`. One call is under way at a time, so
//          bytes behind an answer are `broken` too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mohur::load {

class AnswerReader {
 public:
  enum class Step : std::uint8_t { need_more, complete, broken };

  // Takes what has come. After `complete` the next byte begins another answer.
  Step take(std::string_view bytes);

  int status() const { return status_; }                // of the answer that is complete
  std::size_t size() const { return size_; }            // of that answer, head and body
  const std::string& text() const { return pending_; }  // of that answer, where it came in pieces or is not 2xx

 private:
  Step measure(std::string_view bytes);

  std::string pending_;  // the front of an answer that is not whole yet
  bool begun_ = false;
  int status_ = 0;
  std::size_t size_ = 0;  // 0: the head is not whole yet
};

}  // namespace mohur::load
