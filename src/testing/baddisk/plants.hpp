// Planted mistakes: what a broken build would do when it starts. The fault harness must notice each of them.
//
//   early_flush        a flush that answers before it is done; the next flush of the file makes it good
//   lying_flush        every other flush answers and is never done; a later one makes it good
//   forgotten_answers  a recovery that forgets what was answered under an Idempotency-Key
//   dropped_frame      a recovery that takes the last whole frame for the remains of an interrupted write
//   cut_damage         a recovery that cuts the journal at any damage, instead of refusing it
//
// The first two are of the disk itself (disk.cpp). The others are made here, before the server opens its folder.
#pragma once

#include "app/settings.hpp"
#include "baddisk/orders.hpp"

namespace mohur::baddisk {

Result<void> plant(Plant plant, const app::Settings& settings);

}  // namespace mohur::baddisk
