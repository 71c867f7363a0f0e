//===- TaskHelpers.h - Plain functions that make awaited tasks --*- C++ -*-===//

#ifndef COROINLINE_TASKHELPERS_H
#define COROINLINE_TASKHELPERS_H

#include "CoroInline.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstrTypes.h"

namespace coroinline {

/// The plain functions of a module that return tasks of coroutines.
class TaskHelpers {
  const CoroInlineOptions &Options;
  llvm::FunctionAnalysisManager &FAM;
  llvm::DenseMap<llvm::Function *, bool> Known;
  llvm::SmallSetVector<llvm::Function *, 8> Inlined;
  bool HaveChanged = false; // where they were looked at

  llvm::SmallVector<llvm::CallBase *, 4> rampsOfResult(llvm::Function &F);
  bool canBeInlined(llvm::Function &Helper, llvm::Function &Awaiter);

public:
  TaskHelpers(const CoroInlineOptions &Options,
              llvm::FunctionAnalysisManager &FAM)
      : Options(Options), FAM(FAM) {}

  /// Whether F is one, and does not get them from itself.
  bool isHelper(llvm::Function &F);
  /// Inlines those that make the tasks which the prepared coroutine F awaits,
  /// and those that they call for them. Returns whether F changed.
  bool inlineInto(llvm::Function &F);
  /// Erases those that nobody calls any more. Returns whether any was changed,
  /// beside the ones that were inlined.
  bool eraseUnused();
};

} // namespace coroinline

#endif
