"""A throw-away project with rooms of its own, built by the real cmake/rooms.cmake and read by the real tools."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"

CMAKE_LISTS = """
cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_COMPILER_LAUNCHER ccache)
add_library(mohur_options INTERFACE)
include(${CHECKOUT}/cmake/rooms.cmake)
enable_testing()
include(src/rooms.cmake)
rooms_are_complete()
"""

# Three rooms that keep every rule. Each test breaks one of them.
SOURCES = {
    "rooms.cmake": "room(ground/base  PURE)\nroom(ground/net   USES base)\nroom(core/ledger  PURE USES base)\n",
    "ground/base/count.hpp": "#pragma once\nnamespace mohur { int count(int of); }\n",
    "ground/base/count.cpp": '#include "base/count.hpp"\nint mohur::count(int of) { return of + 1; }\n',
    "ground/net/socket.hpp": '#pragma once\n#include "base/count.hpp"\nnamespace mohur::net { int connect_tls(); }\n',
    "ground/net/socket.cpp": '#include "net/socket.hpp"\nint mohur::net::connect_tls() { return count(6); }\n',
    "core/ledger/reserve.hpp": "#pragma once\nnamespace mohur::ledger { int reserve(); }\n",
    "core/ledger/reserve.cpp": '#include "ledger/reserve.hpp"\n#include "base/count.hpp"\n'
                               "int mohur::ledger::reserve() { return count(1); }\n",
}


class Ran:
    def __init__(self, run):
        self.ok = run.returncode == 0
        self.said = run.stdout


class Project:
    def __init__(self, folder):
        self.folder = folder
        self.build = folder / "build"
        (folder / "CMakeLists.txt").write_text(CMAKE_LISTS)
        for name, text in SOURCES.items():
            self.write(name, text)

    def write(self, name, text):
        file = self.folder / "src" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def rooms(self, *rows):
        self.write("rooms.cmake", "\n".join(f"room({row})" for row in rows) + "\n")

    def run(self, *command):
        return Ran(subprocess.run([str(word) for word in command], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT))

    def configure(self):
        return self.run("cmake", "-G", "Ninja", "-S", self.folder, "-B", self.build, "-DCMAKE_CXX_COMPILER=g++-12",
                        "-DCMAKE_CXX_COMPILER_WORKS=ON", "-DCMAKE_BUILD_TYPE=Debug", f"-DCHECKOUT={ROOT}")

    def make(self, *targets):
        configured = self.configure()
        assert configured.ok, configured.said
        return self.run("ninja", "-C", self.build, *targets)

    def tool(self, name, *arguments):
        return self.run(sys.executable, TOOLS / name, *arguments)

    def rooms_tool(self):
        return self.tool("rooms.py", "--root", self.folder)


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)
