//===- CoroInline.h - Inlines awaited coroutines ----------------*- C++ -*-===//

#ifndef COROINLINE_COROINLINE_H
#define COROINLINE_COROINLINE_H

#include "llvm/IR/PassManager.h"
#include "llvm/Support/Error.h"

namespace coroinline {

struct CoroInlineOptions {
  /// Instructions that an awaiter may have after an inlining, at the most.
  unsigned Limit = 20000;

  /// Reads "limit=N".
  static llvm::Expected<CoroInlineOptions> parse(llvm::StringRef Params);
};

class CoroInlinePass : public llvm::PassInfoMixin<CoroInlinePass> {
  CoroInlineOptions Options;

public:
  CoroInlinePass(CoroInlineOptions Options = {}) : Options(Options) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  void printPipeline(llvm::raw_ostream &OS,
                     llvm::function_ref<llvm::StringRef(llvm::StringRef)>);
  static llvm::StringRef passName() { return "coro-inline"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
