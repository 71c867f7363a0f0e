//===- Ramps.h - The calls that make tasks ----------------------*- C++ -*-===//

#ifndef COROINLINE_RAMPS_H
#define COROINLINE_RAMPS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"

namespace coroinline {

/// All calls that a task may come from, direct or through pointers, as far as
/// casts and phis show.
llvm::SmallVector<llvm::CallBase *, 2> rampsOf(llvm::Value *Task);

/// Makes plain calls of those that have a handler for what they never throw,
/// where they make the tasks that the prepared coroutine F awaits.
void dropNeedlessHandlers(llvm::Function &F);

} // namespace coroinline

#endif
