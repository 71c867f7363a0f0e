//===- CoroNoteVariables.cpp - Keeps variables in debug info --------------===//
//
// An inlined coroutine that begins with a loop leaves nothing of its beginning
// but the debug records of its arguments, and the optimizer drops the block
// that holds nothing else. A debugger would miss most arguments of inlined
// awaits. So a variable that is set once is told again behind each suspend in
// its scope, where there is always an instruction:
//
//     store i64 %key, ptr %key.addr     ; the only one
//     ...
//     %s = call i8 @llvm.coro.suspend(token none, i1 false)
//       #dbg_value(i64 %key, !"key", !DIExpression(), !9)
//     switch i8 %s, ...
//
// Runs while all variables are in memory; coro-mark-suspends does the same for
// what is values later.
//
//===----------------------------------------------------------------------===//

#include "CoroNoteVariables.h"
#include "DebugScopes.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// The alloca that R says its whole variable is in.
AllocaInst *homeOf(DbgVariableRecord &R) {
  Value *Address = nullptr;
  if (R.isDbgDeclare())
    Address = R.getAddress();
  else if (R.isDbgAssign() && R.getAddressExpression()->getNumElements() == 0)
    Address = R.getAddress();
  if (R.getExpression()->getNumElements() != 0)
    return nullptr;
  return dyn_cast_or_null<AllocaInst>(Address);
}

/// The only store to AI, of which everything else just loads.
StoreInst *onlyStore(AllocaInst &AI) {
  StoreInst *Only = nullptr;
  for (User *U : AI.users()) {
    auto *I = cast<Instruction>(U);
    if (auto *Store = dyn_cast<StoreInst>(I)) {
      if (Only || Store->getValueOperand() == &AI || Store->isVolatile())
        return nullptr;
      Only = Store;
    } else if (!isa<LoadInst>(I) && !I->isLifetimeStartOrEnd()) {
      return nullptr;
    }
  }
  if (Only && Only->getValueOperand()->getType() != AI.getAllocatedType())
    return nullptr;
  return Only;
}

} // namespace

PreservedAnalyses CoroNoteVariablesPass::run(Function &F,
                                             FunctionAnalysisManager &AM) {
  if (!F.isPresplitCoroutine() || !describesVariables(F) || F.hasOptNone())
    return PreservedAnalyses::all();
  SmallVector<IntrinsicInst *, 8> Suspends = suspendsToMark(F);
  if (Suspends.empty())
    return PreservedAnalyses::all();
  // One record of each variable of each alloca.
  MapVector<std::pair<AllocaInst *, DebugVariable>, DbgVariableRecord *> Homes;
  for (Instruction &I : instructions(F))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      if (AllocaInst *AI = homeOf(R))
        Homes.insert({{AI, DebugVariable(&R)}, &R});
  DominatorTree DT(F);
  for (auto &[Home, R] : Homes) {
    StoreInst *Store = onlyStore(*Home.first);
    if (!Store)
      continue;
    for (IntrinsicInst *Suspend : Suspends)
      if (isInScope(*R->getVariable(), *R->getDebugLoc(),
                    *Suspend->getDebugLoc()) &&
          DT.dominates(Store, Suspend))
        insertAtHead(new DbgVariableRecord(
                         ValueAsMetadata::get(Store->getValueOperand()),
                         R->getVariable(), R->getExpression(),
                         R->getDebugLoc()),
                     std::next(Suspend->getIterator()));
  }
  return PreservedAnalyses::all();
}
