// A server process that the demo started: its facts, its signals, its end.
#pragma once

#include <sys/types.h>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace mohur::app {

class Child {
 public:
  // Starts `program` with these arguments; `environment` goes before what this process was given. Standard output is read by
  // facts().
  static Result<Child> start(const std::string& program, const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  // ends the process if it still runs

  // Reads `name value` lines until one of this name has come. Errors: io_failed when the output ends before it.
  Result<void> read_facts_until(const std::string& name);
  const std::vector<std::string>& facts(const std::string& name) { return facts_[name]; }

  // Everything that it still prints, up to its end.
  std::string read_rest();
  pid_t pid() const { return pid_; }
  void send(int signal) const;
  int wait();  // exit status, or 128 + the signal that ended it

 private:
  Child(pid_t pid, int output) : pid_(pid), output_(output) {}
  pid_t pid_;
  int output_;
  std::string rest_;
  std::map<std::string, std::vector<std::string>> facts_;
};

}  // namespace mohur::app
