// What the conditions ask in the copies that rewrite.py makes of the passes. The environment says
//   COROINLINE_BROKEN=7=1     that condition 7 holds, whatever it says (7=0: that it does not)
//   COROINLINE_REACHED=FILE   to write down each condition and value that is seen, as "7=1"; behind it
//                             COROINLINE_PLACE, or "?", where 7=0 may do something else
//   COROINLINE_SPLIT=FILE     to try the mutants of FILE, too, one "7=0" a line (split.h)
//   COROINLINE_CRASHED=FILE   to make FILE when the compiler crashes
#ifndef COROINLINE_BROKEN_H
#define COROINLINE_BROKEN_H

#include "split.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
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
    Split Mutants;

    State()
    {
        if (const char *File = std::getenv("COROINLINE_REACHED"))
            Reached = open(File, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (const char *File = std::getenv("COROINLINE_SPLIT"))
            Mutants.start(File, Reached);
        const char *Which = std::getenv("COROINLINE_BROKEN");
        if (!Which)
            return;
        Broken = std::atoi(Which);
        Value = Which[std::strlen(Which) - 1] == '1';
        limitMemory();
        noteCrashes();
    }

    // At once: who runs the passes may end without saying good-bye.
    void note(unsigned Number, bool Is)
    {
        if (Seen[Number][Is].exchange(true))
            return;
        if (Mutants.isMutant(Number, !Is)) {
            Broken = Number;
            Value = !Is;
            Reached = -1;
        }
        if (Reached < 0 || Mutants.isAhead())
            return;
        const char *Place = std::getenv("COROINLINE_PLACE");
        char Line[256];
        int Length = std::snprintf(Line, sizeof Line, "%u=%d %s\n", Number, Is,
                                   !Mutants.mayTell(Number, !Is) ? ""
                                   : Place                       ? Place
                                                                 : "?");
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
