//===- CoroSinkAddresses.h - Addresses within frames ------------*- C++ -*-===//

#ifndef COROINLINE_COROSINKADDRESSES_H
#define COROINLINE_COROSINKADDRESSES_H

#include "llvm/IR/PassManager.h"
#include "llvm/IR/Value.h"

namespace coroinline {

/// Computes the addresses at fixed offsets from Frame in the blocks that need
/// them. Returns whether it changed anything.
bool sinkAddresses(llvm::Value &Frame);

/// Does so in what CoroSplit has made of coroutines. At OptimizerLast.
struct CoroSinkAddressesPass : llvm::PassInfoMixin<CoroSinkAddressesPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-sink-addresses"; }
};

} // namespace coroinline

#endif
