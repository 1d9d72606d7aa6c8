#include "observe/log.hpp"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

namespace mohur::observe {
namespace {

constexpr std::size_t longest_text = 256;

void append_text(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text.substr(0, longest_text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      // Whoever reads the log sees ASCII only, whatever bytes were given.
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

struct AppendValue {
  std::string& out;
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(std::uint64_t number) const { append_number(out, number); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(std::string_view text) const { append_text(out, text); }
};

void append_field(std::string& out, const Field& field) {
  out += ',';
  append_text(out, field.name);
  out += ':';
  std::visit(AppendValue{out}, field.value);
}

std::string begin_line(Time at, Level level, std::string_view room, std::string_view event) {
  std::string line;
  line.reserve(192);
  line += R"({"at":")";
  append_rfc3339(line, at);
  line += '"';
  append_field(line, {"level", to_token(level)});
  append_field(line, {"room", room});
  append_field(line, {"event", event});
  return line;
}

}  // namespace

std::string_view to_token(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
  }
  return "error";
}

Logger::Logger(int descriptor, Clock& clock, LogOptions options) : descriptor_(descriptor), clock_(clock), options_(options) {}

Logger::~Logger() { flush_counts(); }

void Logger::log(Level level, std::string_view room, std::string_view event, std::initializer_list<Field> fields) {
  if (level < options_.lowest) return;
  const Time at = clock_.now();
  std::uint64_t suppressed = 0;
  {
    std::string name{room};
    name += '.';
    name += event;
    const std::lock_guard lock{mutex_};
    Flow& flow = flows_[std::move(name)];
    if (!admit(flow, level, at)) return;
    suppressed = std::exchange(flow.suppressed, 0);
  }
  std::string line = begin_line(at, level, room, event);
  for (const Field& field : fields) append_field(line, field);
  if (suppressed > 0) append_field(line, {"suppressed", suppressed});
  line += "}\n";
  write_line(line);
}

void Logger::flush_counts() {
  const Time at = clock_.now();
  std::string lines;
  {
    const std::lock_guard lock{mutex_};
    for (auto& [name, flow] : flows_) {
      if (flow.suppressed == 0) continue;
      const std::size_t dot = name.find('.');
      lines += begin_line(at, flow.level, std::string_view{name}.substr(0, dot), std::string_view{name}.substr(dot + 1));
      append_field(lines, {"suppressed", std::exchange(flow.suppressed, 0)});
      lines += "}\n";
    }
  }
  if (!lines.empty()) write_line(lines);
}

// Counts one more line of this flow, and says whether it may be written.
bool Logger::admit(Flow& flow, Level level, Time at) const {
  if (flow.second != at.unix_s()) {
    flow.second = at.unix_s();
    flow.written = 0;
  }
  flow.level = level;
  if (flow.written >= options_.lines_per_second) {
    ++flow.suppressed;
    return false;
  }
  ++flow.written;
  return true;
}

// A log that cannot be written is no reason to stop: the line is lost.
void Logger::write_line(const std::string& line) const {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace mohur::observe
