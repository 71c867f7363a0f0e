//===- BlockCopies.cpp - What is defined in several copies ----------------===//

#include "BlockCopies.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

using namespace llvm;
using namespace coroinline;

Instruction *coroinline::appendCopy(Instruction &I, BasicBlock &Into,
                                    ValueToValueMapTy &Map) {
  const RemapFlags Flags = RF_NoModuleLevelChanges | RF_IgnoreMissingLocals;
  Instruction *New = I.clone();
  New->setName(I.getName());
  New->insertInto(&Into, Into.end());
  New->cloneDebugInfoFrom(&I);
  RemapInstruction(New, Map, Flags);
  RemapDbgRecordRange(I.getModule(), New->getDbgRecordRange(), Map, Flags);
  return New;
}

void coroinline::updateUses(Instruction &Of,
                            ArrayRef<std::pair<BasicBlock *, Value *>> Others) {
  SmallVector<Use *, 16> Outside;
  for (Use &U : Of.uses()) {
    auto *User = cast<Instruction>(U.getUser());
    auto *Phi = dyn_cast<PHINode>(User);
    if ((Phi ? Phi->getIncomingBlock(U) : User->getParent()) != Of.getParent())
      Outside.push_back(&U);
  }
  SSAUpdater Updater;
  Updater.Initialize(Of.getType(), "");
  Updater.AddAvailableValue(Of.getParent(), &Of);
  for (auto [BB, Value] : Others)
    Updater.AddAvailableValue(BB, Value);
  for (Use *U : Outside)
    Updater.RewriteUse(*U);
  Updater.UpdateDebugValues(&Of);
}
