//===- SelfResumption.h - Resume functions that resume their own -*- C++
//-*-===//

#ifndef COROINLINE_SELFRESUMPTION_H
#define COROINLINE_SELFRESUMPTION_H

#include "LinkedAwaits.h"
#include "ResumeFunction.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace coroinline {

/// Where a resume function ends in a call of itself: `musttail`, and a return.
struct SelfResumption {
  llvm::CallInst *Call;
  TaskState State;         // of the task
  bool AwaitsThis = false; // the task that the function is called for
};

/// Whether it can be a loop.
bool canResumeInPlace(const llvm::Function &Resume);

/// Jumps to where each of these tasks goes on, instead of the call. Awaits: all
/// places where it may be that one awaits another.
void resumeInPlace(llvm::Function &Resume,
                   llvm::ArrayRef<SelfResumption> Places,
                   llvm::ArrayRef<LinkedAwait> Awaits);

/// Whether that has been done to Resume: any of its tasks may go on in it.
bool isDispatchLoop(const llvm::Function &Resume);

} // namespace coroinline

#endif
