//===- LinkTime.cpp - What becomes of sealed coroutines -------------------===//
//
// Sealed coroutines (see CoroSeal.cpp) have missed what LLVM does to a
// coroutine in a compile step, and the pipelines of a link don't do all of it:
//
//   thin, -O1 to -O3:  all but CoroEarly, and what simplifies a function first
//   full, LLVM 22:     CoroEarly and CoroSplit, but no simplification before it
//   full, LLVM 19:     nothing
//   thin, -O0:         no extension point; a link error tells
//
// The object half of a fat object is a full link of one file.
//
// What a sanitizer instruments is not sealed. For a thin link, LLVM 22 would
// instrument it in the compile step and split it at the link, and the memory
// sanitizer then reports values that are spilled into the frame. So it is split
// here, before it is instrumented.
//
//===----------------------------------------------------------------------===//

#include "LinkTime.h"
#include "CoroInline.h"
#include "CoroLowerAlloca.h"
#include "CoroNoteVariables.h"
#include "CoroPin.h"
#include "CoroSeal.h"

#include "llvm/Analysis/LazyCallGraph.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Coroutines/CoroCleanup.h"
#include "llvm/Transforms/Coroutines/CoroEarly.h"
#include "llvm/Transforms/Coroutines/CoroSplit.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LowerExpectIntrinsic.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

using namespace llvm;
using namespace coroinline;

namespace {

bool hasUnsealed(Function &F) { return wasSealed(F); }
bool hasUnsealed(LazyCallGraph::SCC &C) {
  return any_of(
      C, [](LazyCallGraph::Node &N) { return wasSealed(N.getFunction()); });
}

/// Runs a function or SCC pass on what was sealed, and on nothing else.
template <typename PassT>
class OnUnsealedPass : public PassInfoMixin<OnUnsealedPass<PassT>> {
  PassT Pass;

public:
  explicit OnUnsealedPass(PassT Pass) : Pass(std::move(Pass)) {}
  template <typename UnitT, typename... Ts>
  PreservedAnalyses run(UnitT &Unit, Ts &...Args) {
    return hasUnsealed(Unit) ? Pass.run(Unit, Args...)
                             : PreservedAnalyses::all();
  }
  static bool isRequired() { return true; }
};

/// CoroCleanup, but not where it would find coroutines that are not ours and
/// that LLVM is yet to split.
struct CleanupPass : PassInfoMixin<CleanupPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM) {
    if (any_of(M, [](Function &F) { return F.isPresplitCoroutine(); }))
      return PreservedAnalyses::all();
    return CoroCleanupPass().run(M, AM);
  }
  static bool isRequired() { return true; }
};

/// What an ordinary compile step begins with.
void addEarlyPasses(ModulePassManager &MPM) {
  MPM.addPass(CoroInlinePass());
  MPM.addPass(createModuleToFunctionPassAdaptor(CoroNoteVariablesPass()));
  MPM.addPass(CoroEarlyPass());
  FunctionPassManager FPM;
  FPM.addPass(CoroPinPass()); // what touches no memory, the compile step found
  FPM.addPass(LowerExpectIntrinsicPass());
  FPM.addPass(SimplifyCFGPass());
  FPM.addPass(SROAPass(SROAOptions::ModifyCFG));
  FPM.addPass(EarlyCSEPass());
  MPM.addPass(
      createModuleToFunctionPassAdaptor(OnUnsealedPass(std::move(FPM))));
}

/// The rest of it, up to where coroutines are no more.
void addSplit(ModulePassManager &MPM, PassBuilder &PB,
              OptimizationLevel Level) {
  // The passes on the call graph don't come to what nobody calls any more.
  MPM.addPass(GlobalDCEPass());
  if (Level == OptimizationLevel::O0) {
    MPM.addPass(createModuleToFunctionPassAdaptor(CoroLowerAllocaPass()));
    MPM.addPass(createModuleToPostOrderCGSCCPassAdaptor(
        OnUnsealedPass(CoroSplitPass())));
    MPM.addPass(createModuleToFunctionPassAdaptor(CoroLowerAllocaPass()));
  } else {
    CGSCCPassManager Simplify = std::move(
        PB.buildInlinerPipeline(Level, ThinOrFullLTOPhase::None).getPM());
    MPM.addPass(createModuleToPostOrderCGSCCPassAdaptor(
        OnUnsealedPass(createDevirtSCCRepeatedPass(std::move(Simplify), 4))));
  }
  MPM.addPass(CleanupPass());
}

} // namespace

void coroinline::registerLinkTime(PassBuilder &PB) {
  // The thin link; a compile step comes here before it ships anything.
  PB.registerPipelineEarlySimplificationEPCallback(
      [](ModulePassManager &MPM, auto...) {
        MPM.addPass(CoroUnsealPass(addEarlyPasses));
      });
  auto UnsealAndSplit = [&PB](ModulePassManager &MPM, OptimizationLevel Level,
                              auto...) {
    auto Split = [&PB, Level](ModulePassManager &Then) {
      addSplit(Then, PB, Level);
    };
    MPM.addPass(CoroUnsealPass(
        [Split](ModulePassManager &Then) {
          addEarlyPasses(Then);
          Split(Then);
        },
        Split));
  };
  // The full link.
  PB.registerFullLinkTimeOptimizationEarlyEPCallback(UnsealAndSplit);
  // The compile step, ahead of the sanitizers; and the object in a fat object,
  // behind the bitcode's shipping.
  PB.registerOptimizerEarlyEPCallback(UnsealAndSplit);
  PB.registerOptimizerLastEPCallback(
      [](ModulePassManager &MPM, auto...) { MPM.addPass(CoroShipPass()); });
}
