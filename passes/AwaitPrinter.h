//===- AwaitPrinter.h - Prints who awaits whom ------------------*- C++ -*-===//

#ifndef COROINLINE_AWAITPRINTER_H
#define COROINLINE_AWAITPRINTER_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Prints the await graph of a prepared module, callees first, and for each
/// await what coro-inline would say to it, if it came to it first.
///
///   opt -load-pass-plugin=libCoroInline.so -disable-output \
///       -passes='coro-prepare,print<coro-await>' app.ll
class AwaitPrinterPass : public llvm::PassInfoMixin<AwaitPrinterPass> {
  llvm::raw_ostream &OS;

public:
  explicit AwaitPrinterPass(llvm::raw_ostream &OS) : OS(OS) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "print<coro-await>"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
