//===- KnownTasks.h - Which coroutine a task is of --------------*- C++ -*-===//

#ifndef COROINLINE_KNOWNTASKS_H
#define COROINLINE_KNOWNTASKS_H

#include "Places.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"

#include <optional>

namespace coroinline {

/// A coroutine, and the functions that CoroSplit made of it: Destroy frees the
/// frame if that was allocated.
struct SplitCoroutine {
  llvm::Function *Ramp = nullptr, *Resume = nullptr, *Destroy = nullptr;
  bool operator==(const SplitCoroutine &C) const {
    return Resume == C.Resume && Destroy == C.Destroy;
  }
};

/// A coroutine, and where the tasks of it are made that a handle can be.
struct TaskKind {
  SplitCoroutine Of;
  llvm::SmallVector<llvm::Instruction *, 1> Made;
};

/// What is known of all the tasks that a handle can be.
struct KnownTask {
  llvm::SmallVector<TaskKind, 1> Kinds; // one at least
  bool IsOwn = true;      // made here, and nobody else ever sees them
  bool HasStarted = true; // each has been resumed before
};

/// Looks for where the handles of tasks in a function come from: calls of
/// coroutines that have been split, through phis, selects, and variables and
/// arrays of the function whose every access can be seen.
class TaskSearch {
  llvm::DominatorTree &DT;
  const llvm::DataLayout &DL;

  /// A task that is made to have its frame in a variable.
  struct Frame {
    Place At;
    uint64_t Size; // bytes
    llvm::Instruction *Begin;
  };
  /// A variable, and what is done to it.
  struct Object {
    bool IsPrivate = true; // all of that is known
    llvm::SmallVector<llvm::StoreInst *, 8> Stores;
    llvm::SmallVector<llvm::LoadInst *, 8> Loads;
    llvm::SmallVector<llvm::MemTransferInst *, 2> CopiesOut;
    llvm::SmallVector<Frame, 1> Frames;
    uint64_t Between = 0; // elements so far apart are copied to each other
    /// P, and wherever what lies there can have come from or gone to.
    Place withCopies(Place P) const;
  };
  llvm::DenseMap<llvm::Value *, Object> Objects; // by the alloca
  llvm::DenseMap<llvm::Value *, bool> Own;       // by what makes the task
  class Walk;

  const Object &object(llvm::Value &Alloca);
  /// The variable that P is in; null where that is not private.
  const Object *privateObject(const Place &P);
  bool isCopied(const Object &O, const Place &At, uint64_t Size) const;
  llvm::SmallVector<llvm::LoadInst *, 8>
  loadsFrom(const Object &O, const Place &At, uint64_t Size) const;
  bool storesTo(llvm::LoadInst &Load,
                llvm::SmallVectorImpl<llvm::StoreInst *> &Found);
  bool isOwn(llvm::Value &Origin);

public:
  TaskSearch(llvm::DominatorTree &DT, const llvm::DataLayout &DL)
      : DT(DT), DL(DL) {}
  /// Of a handle that is used at User. None where a task may come from
  /// elsewhere.
  std::optional<KnownTask> find(llvm::Value *Handle,
                                const llvm::Instruction &User);
  /// How far into a frame Address points, where a variable holds frames; none
  /// where it does not, or may point elsewhere.
  std::optional<uint64_t> offsetInFrame(llvm::Value *Address);
};

/// By what V, the handle of a task, is made: a ramp that CoroSplit has been at,
/// inlined or called. None where V is anything else.
std::optional<SplitCoroutine> coroutineOf(const llvm::Value &V);

/// What begins the task, which is NULL if there is no memory; none where it may
/// come from elsewhere.
llvm::SmallVector<llvm::IntrinsicInst *, 1> beginsOf(llvm::Value *Task);

/// The same of F itself, if it is a ramp.
std::optional<SplitCoroutine> coroutineOfRamp(const llvm::Function &F);

/// The index in the frame of the function that U calls on Handle, its task:
/// 0 to resume it, 1 to destroy it. None where U is something else.
std::optional<unsigned> calledOn(const llvm::User &U,
                                 const llvm::Value &Handle);

} // namespace coroinline

#endif
