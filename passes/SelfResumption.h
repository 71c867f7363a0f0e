//===- SelfResumption.h - Resume functions that resume their own -*- C++
//-*-===//

#ifndef COROINLINE_SELFRESUMPTION_H
#define COROINLINE_SELFRESUMPTION_H

#include "ResumeFunction.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace coroinline {

/// Where a resume function ends in a call of itself: `musttail`, and a return.
struct SelfResumption {
  llvm::CallInst *Call;
  TaskState State;         // of the task
  bool AwaitsThis = false; // the task that the function is called for
};

/// Where the task goes on when another one of its coroutine, which it awaits,
/// has come to its end.
struct SelfAwait {
  llvm::ConstantInt *Index;
  llvm::Type *HandleType;        // of the other one's handle
  std::optional<int64_t> Handle; // where that is in the frame, in bytes
};

/// Of a resume function that enters tasks of its own coroutine by these calls,
/// and by no others. Empty where one of them can't be made out.
llvm::SmallVector<SelfAwait, 4>
findSelfAwaits(llvm::Function &Resume, llvm::ArrayRef<llvm::CallInst *> Enters);

/// Whether it can be a loop.
bool canResumeInPlace(const llvm::Function &Resume);

/// Jumps to where each of these tasks goes on, instead of the call. Awaits: all
/// places where it may be that one awaits another.
void resumeInPlace(llvm::Function &Resume,
                   llvm::ArrayRef<SelfResumption> Places,
                   llvm::ArrayRef<SelfAwait> Awaits);

/// Whether that has been done to Resume: any of its tasks may go on in it.
bool isDispatchLoop(const llvm::Function &Resume);

} // namespace coroinline

#endif
