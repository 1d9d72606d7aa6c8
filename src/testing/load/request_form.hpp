// The bytes of a request with places in it that hold another number in each call, such as an idempotency key.
//
// Form     Each run of sixteen `@` is a place; all places of one call hold the same sixteen hexadecimal digits, so that lengths
//          never change and nothing is composed anew.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mohur::load {

class RequestForm {
 public:
  // Numbers count up from `first`.
  RequestForm(std::string text, std::uint64_t first);

  // The bytes of the next call; valid until the call after it.
  std::string_view next();
  std::size_t places() const { return places_.size(); }

  static constexpr std::string_view place = "@@@@@@@@@@@@@@@@";

 private:
  std::string text_;
  std::vector<std::size_t> places_;
  std::uint64_t number_;
};

}  // namespace mohur::load
