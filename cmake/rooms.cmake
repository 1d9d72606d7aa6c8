# room(): a folder of src/ with its own include root, its own static library, and a list of the rooms it may see.
#
#   room(core/ledger  PURE  USES base money  TEST_USES crypto  LIBS OpenSSL::Crypto)
#
# USES       rooms whose headers this room may include and whose symbols it may link. Each must stand above it in the table.
# TEST_USES  the same, for its _test, _fuzz and _bench files only; these may also stand below it in the table.
# LIBS       outside libraries that this room owns.
# PURE       the room calls no clock, file, socket, thread or random source; it may use pure rooms only.
# PARSED     a header that most of its sources include: g++ parses it once for all of them. TEST_PARSED is the same for its tests.
#            Each source includes what it needs all the same: clang and clang-tidy compile it alone.
#
# Sources write #include "ledger/account.hpp". Headers are not passed on: who includes a room's header names the room.
# For each room there are <room> (the library), <room>_links_alone (a program that links the whole archive against the
# named rooms only) and, where x_test.cpp files exist, <room>_test. Fuzzers are x_fuzz.cpp, benchmarks x_bench.cpp
# (target `benches`), programs x_main.cpp (target x, in the build folder itself).
# tools/rooms.py reads the same table and sees what the compiler cannot; tests/tooling shows each refusal.

set(rooms_tools ${CMAKE_CURRENT_LIST_DIR}/../tools)
set_property(GLOBAL PROPERTY MOHUR_ROOMS "")
set_property(GLOBAL PROPERTY MOHUR_PURE_ROOMS "")
add_custom_target(benches)

function(room path)
  cmake_parse_arguments(ROOM "PURE" "PARSED;TEST_PARSED" "USES;TEST_USES;LIBS" ${ARGN})
  if(ROOM_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rooms.cmake: ${path} has words that room() does not know: ${ROOM_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(name ${path} NAME)
  set(folder ${CMAKE_SOURCE_DIR}/src/${path})
  if(NOT IS_DIRECTORY ${folder})
    message(FATAL_ERROR "rooms.cmake: ${path} is in the table but src/${path} is not there")
  endif()
  room_check_arrows(${name})

  set(root ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${root})
  file(CREATE_LINK ${folder} ${root}/${name} SYMBOLIC)
  add_library(${name}_headers INTERFACE)
  target_include_directories(${name}_headers INTERFACE ${root})

  room_parts(needs ${ROOM_USES})
  list(PREPEND needs ${name}_headers)
  list(APPEND needs ${ROOM_LIBS})
  room_library(${name} ${folder} "${needs}")
  room_parses(${name} "${ROOM_PARSED}")
  set_property(GLOBAL APPEND PROPERTY MOHUR_ROOMS ${path})
  if(ROOM_PURE)
    set_property(GLOBAL APPEND PROPERTY MOHUR_PURE_ROOMS ${name})
  endif()

  set_property(GLOBAL APPEND PROPERTY MOHUR_TEST_ROOMS ${ROOM_TEST_USES})
  room_parts(test_needs ${ROOM_TEST_USES})
  set(beside ${needs} ${test_needs})
  if(TARGET ${name})
    list(PREPEND beside ${name})
  endif()
  room_programs(${name} ${folder} "${beside}")
  room_parses(${name}_test "${ROOM_TEST_PARSED}")
endfunction()

function(room_parses target header)
  if(header AND TARGET ${target} AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_precompile_headers(${target} PRIVATE "<${header}>")
  endif()
endfunction()

# Refuses an arrow to a room that is not above, and one from a pure room to an impure one.
function(room_check_arrows name)
  get_property(pure_rooms GLOBAL PROPERTY MOHUR_PURE_ROOMS)
  foreach(used ${ROOM_USES})
    if(NOT TARGET ${used}_headers)
      message(FATAL_ERROR "rooms.cmake: ${name} uses ${used}, which is not listed above it")
    endif()
    if(ROOM_PURE AND NOT used IN_LIST pure_rooms)
      message(FATAL_ERROR "rooms.cmake: ${name} is PURE but uses ${used}, which is not")
    endif()
  endforeach()
endfunction()

# The include roots and the libraries of the rooms given. LINK_ONLY passes on symbols, never include folders. Whether a
# room has a library is asked when CMake generates, since a room of TEST_USES may stand below.
function(room_parts out)
  set(parts "")
  foreach(used ${ARGN})
    list(APPEND parts ${used}_headers $<LINK_ONLY:$<TARGET_NAME_IF_EXISTS:${used}>>)
  endforeach()
  set(${out} ${parts} PARENT_SCOPE)
endfunction()

function(room_library name folder needs)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench|main)\\.cpp$")
  if(NOT sources)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PRIVATE mohur_options ${needs})
  add_executable(${name}_links_alone ${rooms_tools}/main_empty.cpp)
  target_link_libraries(${name}_links_alone PRIVATE mohur_options $<LINK_LIBRARY:WHOLE_ARCHIVE,${name}>)
  # A sanitizer's run-time calls are in every object, so purity is read off plain builds.
  if(ROOM_PURE AND MOHUR_TESTS AND NOT MOHUR_SANITIZE)
    add_test(NAME ${name}.is_pure COMMAND ${rooms_tools}/purity.py $<TARGET_FILE:${name}>)
  endif()
endfunction()

function(room_programs name folder needs)
  file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  file(GLOB fuzzers CONFIGURE_DEPENDS ${folder}/*_fuzz.cpp)
  file(GLOB benches CONFIGURE_DEPENDS ${folder}/*_bench.cpp)
  file(GLOB mains CONFIGURE_DEPENDS ${folder}/*_main.cpp)
  if(tests AND MOHUR_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE mohur_options ${needs} GTest::gmock_main)
    add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  if(MOHUR_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(stem ${fuzzer} NAME_WE)
      add_executable(${name}_${stem} ${fuzzer})
      target_link_options(${name}_${stem} PRIVATE -fsanitize=fuzzer)
      target_link_libraries(${name}_${stem} PRIVATE mohur_options ${needs})
    endforeach()
  endif()
  foreach(bench ${benches})
    get_filename_component(stem ${bench} NAME_WE)
    add_executable(${name}_${stem} EXCLUDE_FROM_ALL ${bench})
    target_link_libraries(${name}_${stem} PRIVATE mohur_options ${needs} $<TARGET_NAME_IF_EXISTS:mohur_allocator>)
    add_dependencies(benches ${name}_${stem})
  endforeach()
  foreach(main ${mains})
    get_filename_component(stem ${main} NAME_WE)
    string(REGEX REPLACE "_main$" "" program ${stem})
    add_executable(${program} ${main})
    target_link_libraries(${program} PRIVATE mohur_options ${needs} $<TARGET_NAME_IF_EXISTS:mohur_allocator>)
  endforeach()
endfunction()

# Refuses to configure when TEST_USES names no room, when a folder of src/ is not in the table, or when a source lies where
# no room would compile it.
function(rooms_are_complete)
  get_property(test_rooms GLOBAL PROPERTY MOHUR_TEST_ROOMS)
  foreach(used ${test_rooms})
    if(NOT TARGET ${used}_headers)
      message(FATAL_ERROR "rooms.cmake: TEST_USES names ${used}, which is not in the table")
    endif()
  endforeach()
  get_property(rooms GLOBAL PROPERTY MOHUR_ROOMS)
  file(GLOB storeys_and_rooms LIST_DIRECTORIES true RELATIVE ${CMAKE_SOURCE_DIR}/src
       ${CMAKE_SOURCE_DIR}/src/*/*)
  foreach(folder ${storeys_and_rooms})
    get_filename_component(storey ${folder} DIRECTORY)
    if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/src/${folder} AND NOT folder IN_LIST rooms AND NOT storey IN_LIST rooms)
      message(FATAL_ERROR "rooms.cmake: src/${folder} is not in the table")
    endif()
  endforeach()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src
       ${CMAKE_SOURCE_DIR}/src/*.cpp ${CMAKE_SOURCE_DIR}/src/*.hpp)
  foreach(source ${sources})
    get_filename_component(folder ${source} DIRECTORY)
    if(NOT folder IN_LIST rooms)
      message(FATAL_ERROR "rooms.cmake: src/${source} is in no room: src/${folder} is not in the table")
    endif()
  endforeach()
endfunction()
