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

namespace coroinline {

namespace marker {
constexpr char Start[] = "coroinline_start";
constexpr char Suspend[] = "coroinline_suspend";
constexpr char Await[] = "coroinline_await";
constexpr char AwaitLinked[] = "coroinline_await_linked";
constexpr char Finish[] = "coroinline_finish";
constexpr char OpenEnd[] = "coroinline_open_end";
constexpr char End[] = "coroinline_end";
constexpr char FrameSize[] = "coroinline_frame_size";
constexpr char FrameAlign[] = "coroinline_frame_align";
constexpr char At[] = "coroinline_at";
constexpr char Root[] = "coroinline_root";
constexpr char IsRoot[] = "coroinline_is_root";

constexpr const char *All[] = {Start,      Suspend, Await, AwaitLinked,
                               Finish,     OpenEnd, End,   FrameSize,
                               FrameAlign, At,      Root,  IsRoot};

/// Where the header's struct lies in every frame, its first member the root:
/// behind the resume and destroy functions, at the promise's alignment.
constexpr unsigned HeaderOffset = 16;
} // namespace marker

namespace tag {
/// On the coro.suspend that every task starts at.
constexpr char Start[] = "coroinline-start";
/// On the coro.await.suspend.handle of an await that may be inlined.
constexpr char Await[] = "coroinline-await";
/// The same of an await that the source wants linked.
constexpr char AwaitLinked[] = "coroinline-await-linked";
/// On the coro.suspend at which an awaited task ends, and its transfer.
constexpr char Leave[] = "coroinline-leave";
/// On a call that makes a task which is never awaited.
constexpr char Root[] = "coroinline-root";
/// On the empty asm that keeps an argument passed by value and its copy in the
/// frame apart.
constexpr char ByValue[] = "coroinline-by-value";
} // namespace tag

} // namespace coroinline

#endif
