//===- CoroReuseFrames.h - One frame for tasks in turn ----------*- C++ -*-===//

#ifndef COROINLINE_COROREUSEFRAMES_H
#define COROINLINE_COROREUSEFRAMES_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Has a coroutine that awaits task after task of another one give the frame of
/// the one to the next. For what has not been split yet, and awaits what has.
struct CoroReuseFramesPass : llvm::PassInfoMixin<CoroReuseFramesPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-reuse-frames"; }
};

} // namespace coroinline

#endif
