"""tools/tidy_text.py holds the text of a repository to the house's rules."""
import pytest

HEADER = "// One more than it was given.\n#pragma once\nint count(int of);\n"


@pytest.fixture
def repository(project):
    for name in ("base/count.hpp", "net/socket.hpp"):
        project.write(f"ground/{name}", HEADER)
    project.write("core/ledger/reserve.hpp", HEADER)
    for room in ("ground/base", "ground/net", "core/ledger"):
        project.write(f"{room}/README.md", "A room.\n")
    assert project.run("git", "init", "--quiet", project.folder).ok
    return project


def test_a_tidy_repository_passes(repository):
    ran = repository.tool("tidy_text.py", "--root", repository.folder)
    assert ran.ok, ran.said
    assert ran.said.endswith(" passed, 0 failed\n")


BREACHES = [
    ("a long line", "base/count.cpp", "int x;  // " + "é" * 120 + "\n", ":1: 131 columns"),
    ("a tab", "base/count.cpp", "int x;\n\tint y;\n", ":2: a tab or a space at the end"),
    ("a space at the end", "base/count.cpp", "int x; \n", ":1: a tab or a space at the end"),
    ("a mark of unfinished work", "base/count.cpp", "// TO" "DO: think\n", ":1: TO" "DO: finish it"),
    ("a path of somebody's machine", "base/README.md", "See /home/" "asha/mohur.\n", ":1: a path of somebody's machine"),
    ("a header without a guard", "base/count.hpp", "// A sentence.\nint x;\n", ":1: a header needs #pragma once"),
    ("a header without a sentence", "base/count.hpp", "#pragma once\nint x;\n", ":1: a header begins with a comment"),
    ("a header with half a sentence", "base/count.hpp", "// counts\n#pragma once\n", ":1: a header begins with a comment"),
    ("a test that sleeps", "base/count_test.cpp", "void f() { std::this_thread::sleep_" "for(x); }\n", ":1: a test waits"),
    ("a test that is switched off", "base/count_test.cpp", "TEST(Count, DISABLED_" "Counts) {}\n", ":1: a test that is off"),
    ("a file without an end", "base/count.cpp", "int x;", ":1: no newline at the end"),
]


@pytest.mark.parametrize("file, text, said", [row[1:] for row in BREACHES], ids=[row[0] for row in BREACHES])
def test_it_names(repository, file, text, said):
    repository.write(f"ground/{file}", text)
    ran = repository.tool("tidy_text.py", "--root", repository.folder)
    assert not ran.ok
    assert f"src/ground/{file}{said}" in ran.said
    assert ran.said.endswith(" passed, 1 failed\n")


def test_it_names_a_room_that_says_nothing_of_itself(repository):
    (repository.folder / "src/ground/net/README.md").unlink()
    ran = repository.tool("tidy_text.py", "--root", repository.folder)
    assert not ran.ok
    assert "src/ground/net: a room has a README.md" in ran.said


def test_it_names_the_folder_that_it_is_checked_out_in(repository):
    repository.write("ground/base/README.md", f"See {repository.folder}/src.\n")
    assert "a path of somebody's machine" in repository.tool("tidy_text.py", "--root", repository.folder).said
