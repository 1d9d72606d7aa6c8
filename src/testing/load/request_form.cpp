#include "load/request_form.hpp"

#include <algorithm>
#include <utility>

namespace mohur::load {

RequestForm::RequestForm(std::string text, std::uint64_t first) : text_(std::move(text)), number_(first) {
  for (std::size_t at = text_.find(place); at != std::string::npos; at = text_.find(place, at + place.size()))
    places_.push_back(at);
}

std::string_view RequestForm::next() {
  static constexpr char hex[] = "0123456789abcdef";
  char digits[place.size()];
  for (std::size_t i = 0; i < place.size(); ++i) digits[i] = hex[number_ >> (60 - 4 * i) & 15];
  for (const std::size_t at : places_) std::copy(std::begin(digits), std::end(digits), text_.begin() + static_cast<long>(at));
  ++number_;
  return text_;
}

}  // namespace mohur::load
