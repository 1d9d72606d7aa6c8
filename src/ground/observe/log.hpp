// A log is a stream of JSON lines: what happened, in which room, with a few plain facts.
//
// Line     {"at":"2026-11-22T06:30:00.000Z","level":"warn","room":"net","event":"accept_failed","errno":24}
// Words    `room`, `event` and field names are literals in snake_case: they can be searched for and counted.
// Never    personal data, bodies, secrets or card numbers: a field holds a number, a token, an id of ours or a literal.
// Floods   Of one room's event at most `lines_per_second` lines are written in a second; the rest is counted, and the next
//          line of that event (or flush_counts) carries the count as "suppressed".
// Threads  Any. A line is one write to the descriptor, so lines of several threads do not mix.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.hpp"

namespace mohur::observe {

enum class Level : std::uint8_t { debug, info, warn, error };

struct Field {
  std::string_view name;
  std::variant<std::int64_t, std::uint64_t, bool, std::string_view> value;

  Field(std::string_view field_name, std::same_as<bool> auto flag) : name(field_name), value(flag) {}
  Field(std::string_view field_name, std::signed_integral auto number) : name(field_name), value(std::int64_t{number}) {}
  Field(std::string_view field_name, std::unsigned_integral auto number)
    requires(!std::same_as<decltype(number), bool>)
      : name(field_name), value(std::uint64_t{number}) {}
  // Text is cut after 256 bytes.
  Field(std::string_view field_name, std::convertible_to<std::string_view> auto const& text)
      : name(field_name), value(std::string_view{text}) {}
};

struct LogOptions {
  Level lowest = Level::info;  // what stands below is not written
  unsigned lines_per_second = 20;
};

// Who logs is handed a Logger; there is no global one. The descriptor stays the caller's, and stays open for as long.
class Logger {
 public:
  Logger(int descriptor, Clock& clock, LogOptions options = {});
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;
  ~Logger();

  void log(Level level, std::string_view room, std::string_view event, std::initializer_list<Field> fields = {});
  void debug(std::string_view room, std::string_view event, std::initializer_list<Field> fields = {}) {
    log(Level::debug, room, event, fields);
  }
  void info(std::string_view room, std::string_view event, std::initializer_list<Field> fields = {}) {
    log(Level::info, room, event, fields);
  }
  void warn(std::string_view room, std::string_view event, std::initializer_list<Field> fields = {}) {
    log(Level::warn, room, event, fields);
  }
  void error(std::string_view room, std::string_view event, std::initializer_list<Field> fields = {}) {
    log(Level::error, room, event, fields);
  }

  // Writes a line for every event whose lines were held back and not yet accounted for.
  void flush_counts();

 private:
  // What was seen of one room's event in the running second.
  struct Flow {
    Level level = Level::info;
    std::int64_t second = 0;
    unsigned written = 0;
    std::uint64_t suppressed = 0;
  };

  bool admit(Flow& flow, Level level, Time at) const;
  void write_line(const std::string& line) const;

  const int descriptor_;
  Clock& clock_;
  const LogOptions options_;
  std::mutex mutex_;
  std::map<std::string, Flow, std::less<>> flows_;  // by "room.event"
};

std::string_view to_token(Level level);

}  // namespace mohur::observe
