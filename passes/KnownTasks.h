//===- KnownTasks.h - Which coroutine a task is of --------------*- C++ -*-===//

#ifndef COROINLINE_KNOWNTASKS_H
#define COROINLINE_KNOWNTASKS_H

#include "Places.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

#include <optional>

namespace coroinline {

/// A coroutine, and the functions that CoroSplit made of it.
struct SplitCoroutine {
  llvm::Function *Ramp = nullptr, *Resume = nullptr, *Destroy = nullptr;
  bool operator==(const SplitCoroutine &C) const {
    return Resume == C.Resume && Destroy == C.Destroy;
  }
};

/// What is known of all the tasks that a handle can be.
struct KnownTask {
  SplitCoroutine Of;
  bool IsOwn = true;      // made here, and nobody else ever sees them
  bool HasStarted = true; // each has been resumed before
};

/// Looks for where the handles of tasks in a function come from: calls of
/// coroutines that have been split, through phis, selects, and variables and
/// arrays of the function whose every access can be seen.
class TaskSearch {
  llvm::DominatorTree &DT;
  const llvm::DataLayout &DL;

  /// A variable, and what is done to it.
  struct Object {
    bool IsPrivate = true; // all of that is known
    llvm::SmallVector<llvm::StoreInst *, 8> Stores;
    llvm::SmallVector<llvm::LoadInst *, 8> Loads;
  };
  llvm::DenseMap<llvm::AllocaInst *, Object> Objects;
  llvm::DenseMap<llvm::Value *, bool> Own; // by what makes the task
  class Walk;

  const Object &object(llvm::AllocaInst &AI);
  /// The variable that P is in; null where that is not private.
  const Object *privateObject(const Place &P);
  llvm::SmallVector<llvm::LoadInst *, 8>
  loadsFrom(const Object &O, const Place &Where, uint64_t Size) const;
  bool storesTo(llvm::LoadInst &Load,
                llvm::SmallVectorImpl<llvm::StoreInst *> &Found);
  bool isOwn(llvm::Value &Origin);

public:
  TaskSearch(llvm::DominatorTree &DT, const llvm::DataLayout &DL)
      : DT(DT), DL(DL) {}
  /// None where a task may come from elsewhere or there are tasks of several
  /// coroutines.
  std::optional<KnownTask> find(llvm::Value *Handle);
};

} // namespace coroinline

#endif
