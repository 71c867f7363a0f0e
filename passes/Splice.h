//===- Splice.h - Puts a coroutine's body in the place of an await -*- C++ -*-//

#ifndef COROINLINE_SPLICE_H
#define COROINLINE_SPLICE_H

#include "AwaitGraph.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/PassManager.h"

#include <optional>
#include <string>

namespace coroinline {

/// Why not; none: go ahead.
using Refusal = std::optional<std::string>;

/// What an awaiter does with a task beside awaiting it.
struct TaskUses {
  llvm::SmallVector<llvm::Instruction *, 2> Checks; // for NULL, for a root
  llvm::SmallVector<llvm::CallBase *, 2> Destroys;
  // Of a generator: the transfers of the places that ask it for a value,
  // and its destruction with what it awaits.
  llvm::SmallVector<llvm::CallBase *, 2> Nexts, Cancels;
};

/// Finds the uses of the task of S, whose ramp makes a Callee. Refuses the ones
/// that coro_await, or coro_await_for, does not make: they may need a task.
Refusal findTaskUses(const AwaitSite &S, const Coroutine &Callee,
                     TaskUses &Found);

/// Replaces S, an await in the coroutine Self, by the body of the coroutine
/// Body, which is the callee or a copy of it. NewAwaits: those that came with
/// the body; IsMadeInBody says of them no more than that it brought their ramp.
Refusal spliceAwait(AwaitSite &S, llvm::Function &Body, const Coroutine &Self,
                    const TaskUses &Uses,
                    llvm::SmallVectorImpl<AwaitSite> &NewAwaits);

/// The body of a coroutine in the place of a call that made a task of it: the
/// blocks from From up to After. What becomes of the suspends and the end is
/// left to be said.
struct InlinedBody {
  llvm::BasicBlock *From = nullptr, *After = nullptr;
  Coroutine Parts;
  llvm::Instruction *Task = nullptr; // stands for it until dropFrame
  llvm::SmallVector<llvm::AllocaInst *, 8> Locals;

  llvm::iterator_range<llvm::Function::iterator> blocks() const {
    return {From->getIterator(), After->getIterator()};
  }
  /// The task loses its frame, and its handle becomes that of Self.
  void dropFrame(const Coroutine &Self, const TaskUses &Uses);
  /// Ends the lives of the variables where those of the frame's would.
  void endLives(llvm::Instruction &Where) const;
};

/// Place: where the awaiter stands, to a debugger, while the body runs. What is
/// refused has not been changed.
Refusal inlineBody(llvm::CallInst &Ramp, llvm::Function &Body,
                   const llvm::DebugLoc &Place, InlinedBody &Result);

/// A new block that goes to Target, and whose phi entries are OldPred's.
llvm::BasicBlock *leadFrom(llvm::BasicBlock &OldPred, llvm::BasicBlock &Target,
                           const llvm::DebugLoc &Loc);
/// Replaces the terminator of BB, whose successors have been told.
void endByJump(llvm::BasicBlock &BB, llvm::BasicBlock &Target);

/// Erases those functions, which have been inlined, that nobody calls any more,
/// so that nothing seems to be called from there.
void eraseUnused(llvm::SmallSetVector<llvm::Function *, 8> &Inlined,
                 llvm::FunctionAnalysisManager &FAM);

} // namespace coroinline

#endif
