//===- CoroShareSlots.h - Values that share room in a frame -----*- C++ -*-===//

#ifndef COROINLINE_COROSHARESLOTS_H
#define COROINLINE_COROSHARESLOTS_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

struct CoroShareSlotsPass : llvm::PassInfoMixin<CoroShareSlotsPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-share-slots"; }
};

} // namespace coroinline

#endif
