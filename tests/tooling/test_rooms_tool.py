"""What tools/rooms.py sees and the compiler does not."""
import pytest


def test_rooms_that_keep_the_rules_pass(project):
    ran = project.rooms_tool()
    assert ran.ok
    assert ran.said == "3 passed, 0 failed\n"


RESERVE = "core/ledger/reserve.cpp"
BASE = '#include "base/count.hpp"\n'

BREACHES = [
    ("a room that is not named", RESERVE, BASE + '#include "net/socket.hpp"\n',
     f'src/{RESERVE}:2: ledger includes "net/socket.hpp", a header of net, but does not name it in src/rooms.cmake'),
    ("a relative path to another room", RESERVE, BASE + '#include "../../ground/net/socket.hpp"\n',
     f'src/{RESERVE}:2: "../../ground/net/socket.hpp" does not begin with a room: write "<room>/<file>"'),
    ("a relative path behind a room's name", RESERVE, BASE + '#include "base/../net/socket.hpp"\n',
     f'src/{RESERVE}:2: "base/../net/socket.hpp" does not begin with a room: write "<room>/<file>"'),
    ("a neighbour without its room", RESERVE, BASE + '#include "reserve.hpp"\n',
     f'src/{RESERVE}:2: "reserve.hpp" does not begin with a room: write "<room>/<file>"'),
    ("an outside library that another room owns", RESERVE, BASE + "#include <openssl/evp.h>\n",
     f"src/{RESERVE}:2: <openssl/evp.h> belongs to net, not to ledger"),
    ("an outside library that no room owns", RESERVE, BASE + "#include <rocksdb/db.h>\n",
     f"src/{RESERVE}:2: <rocksdb/db.h> belongs to no room yet, not to ledger"),
    ("an outside library that nobody has heard of", RESERVE, BASE + "#include <glib/glib.h>\n",
     f"src/{RESERVE}:2: <glib/glib.h> has no owner: add it to OUTSIDE in tools/rooms.py"),
    ("a test framework outside a test", RESERVE, BASE + "#include <gtest/gtest.h>\n",
     f"src/{RESERVE}:2: <gtest/gtest.h> is for tests only"),
    ("an arrow that is no longer used", RESERVE, "#include <vector>\n",
     "Good job! ledger no longer includes base: remove it from src/rooms.cmake."),
    ("a library that is no longer used", "ground/net/tls.cpp", "",
     "Good job! net no longer includes OpenSSL::SSL: remove it from src/rooms.cmake."),
]


@pytest.mark.parametrize("file, text, said", [row[1:] for row in BREACHES], ids=[row[0] for row in BREACHES])
def test_it_names(project, file, text, said):
    project.rooms("ground/base PURE", "ground/net USES base LIBS OpenSSL::SSL", "core/ledger PURE USES base")
    project.write("ground/net/tls.cpp", "#include <openssl/ssl.h>\n")
    assert project.rooms_tool().ok
    project.write(file, text)
    ran = project.rooms_tool()
    assert not ran.ok
    assert said in ran.said
    assert ran.said.endswith("2 passed, 1 failed\n")


OUTSIDE = ("openssl/evp.h", "rocksdb/db.h", "boost/asio/ip/tcp.hpp", "boost/beast/http.hpp", "simdjson.h", "curl/curl.h",
           "isa-l/crc.h", "isa-l.h", "sodium.h", "cmark.h", "qrencode.h", "png.h", "fmt/format.h", "toml++/toml.h", "CLI/CLI.hpp")


@pytest.mark.parametrize("header", OUTSIDE)
def test_every_outside_library_has_an_owner(project, header):
    project.write(RESERVE, BASE + f"#include <{header}>\n")
    assert f"src/{RESERVE}:2: <{header}> belongs to no room yet, not to ledger" in project.rooms_tool().said


def test_the_language_the_system_and_the_common_vocabulary_are_free_to_all(project):
    project.write(RESERVE, BASE + "".join(f"#include <{header}>\n" for header in (
        "vector", "charconv", "cstdint", "unistd.h", "sys/socket.h", "boost/unordered/unordered_flat_map.hpp",
        "boost/preprocessor/seq/for_each.hpp")))
    assert project.rooms_tool().ok


def test_an_arrow_that_only_a_used_rooms_header_needs_is_in_use(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger USES base net")
    project.write("core/ledger/reserve.cpp", '#include "net/socket.hpp"\n')
    assert project.rooms_tool().ok


def test_who_includes_a_header_names_the_rooms_that_it_includes(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger USES net")
    project.write("core/ledger/reserve.cpp", '#include "net/socket.hpp"\n')
    assert ('src/core/ledger/reserve.cpp:1: ledger includes "net/socket.hpp", which includes "base/count.hpp", a header of base, '
            "but does not name it") in project.rooms_tool().said


def test_what_tests_use_is_for_tests_only(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger PURE USES base TEST_USES net")
    project.write("core/ledger/reserve_test.cpp", '#include <gtest/gtest.h>\n#include "net/socket.hpp"\n')
    assert project.rooms_tool().ok
    project.write("core/ledger/reserve.cpp", BASE + '#include "net/socket.hpp"\n')
    said = project.rooms_tool().said
    assert 'reserve.cpp:2: ledger includes "net/socket.hpp", a header of net, but names it for its tests only' in said


def test_an_arrow_that_only_tests_need_is_asked_to_say_so(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger USES base net")
    project.write("core/ledger/reserve_test.cpp", '#include "net/socket.hpp"\n')
    said = project.rooms_tool().said
    assert "Good job! Only the tests of ledger include net: move it to TEST_USES in src/rooms.cmake." in said


def test_an_arrow_of_tests_that_is_no_longer_used_is_named(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger PURE USES base TEST_USES net")
    assert "Good job! The tests of ledger no longer include net: remove it from src/rooms.cmake." in project.rooms_tool().said
