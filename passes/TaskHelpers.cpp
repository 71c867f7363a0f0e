//===- TaskHelpers.cpp - Plain functions that make awaited tasks ----------===//
//
// A function that is no coroutine can make the task that another one awaits:
//
//   define ptr @pick(i1 %b, i32 %x) {             ; coro_await(pick(b, x))
//     br i1 %b, label %yes, label %no             %task = call ptr @pick(...)
//   yes:                                          ... await of %task
//     %f = call ptr @f(i32 %x)
//     br label %end
//   no:
//     %g = call ptr @g(i32 %x)
//     br label %end
//   end:
//     %task = phi ptr [ %f, %yes ], [ %g, %no ]
//     ret ptr %task
//   }
//
// LLVM would inline it too late. Inlined by this, it leaves what an await of
// b ? f(x) : g(x) is made of, which IndirectAwaits.cpp takes from there.
//
//===----------------------------------------------------------------------===//

#include "TaskHelpers.h"
#include "Coroutine.h"
#include "HandleSlots.h"
#include "InlineDecision.h"
#include "Markers.h"
#include "Ramps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-inline"

static SmallVector<Value *, 2> resultsOf(Function &F) {
  SmallVector<Value *, 2> Results;
  for (BasicBlock &BB : F)
    if (auto *Return = dyn_cast<ReturnInst>(BB.getTerminator()))
      Results.push_back(throughIntegers(Return->getReturnValue()));
  return Results;
}

/// The calls that the task which F gives may come from.
SmallVector<CallBase *, 4> TaskHelpers::rampsOfResult(Function &F) {
  if (promoteHandleSlots(F, resultsOf(F))) {
    FAM.invalidate(F, PreservedAnalyses::none());
    HaveChanged = true;
  }
  SmallVector<CallBase *, 4> Ramps;
  for (Value *Result : resultsOf(F))
    append_range(Ramps, rampsOf(Result));
  return Ramps;
}

bool TaskHelpers::isHelper(Function &F) {
  auto [It, IsNew] = Known.insert({&F, false});
  if (!IsNew)
    return It->second;
  bool MakesTasks = false;
  SmallSetVector<Function *, 8> Work;
  Work.insert(&F);
  for (unsigned K = 0; K < Work.size(); K++) { // Work grows
    Function &Maker = *Work[K];
    if (InlineDecision::checkHelper(Maker))
      continue;
    for (CallBase *Ramp : rampsOfResult(Maker)) {
      Function *Callee = Ramp->getCalledFunction();
      if (Callee == &F)
        return false;
      MakesTasks |= !Callee || Callee->isPresplitCoroutine();
      if (Callee)
        Work.insert(Callee);
      else // Inlined, it may turn out to call a helper, even this one.
        Ramp->addFnAttr(Attribute::get(F.getContext(), tag::FromHelper));
    }
  }
  return Known[&F] = MakesTasks;
}

bool TaskHelpers::canBeInlined(Function &Helper, Function &Awaiter) {
  return isHelper(Helper) &&
         !InlineDecision::checkHelper(Helper, Awaiter, Options, FAM);
}

bool TaskHelpers::inlineInto(Function &F) {
  bool Changed = false;
  auto &ORE = FAM.getResult<OptimizationRemarkEmitterAnalysis>(F);
  for (bool Progress = true; Progress; Changed |= Progress) {
    Coroutine Body;
    if (!Body.analyze(F))
      break;
    SmallSetVector<CallBase *, 4> Calls;
    for (AwaitSite &S : awaitsOf(F, Body))
      if (!S.Point.Transfer->hasFnAttr(tag::AwaitLinked))
        for (CallBase *Ramp : rampsOf(S.Point.task()))
          if (!Ramp->hasFnAttr(tag::FromHelper) && rampOf(Ramp) &&
              canBeInlined(*Ramp->getCalledFunction(), F))
            Calls.insert(Ramp);
    Progress = false;
    for (CallBase *Call : Calls) {
      Function *Helper = Call->getCalledFunction();
      DebugLoc Loc = Call->getDebugLoc();
      BasicBlock *Block = Call->getParent();
      InlineFunctionInfo Info;
      if (!InlineFunction(*Call, Info, /*MergeAttributes=*/true).isSuccess())
        continue;
      ORE.emit([&] {
        return OptimizationRemark(DEBUG_TYPE, "InlinedHelper", Loc, Block)
               << "'" << ore::NV("Callee", Helper)
               << "', a plain function, inlined into '" << ore::NV("Caller", &F)
               << "'";
      });
      Inlined.insert(Helper);
      Progress = true;
    }
    if (Progress)
      dropNeedlessHandlers(F);
  }
  return Changed;
}

bool TaskHelpers::eraseUnused() {
  coroinline::eraseUnused(Inlined, FAM);
  Known.clear(); // it may name them
  return HaveChanged;
}
