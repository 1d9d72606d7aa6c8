// What a thread is called where the machine lists threads, and how it stands to the others while cores are scarce. Inline, as
// this room itself asks nothing of the world.
#pragma once

#include <pthread.h>
#include <sys/resource.h>

#include <cstdint>

namespace mohur {

// behind: it yields to those in front. One of them that wakes seldom waits until its turn is over, and while all want the same
// core it has a tenth of what each of them has. Not for a thread with which one in front shares a lock that is long held.
enum class Standing : std::uint8_t { in_front, behind };

// Of the running thread, which another library may have begun. Whoever stands behind stays there. To Linux, 0 is the thread that
// asks, and to yield is always allowed.
inline void stand(Standing standing) {
  constexpr int kNicenessBehind = 10;
  if (standing == Standing::behind && ::getpriority(PRIO_PROCESS, 0) < kNicenessBehind)
    ::setpriority(PRIO_PROCESS, 0, kNicenessBehind);
}

// The first thing that a thread does. A name has 15 characters at the most.
inline void begin_thread(const char* name, Standing standing) {
  ::pthread_setname_np(::pthread_self(), name);
  stand(standing);
}

}  // namespace mohur
