//===- CoroForwardFrames.h - From one task's end to a new one ---*- C++ -*-===//

#ifndef COROINLINE_COROFORWARDFRAMES_H
#define COROINLINE_COROFORWARDFRAMES_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Has a frame that goes back to the thread's free lists go to the next task
/// instead, on ways that soon take one from the same list. For any function in
/// which coroutines are split: behind CoroFuseReturnsPass, which brings such
/// places together.
struct CoroForwardFramesPass : llvm::PassInfoMixin<CoroForwardFramesPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-forward-frames"; }
};

} // namespace coroinline

#endif
