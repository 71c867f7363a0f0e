//===- CoroInline.h - Inlines awaited coroutines ----------------*- C++ -*-===//

#ifndef COROINLINE_COROINLINE_H
#define COROINLINE_COROINLINE_H

#include "llvm/IR/PassManager.h"
#include "llvm/Support/Error.h"

namespace coroinline {

/// Sizes are in instructions of unoptimised IR.
struct CoroInlineOptions {
  /// limit: that an awaiter may have after an inlining, at the most.
  unsigned Limit = 20000;
  /// callee: that a coroutine may have which is awaited in several places.
  unsigned Callee = 2000;
  /// small-callee: the same where the awaiter is compiled for size.
  unsigned SmallCallee = 500;
  /// targets: of one call through a pointer that get an await of their own.
  unsigned Targets = 4;
  /// unroll: levels of a recursion that are inlined into each other.
  unsigned Unroll = 2;
  /// unroll-limit: that a coroutine may have after such an inlining.
  unsigned UnrollLimit = 5000;

  /// Reads "limit=N;callee=N...", any of them.
  static llvm::Expected<CoroInlineOptions> parse(llvm::StringRef Params);
  /// Writes all of them in the same form.
  void print(llvm::raw_ostream &OS) const;
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
