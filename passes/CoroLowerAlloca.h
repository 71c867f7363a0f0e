//===- CoroLowerAlloca.h - Dynamic allocas past CoroSplit -------*- C++ -*-===//

#ifndef COROINLINE_COROLOWERALLOCA_H
#define COROINLINE_COROLOWERALLOCA_H

#include "llvm/IR/Instructions.h"
#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Replaces a dynamic alloca of a coroutine by a call that CoroSplit takes for
/// any other.
void hideDynamicAlloca(llvm::AllocaInst &AI);

/// Whether F takes stack whose size is not known, hidden allocas aside.
bool hasDynamicAlloca(const llvm::Function &F);

/// Whether there are any that are hidden; whether V is one.
bool hasHiddenAllocas(const llvm::Module &M);
bool isHiddenAlloca(const llvm::Value &V);

/// Makes the allocas of them again, in what CoroSplit has split. In a coroutine
/// that is not split yet, hides the others, which came with plain functions.
struct CoroLowerAllocaPass : llvm::PassInfoMixin<CoroLowerAllocaPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-lower-alloca"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
