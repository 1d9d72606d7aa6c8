// Moments and spans of time, in nanoseconds, and the one way in which a program may ask for the present.
//
// Units    Time: nanoseconds since 1970-01-01T00:00:00Z, UTC, leap seconds smeared by the host. Duration: nanoseconds.
// Range    Time covers the years 1970 to 2262; text form is RFC 3339 with milliseconds, as in the HTTP API.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mohur {

struct Duration {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator*(std::int64_t times) const { return {ns * times}; }
  constexpr Duration operator+(Duration other) const { return {ns + other.ns}; }
  constexpr Duration operator-(Duration other) const { return {ns - other.ns}; }
};

constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return minutes(n * 60); }
constexpr Duration days(std::int64_t n) { return hours(n * 24); }

struct Time {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Time&) const = default;
  constexpr Time operator+(Duration d) const { return {ns + d.ns}; }
  constexpr Time operator-(Duration d) const { return {ns - d.ns}; }
  constexpr Duration operator-(Time other) const { return {ns - other.ns}; }
  constexpr std::int64_t unix_ms() const { return ns / 1'000'000; }
  constexpr std::int64_t unix_s() const { return ns / 1'000'000'000; }
};

// `2026-11-22T06:30:00.000Z`, always 24 characters.
std::string to_rfc3339(Time at);
void append_rfc3339(std::string& out, Time at);

// Accepts `2026-11-22T06:30:00Z`, up to nine digits of fraction, and a numeric offset instead of `Z`; nothing else.
std::optional<Time> parse_rfc3339(std::string_view text);

// Who needs the present is handed a Clock; no other call for the time exists outside its implementations.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;
};

}  // namespace mohur
