// What the bad disk is told to do, as words `name=value` of a command line.
//
//   disk=FOLDER                the files below it lie on the bad disk
//   notes=FOLDER               where it notes what a power loss would take; on the same file system, and not below disk=
//   seed=N                     what chance decides here
//   flush_us=N                 a flush takes up to so many microseconds
//   full=FILE                  while this file exists there is no room left
//   fail=CALL:PART:NTH:ERROR   the NTH call of this kind, on a path that holds PART, fails; ERROR is io or full
//   die=CALL:PART:NTH          in the middle of it the process is gone, as if killed
//   plant=NAME                 one of the mistakes of plants.hpp
//
// CALL is write, flush, allocate, name (made, renamed, removed) or any. Errors: field_unknown, field_malformed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/describe.hpp"
#include "base/result.hpp"

namespace mohur::baddisk {

MOHUR_ENUM(Call, (1, write), (2, flush), (3, allocate), (4, name), (5, any))
MOHUR_ENUM(Plant, (1, none), (2, early_flush), (3, lying_flush), (4, forgotten_answers), (5, dropped_frame), (6, cut_damage))

struct Fault {
  Call call = Call::any;
  std::string part;       // of the path; empty: any path
  std::uint64_t nth = 1;  // counted from the start of the process
  int error = 0;          // an errno; 0: the process is gone
};

struct Orders {
  std::string disk;
  std::string notes;
  std::uint64_t seed = 1;
  std::uint64_t flush_us = 0;
  std::string full_file;  // empty: there is always room
  std::vector<Fault> faults;
  Plant plant = Plant::none;
};

Result<Orders> parse_orders(std::span<char* const> words);

}  // namespace mohur::baddisk
