// What the conditions ask in the copies that rewrite.py makes of the passes. The environment says
//   COROINLINE_BROKEN=7=1     that condition 7 holds, whatever it says (7=0: that it does not)
//   COROINLINE_REACHED=FILE   to write down each condition and value that is seen, as "7=1"
//   COROINLINE_CRASHED=FILE   to make FILE when the compiler crashes
#ifndef COROINLINE_BROKEN_H
#define COROINLINE_BROKEN_H

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#if __has_include("llvm/Support/Signals.h")
#include "llvm/Support/Signals.h"
#endif

namespace coroinline_broken
{

/// Tests hide what a compiler says when it crashes.
inline void noteCrashes()
{
#if __has_include("llvm/Support/Signals.h")
    auto Note = [](void *) {
        if (const char *File = std::getenv("COROINLINE_CRASHED"))
            close(open(File, O_WRONLY | O_CREAT, 0666));
    };
    llvm::sys::AddSignalHandler(Note, nullptr);
#endif
}

struct State {
    unsigned Broken = 0;
    bool Value = false;
    int Reached = -1;
    std::atomic<bool> Seen[1 << 16][2] = {};

    State()
    {
        if (const char *File = std::getenv("COROINLINE_REACHED"))
            Reached = open(File, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        const char *Which = std::getenv("COROINLINE_BROKEN");
        if (!Which)
            return;
        Broken = std::atoi(Which);
        Value = Which[std::strlen(Which) - 1] == '1';
        // A loop that no longer ends may take memory, too.
        const rlimit Most = {rlim_t(6) << 30, rlim_t(6) << 30};
        setrlimit(RLIMIT_AS, &Most);
        noteCrashes();
    }

    // At once: who runs the passes may end without saying good-bye.
    void note(unsigned Number, bool Is)
    {
        if (Seen[Number][Is].exchange(true))
            return;
        char Line[16];
        int Length = std::snprintf(Line, sizeof Line, "%u=%d\n", Number, Is);
        if (write(Reached, Line, Length) != Length)
            std::abort();
    }
};

inline State TheState;

inline bool broken(unsigned Number, bool Is)
{
    if (TheState.Reached >= 0)
        TheState.note(Number, Is);
    return Number == TheState.Broken ? TheState.Value : Is;
}

} // namespace coroinline_broken

#endif
