//===- Coroutine.h - The parts of a prepared coroutine ----------*- C++ -*-===//

#ifndef COROINLINE_COROUTINE_H
#define COROINLINE_COROUTINE_H

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

namespace coroinline {

/// The blocks that can be reached from those in Work, but not through Stop.
llvm::SmallPtrSet<llvm::BasicBlock *, 32>
reachable(llvm::SmallVector<llvm::BasicBlock *, 32> Work,
          const llvm::BasicBlock *Stop);

/// True for a call of the intrinsic ID.
bool isIntrinsic(const llvm::Value *V, llvm::Intrinsic::ID ID);

/// True for the coro.begin of a coroutine of the switch ABI that is not split
/// yet: it begins the function that it stands in. That of one that is split has
/// a list of its parts in its coro.id, and comes into other coroutines where
/// LLVM inlines the making of a task.
bool isOwnBegin(const llvm::Value &V);

/// The switch-ABI coroutine that coro-prepare made of a C function: one id, one
/// begin, one initial suspend, one end, and a finish with a suspend for the end
/// of a root task, the final one, and one that leaves for the awaiter:
///
///   %id  = call token @llvm.coro.id(i32 0, ptr %promise, ptr null, ptr null)
///   %hdl = call ptr @llvm.coro.begin(token %id, ptr %memory)
///   %s   = call i8 @llvm.coro.suspend(token none, i1 false)   ; Start
///   switch i8 %s, label %exit [ i8 0, label %body
///                               i8 1, label %destroy ]
///   ...
/// finish:
///   br i1 %is.root, label %final, label %leave                ; Finish
/// leave:
///   ... transfer, as in an await
///   %l = call i8 @llvm.coro.suspend(token %save, i1 false)    ; Leave
///   switch i8 %l, label %exit [ i8 1, label %destroy ... ]
/// final:
///   %f = call i8 @llvm.coro.suspend(token none, i1 true)      ; Final
///   switch i8 %f, label %exit [ i8 1, label %destroy ... ]
/// exit:
///   call void @llvm.coro.end(ptr null, i1 false, token none)  ; End
///   ret ptr %hdl
struct Coroutine {
  llvm::IntrinsicInst *Id = nullptr;
  llvm::IntrinsicInst *Alloc = nullptr; // null where the frame is a given one
  llvm::IntrinsicInst *Begin = nullptr;
  llvm::AllocaInst *Promise = nullptr;
  llvm::IntrinsicInst *Start = nullptr; // null in a foreign coroutine
  llvm::IntrinsicInst *Final = nullptr; // null where no task ends as a root
  llvm::IntrinsicInst *Leave = nullptr; // null where no task is ever awaited
  llvm::IntrinsicInst *End = nullptr;
  llvm::SmallVector<llvm::IntrinsicInst *, 8> Suspends; // but Final and Leave

  /// The two suspends of a yield.
  struct Yield {
    llvm::IntrinsicInst *Plain, *Transfer;
  };
  /// As coro-prepare made them: either follows one branch on who is the root.
  llvm::SmallVector<Yield, 4> yields() const;
  /// Suspends of the source, and the initial one.
  unsigned suspendsOfSource() const;
  /// The block before the final suspend and the leaving part; where there is
  /// one of them alone, the block of that suspend.
  llvm::BasicBlock *finish() const;
  /// Where there is one end alone: erases that suspend, and its transfer, from
  /// a finish that now goes elsewhere.
  void eraseOnlyEnd() const;
  bool neverEnds() const { return !Final && !Leave; }

  /// Whether a copy of the body does in the place of an await what the awaited
  /// task would: it is back at its awaiter when it has finished, and at nothing
  /// else; nothing happens behind a suspend on the way out; and what the call
  /// gives is the task.
  bool canBeSpliced() const;

  /// Looks for the parts in F. Gives false where it is not exactly one whole
  /// coroutine of the form above, or control can come to them in another order.
  bool analyze(llvm::Function &F);
  /// The same in the given blocks, into which one that was analyzed has been
  /// copied.
  template <typename RangeT> bool analyze(RangeT &&Blocks) {
    for (llvm::BasicBlock &BB : Blocks)
      for (llvm::Instruction &I : BB)
        if (auto *II = llvm::dyn_cast<llvm::IntrinsicInst>(&I))
          if (!add(*II))
            return false;
    return complete();
  }

private:
  bool add(llvm::IntrinsicInst &II);
  bool complete();
  bool isInOrder(llvm::Function &F) const;
  bool returnsTask(const llvm::ReturnInst &Return) const;
};

/// Whether a suspend is the one of an await of coro.h.
bool isAwait(const llvm::IntrinsicInst &Suspend);
/// Whether it is where a generator is asked for its next value.
bool isNext(const llvm::IntrinsicInst &Suspend);

/// Some targets return a struct of one pointer as an integer: what a task is
/// without such casts. Null for null.
llvm::Value *throughIntegers(llvm::Value *Task);

/// The direct call that a task comes from; null where it is not known.
llvm::CallBase *rampOf(llvm::Value *Task);

/// The three ways out of a suspend point.
struct SuspendEdges {
  llvm::SwitchInst *Switch = nullptr;
  // Resume is null where control never goes on.
  llvm::BasicBlock *Resume = nullptr, *Destroy = nullptr, *Exit = nullptr;

  /// False where the suspend is not followed by a switch on its result alone,
  /// or two of the ways are the same: of such a switch, LLVM makes a branch
  /// whenever it copies it.
  bool analyze(llvm::IntrinsicInst &Suspend);
};

/// A point where a coroutine runs another one to its end, or a generator to its
/// next value.
///
///   %save = call token @llvm.coro.save(ptr %hdl)
///   call void @llvm.coro.await.suspend.handle(ptr %task, ptr %hdl, ptr @enter)
///   %s = call i8 @llvm.coro.suspend(token %save, i1 false)
///   switch i8 %s, ...
struct Await {
  llvm::CallBase *Transfer = nullptr; // the coro.await.suspend.handle
  llvm::IntrinsicInst *Save = nullptr, *Suspend = nullptr;
  SuspendEdges Edges;

  /// Of a suspend. False where it is not the one of an await.
  bool analyze(llvm::IntrinsicInst &Suspend);
  /// The same of all but the edges.
  bool findTransfer(llvm::IntrinsicInst &Suspend);
  llvm::Value *task() const { return Transfer->getArgOperand(0); }
};

} // namespace coroinline

#endif
