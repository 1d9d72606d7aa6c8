// Watches events by what docs/ARCHITECTURE.md says, without asking the code: sequences run 1, 2, 3; states move along arrows.
#pragma once

#include <string>

#include "kernel/event.hpp"

namespace mohur::kernel {

class Watch {
 public:
  // What is wrong with this event after all those before it; empty when nothing is.
  std::string see(const Event& event);

 private:
  struct Seen {
    std::uint32_t sequence = 0;
    std::string_view status;
    Time created_at, updated_at;
    ClientId client;
    Mode mode = Mode::test;
  };
  template <class T>
  std::string see(const T& object);
  boost::unordered_flat_map<std::pair<std::uint32_t, Key128>, Seen> seen_;  // by kind and key: some go by their client's
};

// Whether the table of states has this arrow; `from` is empty for a new object.
bool is_legal(std::string_view noun, std::string_view from, std::string_view to);

}  // namespace mohur::kernel
