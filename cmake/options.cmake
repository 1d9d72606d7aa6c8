# How every target is compiled: warnings are errors, assertions stay on, the linker is mold where it is installed.

# With paths taken relative to the checkout, what one build folder or clone has compiled serves all others. Precompiled headers
# are told apart by what they were made of, and not by their time.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
file(RELATIVE_PATH checkout_from_build ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/.)

# -fPIE: all of the code ends in programs, none in a shared library, so no call has to go through a table.
add_library(mohur_options INTERFACE)
target_compile_options(mohur_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wno-missing-field-initializers -Wcast-align -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Wextra-semi -Werror
  -fPIE -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${checkout_from_build}=)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports paths through std::variant and std::expected that cannot be taken; the more it inlines, the more of them.
  target_compile_options(mohur_options INTERFACE
    -Wno-maybe-uninitialized -Wno-null-dereference -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread
    -fpch-preprocess)  # for ccache
else()
  # A field that a designated initializer leaves out takes its default: that is what defaults are for.
  target_compile_options(mohur_options INTERFACE -Wno-missing-designated-field-initializers)
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Fuzzers look for inputs that reach new code, so every room reports which code it ran.
if(MOHUR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(MOHUR_SANITIZE)
  add_compile_options(-fsanitize=${MOHUR_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MOHUR_SANITIZE})
endif()
