#include "app/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstring>

namespace mohur::app {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view name_of(std::string_view variable) { return variable.substr(0, variable.find('=')); }

}  // namespace

Result<Child> Child::start(const std::string& program, const std::vector<std::string>& arguments,
                           const std::vector<std::string>& environment) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return refuse(Outcome::io_failed, {}, std::string{"pipe: "} + std::strerror(errno));
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings = environment;
  for (char** at = environ; *at != nullptr; ++at)
    if (std::ranges::none_of(environment, [&](const std::string& given) { return name_of(given) == name_of(*at); }))
      settings.emplace_back(*at);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int failed =
      ::posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers_to(words).data(), pointers_to(settings).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(ends[1]);
  if (failed == 0) return Child{pid, ends[0]};
  ::close(ends[0]);
  return refuse(Outcome::io_failed, {}, program + ": " + std::strerror(failed));
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      output_(std::exchange(other.output_, -1)),
      rest_(std::move(other.rest_)),
      facts_(std::move(other.facts_)) {}

Child::~Child() {
  if (pid_ != 0) {
    send(SIGTERM);
    wait();
  }
  if (output_ >= 0) ::close(output_);
}

Result<void> Child::read_facts_until(const std::string& name) {
  while (true) {
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      const std::string line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      const std::size_t space = line.find(' ');
      if (space == std::string::npos) continue;
      facts_[line.substr(0, space)].push_back(line.substr(space + 1));
      if (line.substr(0, space) == name) return {};
    }
    char buffer[4'096];
    const ssize_t size = ::read(output_, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return refuse(Outcome::io_failed, {}, "The server ended before it said `" + name + "`.");
    rest_.append(buffer, static_cast<std::size_t>(size));
  }
}

std::string Child::read_rest() {
  char buffer[4'096];
  for (ssize_t size = 0; (size = ::read(output_, buffer, sizeof buffer)) > 0;)
    rest_.append(buffer, static_cast<std::size_t>(size));
  return std::exchange(rest_, {});
}

void Child::send(int signal) const { ::kill(pid_, signal); }

int Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mohur::app
