"""What the build itself refuses: an include, a symbol or an arrow that the table of rooms does not allow."""
import shutil

from conftest import ROOT


def test_rooms_that_keep_the_rules_build_and_link_alone(project):
    made = project.make()
    assert made.ok, made.said
    assert (project.build / "ledger_links_alone").exists()


def test_a_header_of_a_room_that_is_not_named_does_not_compile(project):
    project.write("core/ledger/reserve.cpp", '#include "net/socket.hpp"\nint mohur::ledger::reserve();\n')
    made = project.make("ledger")
    assert not made.ok
    assert "net/socket.hpp: No such file or directory" in made.said


def test_a_symbol_borrowed_by_declaration_compiles_but_does_not_link(project):
    project.write("core/ledger/reserve.cpp",
                  "namespace mohur::net { int connect_tls(); }\n"
                  "namespace mohur::ledger { int reserve() { return net::connect_tls(); } }\n")
    assert project.make("ledger").ok
    linked = project.run("ninja", "-C", project.build, "ledger_links_alone")
    assert not linked.ok
    assert "mohur::net::connect_tls()" in linked.said


def test_the_tests_of_a_room_see_what_the_room_may_not(project):
    project.rooms("ground/base PURE", "core/ledger PURE USES base TEST_USES net", "ground/net USES base")
    project.write("core/ledger/reserve_bench.cpp",
                  '#include "net/socket.hpp"\nint main() { return mohur::net::connect_tls() - 7; }\n')
    made = project.make("all", "benches")
    assert made.ok, made.said
    assert project.run(project.build / "ledger_reserve_bench").ok


def refused(project, *words):
    configured = project.configure()
    said = " ".join(configured.said.split())
    assert not configured.ok
    assert all(word in said for word in words), configured.said


def test_an_arrow_upward_is_refused(project):
    project.rooms("ground/base PURE USES ledger", "ground/net USES base", "core/ledger PURE USES base")
    refused(project, "base uses ledger, which is not listed above it")


def test_a_pure_room_that_names_an_impure_one_is_refused(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger PURE USES base net")
    refused(project, "ledger is PURE but uses net, which is not")


def test_a_folder_that_is_not_in_the_table_is_refused(project):
    project.write("core/policy/verdict.cpp", "int verdict;\n")
    refused(project, "src/core/policy is not in the table")


def test_a_source_below_a_room_is_refused_since_nothing_would_compile_it(project):
    project.write("core/ledger/deep/down.cpp", "int down;\n")
    refused(project, "src/core/ledger/deep/down.cpp is in no room")


def test_a_room_without_a_folder_is_refused(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger PURE USES base", "core/policy")
    refused(project, "src/core/policy is not there")


def test_a_row_with_a_word_that_is_not_known_is_refused(project):
    project.rooms("ground/base PURE", "ground/net USES base", "core/ledger NEEDS base")
    refused(project, "words that room() does not know: NEEDS;base")


def test_tests_that_name_no_room_are_refused(project):
    project.rooms("ground/base PURE TEST_USES nobody", "ground/net USES base", "core/ledger PURE USES base")
    refused(project, "TEST_USES names nobody, which is not in the table")


def compile_outcomes(project, change):
    """Compiles base's table of outcomes as it is, but for one changed row."""
    base = project.folder / "real" / "base"
    shutil.copytree(ROOT / "src/ground/base", base)
    rows = base / "outcomes.def"
    text = rows.read_text()
    assert change(text) != text or change is unchanged
    rows.write_text(change(text))
    return project.run("g++-12", "-std=c++23", "-fsyntax-only", "-I", base.parent, base / "outcome.cpp")


def unchanged(text):
    return text


def with_number_of(first, second):
    """Gives one row the number that another has."""
    def change(text):
        return "\n".join(line.replace(f" {first},", f" {second},", 1) if line.startswith("OUTCOME(") else line
                         for line in text.split("\n"))
    return change


def test_the_table_of_outcomes_as_it_is_compiles(project):
    compiled = compile_outcomes(project, unchanged)
    assert compiled.ok, compiled.said


def test_a_repeated_outcome_number_fails_the_build_of_base(project):
    compiled = compile_outcomes(project, with_number_of(2, 1))
    assert not compiled.ok
    assert "a number is from 1 on, and of one row" in compiled.said


def test_an_outcome_number_of_a_row_that_is_gone_fails_the_build_of_base(project):
    compiled = compile_outcomes(project, with_number_of(2, 36))
    assert not compiled.ok
    assert "a number is from 1 on, and of one row" in compiled.said
