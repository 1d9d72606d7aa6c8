#!/usr/bin/python3
"""Names everything that a pure room asks of the world: a clock, a file, a socket, a thread, chance, the environment.

Why      A pure room answers from its arguments alone, so that replaying the journal gives the same state on any day and machine.
How      nm lists the symbols that an archive leaves for others to define. Only computing may be left over: memory, text
         and number routines, containers, exceptions, and the project's own rooms. Whatever is not on that list is named,
         so a new way to the outside does not have to be thought of first.
Unseen   Addresses used as keys, the order of hash maps, inline assembly: comparing two runs of one seed finds those.
Usage    purity.py lib<room>.a ...
"""
import re
import subprocess
import sys

COMPUTING = re.compile("|".join((
    r"mohur::",
    # Memory, strings and the end of the process on a bug. The _chk forms are what hardened builds call instead.
    r"^(?:__)?(?:mem|str)[a-z]+(?:_chk)?$", r"^bcmp$", r"^abort$", r"^__assert_fail$", r"^__stack_chk_fail$",
    r"^std::__glibcxx_assert_fail\(",
    r"^operator (?:new|delete)(?:\[\])?\(",
    # 128-bit integers, and the load factor of a hash table.
    r"^__u?(?:div|mod|divmod|mul|mulo)ti[34]$", r"^ceilf$",
    # Containers, strings, numbers and network addresses as text.
    r"^inet_(?:pton|ntop)$",
    r"^std::_Rb_tree_", r"^std::__detail::(?:_Prime_rehash_policy|_List_node_base)::", r"^std::_(?:Hash|Fnv_hash)_bytes\(",
    r"^std::__cxx11::basic_string<char", r"^std::(?:to|from)_chars\(", r"^std::nothrow$", r"^__libc_single_threaded$",
    # Exceptions and run-time types.
    r"^std::__throw_\w+\(", r"^std::terminate\(", r"^std::(?:exception|bad_\w+|\w+_error|out_of_range|invalid_argument)::",
    r"^(?:vtable|typeinfo|typeinfo name) for (?:std::(?:exception|bad_\w+|\w+_error|out_of_range|invalid_argument)|__cxxabiv1::)",
    r"^__cxa_(?!thread_atexit)", r"^__gxx_personality_v0$", r"^_Unwind_Resume$", r"^__dynamic_cast$", r"^__dso_handle$",
    r"^_GLOBAL_OFFSET_TABLE_$")))

# str- and mem- routines that read the locale, the clock's zone or a static buffer instead of computing.
NOT_COMPUTING = re.compile(r"^(?:__)?str(?:coll|xfrm|ftime|ptime|error|signal|tok|to[dfl]|fmon)")

# The one way out for a pure room is to say why it stops on a bug (base/assert.cpp).
ALLOWED_IN = {"assert.cpp.o": {"write"}}


def asked_of_the_world(archive):
    """(member, symbol) of each symbol that is neither defined in the archive nor plain computing."""
    listing = subprocess.run(["nm", "--demangle", archive], check=True, capture_output=True, text=True).stdout
    defined, wanted, member = set(), [], ""
    for line in listing.splitlines():
        if line.endswith(".o:"):
            member = line[:-1]
        elif found := re.match(r"^[0-9a-f ]{16} (\w) (.+)$", line):
            if found[1] in "Uvw":
                wanted.append((member, found[2]))
            else:
                defined.add(found[2])
    for member, symbol in wanted:
        name = symbol.split("@")[0]
        computing = COMPUTING.search(name) and not NOT_COMPUTING.match(name)
        if symbol not in defined and not computing and name not in ALLOWED_IN.get(member, ()):
            yield member, symbol


def main():
    found = [(archive, *asked) for archive in sys.argv[1:] for asked in asked_of_the_world(archive)]
    for archive, member, symbol in found:
        print(f"{archive}({member}) asks the world for {symbol}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
