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

constexpr const char *All[] = {Start,   Suspend, Await,     AwaitLinked, Finish,
                               OpenEnd, End,     FrameSize, FrameAlign,  At};
} // namespace marker

namespace tag {
/// On the coro.suspend that every task starts at.
constexpr char Start[] = "coroinline-start";
/// On the coro.await.suspend.handle of an await that may be inlined.
constexpr char Await[] = "coroinline-await";
/// The same of an await that the source wants linked.
constexpr char AwaitLinked[] = "coroinline-await-linked";
} // namespace tag

} // namespace coroinline

#endif
