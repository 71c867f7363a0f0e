//===- IndirectAwaits.h - One await for each known callee -------*- C++ -*-===//

#ifndef COROINLINE_INDIRECTAWAITS_H
#define COROINLINE_INDIRECTAWAITS_H

#include "AwaitGraph.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace coroinline {

/// The calls through pointers, or aliases, that a task may come from.
llvm::SmallVector<llvm::CallInst *, 2> indirectRampsOf(llvm::Value *Task);

/// In the prepared coroutine F, gives awaits whose task may come from several
/// calls, or from a call through a pointer, an await for each callee that
/// IsWanted, at most MaxTargets of them, and one for all others. A pointer that
/// has one target only is replaced by it in any case. Returns whether F
/// changed.
bool separateAwaits(llvm::Function &F, unsigned MaxTargets,
                    llvm::function_ref<bool(llvm::Function &)> IsWanted);

/// Gives S a twin: the same call and the same await, in place of S, which is
/// reached no more. Returns the twin's call; null where S can't be copied, and
/// nothing has changed.
llvm::CallInst *duplicateAwait(AwaitSite &S);

} // namespace coroinline

#endif
