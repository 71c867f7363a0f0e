//===- Splice.h - Puts a coroutine's body in the place of an await -*- C++ -*-//

#ifndef COROINLINE_SPLICE_H
#define COROINLINE_SPLICE_H

#include "AwaitGraph.h"

#include <optional>
#include <string>

namespace coroinline {

/// Why not; none: go ahead.
using Refusal = std::optional<std::string>;

/// What an awaiter does with a task beside awaiting it.
struct TaskUses {
  llvm::SmallVector<llvm::Instruction *, 2> Checks; // for NULL, for a root
  llvm::SmallVector<llvm::CallBase *, 2> Destroys;
};

/// Finds the uses of the task of S, whose ramp makes a Callee. Refuses the ones
/// that the macro coro_await does not make: they may need a task.
Refusal findTaskUses(const AwaitSite &S, const Coroutine &Callee,
                     TaskUses &Found);

/// Replaces S, an await in the coroutine Self, by the body of the coroutine
/// Body, which is the callee or a copy of it. NewAwaits: those that came with
/// the body; IsMadeInBody says of them no more than that it brought their ramp.
Refusal spliceAwait(AwaitSite &S, llvm::Function &Body, const Coroutine &Self,
                    const TaskUses &Uses,
                    llvm::SmallVectorImpl<AwaitSite> &NewAwaits);

} // namespace coroinline

#endif
