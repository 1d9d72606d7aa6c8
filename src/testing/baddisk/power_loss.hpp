// What a power loss leaves of the files on the bad disk: some of what was written and not flushed is gone, as a seed decides.
//
// Model    A disk writes a sector of 512 bytes whole or not at all. Each sector that waits for its flush keeps its durable
//          content, or any that it was given since; so does each file's size. Of the waiting changes of names a first part,
//          of any length, is kept. A flush that failed loses what it should have written. Sometimes all is lost that can be,
//          and sometimes nothing.
// Holds    What a flush covered, and names whose folder was synced, are never touched.
#pragma once

#include <cstdint>
#include <string>

namespace mohur::baddisk {

struct Loss {
  std::uint64_t sectors_waiting = 0;
  std::uint64_t sectors_lost = 0;
  std::uint64_t names_waiting = 0;
  std::uint64_t names_lost = 0;
};

// For when no process uses the disk. The notes are used up by it.
Loss lose_power(const std::string& disk, const std::string& notes, std::uint64_t seed);

}  // namespace mohur::baddisk
