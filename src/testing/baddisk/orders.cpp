#include "baddisk/orders.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace mohur::baddisk {
namespace {

bool set(std::uint64_t& number, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string_view take_part(std::string_view& text) {
  const std::size_t end = std::min(text.find(':'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool set(Fault& fault, std::string_view text, bool fails) {
  const auto call = from_token<Call>(take_part(text));
  fault.part = take_part(text);
  const bool counted = call && set(fault.nth, take_part(text)) && fault.nth > 0;
  if (counted) fault.call = *call;
  if (fails) fault.error = text == "io" ? EIO : text == "full" ? ENOSPC : 0;
  return counted && (fails ? fault.error != 0 : text.empty());
}

bool set(Orders& orders, std::string_view name, std::string_view value) {
  if (name == "seed") return set(orders.seed, value);
  if (name == "flush_us") return set(orders.flush_us, value);
  if (name == "fail" || name == "die") return set(orders.faults.emplace_back(), value, name == "fail");
  if (name == "plant") {
    const auto plant = from_token<Plant>(value);
    if (plant) orders.plant = *plant;
    return plant.has_value();
  }
  (name == "disk" ? orders.disk : name == "notes" ? orders.notes : orders.full_file) = value;
  return !value.empty();
}

}  // namespace

Result<Orders> parse_orders(std::span<char* const> words) {
  Orders orders;
  for (const std::string_view word : words) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string name{word.substr(0, equals)};
    constexpr std::string_view known[] = {"disk", "notes", "seed", "flush_us", "full", "fail", "die", "plant"};
    if (std::ranges::find(known, name) == std::end(known)) return refuse(Outcome::field_unknown, name, "There is no " + name);
    if (!set(orders, name, word.substr(std::min(equals + 1, word.size()))))
      return refuse(Outcome::field_malformed, name, std::string{word} + " is not of the form in orders.hpp");
  }
  if (orders.disk.empty() || orders.notes.empty()) return refuse(Outcome::field_missing, "disk", "Say disk= and notes=");
  return orders;
}

}  // namespace mohur::baddisk
