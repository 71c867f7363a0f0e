//===- CoroPackSlots.h - Slots without what nobody reads --------*- C++ -*-===//

#ifndef COROINLINE_COROPACKSLOTS_H
#define COROINLINE_COROPACKSLOTS_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Leaves out of the slots of a coro_interleave, where frames lie in them, what
/// nobody reads once the bodies of their tasks stand in the loop: the functions
/// of a frame, its header, its index. For functions that coro-devirt has been
/// at and LLVM has simplified since.
struct CoroPackSlotsPass : llvm::PassInfoMixin<CoroPackSlotsPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-pack-slots"; }
};

} // namespace coroinline

#endif
