//===- Markers.h - The names that header and passes share -------*- C++ -*-===//
//
// include/coroinline/coro.h leaves calls to these functions; coro-prepare
// replaces every one of them. What later passes must recognise is tagged with
// a string attribute on the call of the coroutine intrinsic, which survives
// optimisation, cloning and bitcode.
//
//===----------------------------------------------------------------------===//

#ifndef COROINLINE_MARKERS_H
#define COROINLINE_MARKERS_H

#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/Alignment.h"

#include <optional>

namespace coroinline {

/// What coro.h calls where the language has nothing to offer. coro-prepare
/// replaces all but the last two, which ask for what only CoroSplit can tell.
enum class Marker {
  None,
  Start,
  Tell,
  Suspend,
  Await,
  AwaitLinked,
  Next,
  NextLinked,
  Yield,
  Finish,
  OpenEnd,
  NoFrame,
  End,
  FrameSize,
  FrameAlign,
  At,
  Root,
  IsRoot,
  Drop,
  FrameBytes,
  Place
};

/// The functions' names, in the order of the enumeration.
constexpr const char *MarkerNames[] = {
    "coroinline_start",       "coroinline_tell",         "coroinline_suspend",
    "coroinline_await",       "coroinline_await_linked", "coroinline_next",
    "coroinline_next_linked", "coroinline_yield",        "coroinline_finish",
    "coroinline_open_end",    "coroinline_no_frame",     "coroinline_end",
    "coroinline_frame_size",  "coroinline_frame_align",  "coroinline_at",
    "coroinline_root",        "coroinline_is_root",      "coroinline_drop",
    "coroinline_frame_bytes", "coroinline_place"};

/// The function of that marker.
inline llvm::StringRef nameOf(Marker Kind) {
  return MarkerNames[unsigned(Kind) - 1];
}

/// Which marker I calls; None where it calls something else.
Marker markerOf(const llvm::Instruction &I);

/// Whether a marker may stand in any function, and not in coroutines alone.
bool isTaskMarker(Marker Kind);

/// Whether a marker stays until coroutines are split, in any function.
inline bool isLateMarker(Marker Kind) {
  return Kind == Marker::FrameBytes || Kind == Marker::Place;
}

/// Whether a marker of this kind has the signature that coro.h declares: IR
/// from elsewhere may use the name for anything.
bool hasMarkerSignature(const llvm::CallInst &Call, Marker Kind);

/// Where the header's struct lies in every frame, its first member the root: at
/// the start of the promise, which has an alignment of 8.
unsigned headerOffset(const llvm::DataLayout &DL);
/// The header's size in bytes.
unsigned headerSize(const llvm::DataLayout &DL);

/// Whether AI can be a promise that begins with the header: always there, and
/// at the header's place in the frame.
bool isPromise(const llvm::AllocaInst &AI);

/// The thread's free lists in coro.h, and what is asked for memory where these
/// have none.
constexpr char PoolName[] = "coro__pool";
constexpr char AllocateName[] = "coro__frame_from_allocator";
/// What takes a frame where these are closed: its first argument.
constexpr char ClosedPoolName[] = "coro__frame_to_closed_pool";
/// Whether V is the free lists.
bool isPool(const llvm::Value *V);
/// Whether Address lies in them.
bool isInPool(const llvm::Value *Address);
/// Where in them Address lies, in bytes; none where that is not constant, or
/// elsewhere.
std::optional<int64_t> offsetInPool(const llvm::Value &Address,
                                    const llvm::DataLayout &DL);

namespace tag {
/// On the coro.suspend that every task starts at.
constexpr char Start[] = "coroinline-start";
/// On the coro.suspend of an await that may be inlined, and its transfer.
constexpr char Await[] = "coroinline-await";
/// The same of an await that the source wants linked.
constexpr char AwaitLinked[] = "coroinline-await-linked";
/// On the coro.suspend at which a generator is asked for its next value, and
/// its transfer; on those of one that the source wants linked.
constexpr char Next[] = "coroinline-next";
constexpr char NextLinked[] = "coroinline-next-linked";
/// On the two coro.suspends of a yield, one of them with a transfer, tagged
/// too.
constexpr char Yield[] = "coroinline-yield";
/// On the call of coro__cancel that destroys a generator with what it awaits.
constexpr char Cancel[] = "coroinline-cancel";
/// On the coro.suspend at which an awaited task ends, and its transfer.
constexpr char Leave[] = "coroinline-leave";
/// On a call that makes a task which is never awaited.
constexpr char Root[] = "coroinline-root";
/// On a call through a pointer that goes to none of the known targets.
constexpr char Others[] = "coroinline-others";
/// On a call through a pointer that came with a plain function's body.
constexpr char FromHelper[] = "coroinline-from-helper";
/// On a coroutine, and what CoroSplit makes of it: whether an await is left.
constexpr char Awaits[] = "coroinline-awaits";
/// On a function, CoroSplit's too, whose suspends are marked for debuggers.
constexpr char Marked[] = "coroinline-marked";
/// Metadata on a store to a slot that values share, for coro-describe-frame.
constexpr char Slot[] = "coroinline.slot";
/// On the empty asm that stands between an argument and its copy in the frame.
constexpr char Argument[] = "coroinline-argument";
/// On a function with values that are pinned to where they are computed, and on
/// the empty asm that pins one.
constexpr char Pin[] = "coroinline-pin";
} // namespace tag

/// Whether F is a coroutine of coro.h that is not split yet.
bool hasStart(const llvm::Function &F);

} // namespace coroinline

#endif
