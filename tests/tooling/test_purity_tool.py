"""tools/purity.py names whatever a pure room asks of the world, and nothing that is plain computing."""
import pytest

PURE = """
#include <algorithm>
#include <charconv>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>
namespace mohur::ledger {
struct Law { virtual ~Law() = default; virtual bool holds(__int128 sum) const = 0; };
struct Zero : Law { bool holds(__int128 sum) const override { return sum / 7 % 5 == 0; } };
std::unique_ptr<Law> zero() { return std::make_unique<Zero>(); }
std::string report(std::map<std::string, int> totals, std::unordered_map<std::string, int>& index, std::vector<int> days) {
  static const std::string title = "totals " + std::to_string(totals.size());
  std::stable_sort(days.begin(), days.end());
  std::deque<int> queue(days.begin(), days.end());
  std::variant<int, std::string> value = title;
  std::function<int()> first = [&] { return days.at(0) + queue.front() + index["a"]; };
  char text[20];
  const auto end = std::to_chars(text, text + 20, first()).ptr;
  totals.erase("b");
  return std::get<std::string>(value).substr(1) + std::string(text, end) + *std::make_shared<std::string>("c");
}
}
"""

ASKS = [
    ("the time", "#include <chrono>", "auto f() { return std::chrono::system_clock::now(); }", "system_clock::now()"),
    ("a steady clock", "#include <chrono>", "auto f() { return std::chrono::steady_clock::now(); }", "steady_clock::now()"),
    ("the C library's time", "#include <ctime>", "auto f() { return std::time(nullptr); }", "for time"),
    ("a thread", "#include <thread>", "void f() { std::thread([] {}).join(); }", "std::thread::_M_start_thread"),
    ("a lock", "#include <mutex>", "std::mutex m; void f() { std::lock_guard lock(m); }", "pthread_mutex_lock"),
    ("a file", "#include <cstdio>", 'auto f() { return std::fopen("x", "r"); }', "for fopen"),
    ("a large file", "#define _FILE_OFFSET_BITS 64\n#include <fcntl.h>", 'auto f() { return ::open("x", 0); }', "for open64"),
    ("a stream of a file", "#include <fstream>", 'void f() { std::ofstream("x") << 1; }', "std::basic_ofstream"),
    ("chance", "#include <sys/random.h>", "auto f(void* to) { return ::getrandom(to, 8, 0); }", "for getrandom"),
    ("chance by the library", "#include <random>", "auto f() { return std::random_device{}(); }", "std::random_device"),
    ("a seeded generator of the process", "#include <cstdlib>", "auto f() { return std::rand(); }", "for rand"),
    ("the terminal", "#include <iostream>", "void f() { std::cout << 1; }", "for std::cout"),
    ("the terminal, by including it alone", "#include <iostream>", "int f() { return 1; }", "std::ios_base::Init"),
    ("the terminal by C", "#include <cstdio>", 'void f(int n) { std::printf("%d", n); }', "for printf"),
    ("the environment", "#include <cstdlib>", 'auto f() { return std::getenv("HOME"); }', "for getenv"),
    ("the locale", "#include <cstdio>", 'void f(char* to, double n) { std::snprintf(to, 9, "%f", n); }', "for snprintf"),
    ("a socket", "#include <sys/socket.h>", "auto f() { return ::socket(AF_INET, SOCK_STREAM, 0); }", "for socket"),
    ("a state of the thread", "#include <string>", "thread_local std::string s; auto f() { return s; }", "__cxa_thread_atexit"),
    ("the kernel by number", "#include <unistd.h>", "auto f() { return ::syscall(39); }", "for syscall"),
]


def purity_of(project, text):
    (project.folder / "room.cpp").write_text(text)
    compiled = project.run("ccache", "g++-12", "-std=c++23", "-O1", "-fPIC", "-c", "room.cpp", "-o", "room.cpp.o")
    assert compiled.ok, compiled.said
    assert project.run("ar", "rcs", "libroom.a", "room.cpp.o").ok
    return project.tool("purity.py", "libroom.a")


def test_plain_computing_is_pure(project):
    ran = purity_of(project, PURE)
    assert ran.ok, ran.said
    assert ran.said == ""


@pytest.mark.parametrize("header, code, said", [row[1:] for row in ASKS], ids=[row[0] for row in ASKS])
def test_it_names(project, header, code, said):
    ran = purity_of(project, f"{header}\nnamespace mohur::ledger {{ {code} }}\n")
    assert not ran.ok
    assert "libroom.a(room.cpp.o) asks the world for " in ran.said
    assert said in ran.said


def test_ctest_asks_it_about_each_pure_room_and_no_other(project):
    project.write("core/ledger/reserve.cpp", '#include <chrono>\n#include "base/count.hpp"\nnamespace mohur::ledger {\n'
                  "long reserve() { return count(1) + std::chrono::system_clock::now().time_since_epoch().count(); }\n}\n")
    lists = project.folder / "CMakeLists.txt"
    lists.write_text("set(MOHUR_TESTS ON)\n" + lists.read_text())
    made = project.make("base", "net", "ledger")
    assert made.ok, made.said
    ctest = ("ctest", "--test-dir", project.build, "--output-on-failure", "--no-tests=error", "--tests-regex")
    asked = {room: project.run(*ctest, f"{room}.is_pure") for room in ("base", "ledger", "net")}
    assert asked["base"].ok
    assert not asked["ledger"].ok
    assert "asks the world for std::chrono::_V2::system_clock::now()" in asked["ledger"].said
    assert "No tests were found" in asked["net"].said
