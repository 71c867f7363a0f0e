//===- LinkedAwaits.h - Where a coroutine awaits tasks ----------*- C++ -*-===//

#ifndef COROINLINE_LINKEDAWAITS_H
#define COROINLINE_LINKEDAWAITS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

#include <optional>

namespace coroinline {

/// A call by which a task, in its resume function, lets one run that it awaits.
struct Enter {
  llvm::CallInst *Call;
  llvm::Function *Awaited; // the resume function of that one
  uint64_t Often;          // as the compiler or a profile sees it
};

/// Where a task goes on when one that it awaits has come to its end, or yields.
struct LinkedAwait {
  llvm::Function *Awaited;       // the resume function of that one
  llvm::ConstantInt *Index;      // that the task is at
  uint64_t Often;                // compared with other awaits
  std::optional<int64_t> Handle; // where that of the awaited task is in the
                                 // frame, in bytes; nobody else changes it
};

/// Of a resume function that was just split, with all that it enters. Empty
/// where one of these awaits can't be made out.
llvm::SmallVector<LinkedAwait, 4>
findLinkedAwaits(llvm::Function &Resume, llvm::ArrayRef<Enter> Enters);

/// Keeps in the module what has been found of a resume function.
void noteLinkedAwaits(llvm::Function &Resume,
                      llvm::ArrayRef<LinkedAwait> Awaits);
/// Gives what has been kept, and forgets it.
llvm::SmallVector<LinkedAwait, 4> takeLinkedAwaits(llvm::Function &Resume);
/// Whether anything may have been kept in a module of that context.
bool mayHaveLinkedAwaits(llvm::LLVMContext &Context);

/// Whether Call resumes the awaiter of Task, as that has come to its end or
/// yields.
bool isLeave(const llvm::CallInst &Call, const llvm::Value &Task);
/// All such calls in its resume function F.
llvm::SmallVector<llvm::CallInst *, 2> findLeaves(llvm::Function &F,
                                                  const llvm::Value &Task);
/// Divides Leave by a condition; gives the one where it is met.
llvm::CallInst &divideLeave(llvm::CallInst &Leave, llvm::Value &Condition);

} // namespace coroinline

#endif
