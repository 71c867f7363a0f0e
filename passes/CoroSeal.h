//===- CoroSeal.h - Takes coroutines to the link unsplit --------*- C++ -*-===//

#ifndef COROINLINE_COROSEAL_H
#define COROINLINE_COROSEAL_H

#include "llvm/IR/Function.h"
#include "llvm/IR/PassManager.h"

#include <functional>

namespace coroinline {

/// Whether F is a coroutine that waits for the link.
bool isSealed(const llvm::Function &F);

/// Whether F is, or was split from, a coroutine that coro-unseal has restored.
bool wasSealed(const llvm::Function &F);

/// Whether M is being compiled to bitcode for a link.
bool isForLink(const llvm::Module &M);

/// Seals the coroutines of a module that will be bitcode for a link.
struct CoroSealPass : llvm::PassInfoMixin<CoroSealPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-seal"; }
  static bool isRequired() { return true; }
};

/// Behind the last pass that must not touch sealed coroutines: lets the link
/// import them.
struct CoroShipPass : llvm::PassInfoMixin<CoroShipPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-ship"; }
  static bool isRequired() { return true; }
};

/// Restores the sealed coroutines that have been shipped; and has those split
/// that coro-seal has left to be split in the compile step.
class CoroUnsealPass : public llvm::PassInfoMixin<CoroUnsealPass> {
public:
  using PipelineT = std::function<void(llvm::ModulePassManager &)>;

  /// Then: adds the passes to run where something was restored. Split: the same
  /// where something is to be split.
  CoroUnsealPass(PipelineT Then = {}, PipelineT Split = {})
      : Then(std::move(Then)), Split(std::move(Split)) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-unseal"; }
  static bool isRequired() { return true; }

private:
  PipelineT Then, Split;
};

} // namespace coroinline

#endif
