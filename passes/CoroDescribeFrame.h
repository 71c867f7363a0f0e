//===- CoroDescribeFrame.h - Suspended tasks, for debuggers -----*- C++ -*-===//

#ifndef COROINLINE_CORODESCRIBEFRAME_H
#define COROINLINE_CORODESCRIBEFRAME_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

struct CoroDescribeFramePass : llvm::PassInfoMixin<CoroDescribeFramePass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-describe-frame"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
