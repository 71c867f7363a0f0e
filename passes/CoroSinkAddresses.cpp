//===- CoroSinkAddresses.cpp - Addresses within frames --------------------===//
//
// CoroSplit computes the addresses of a frame's fields at the start of the
// resume function. Loads and stores get them for nothing there, as the frame's
// and an offset. But one that is passed to a function, stored or joined by a
// phi is computed at each resumption, whatever that is about to do, and takes a
// register from there on. Here, it is computed where it is needed:
//
//   entry:
//     %value = getelementptr inbounds i8, ptr %frame, i64 264
//     ...
//     switch i8 %index, ... [ ... i8 5, label %put ... ]
//   put:
//     call void @put(ptr %value)
// =>
//   put:
//     %value = getelementptr inbounds i8, ptr %frame, i64 264
//     call void @put(ptr %value)
//
// As late as can be, since other passes like to merge what is the same in
// several blocks.
//
//===----------------------------------------------------------------------===//

#include "CoroSinkAddresses.h"
#include "Markers.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

static bool sink(GetElementPtrInst &Address) {
  // One for each block: a phi may have several entries for the one that it
  // comes from, which have to be the same.
  DenseMap<BasicBlock *, Instruction *> Copies;
  for (Use &Needed : make_early_inc_range(Address.uses())) {
    auto *User = cast<Instruction>(Needed.getUser());
    auto *Phi = dyn_cast<PHINode>(User);
    BasicBlock *Where = Phi ? Phi->getIncomingBlock(Needed) : User->getParent();
    auto At = Where->getFirstInsertionPt();
    // There is no place before what begins a handler.
    if (Where == Address.getParent() || At == Where->end() || User->isEHPad())
      continue;
    Instruction *&Copy = Copies[Where];
    if (!Copy) {
      Copy = Address.clone();
      Copy->setName(Address.getName());
      Copy->insertBefore(At);
    }
    Needed.set(Copy);
  }
  if (Address.use_empty()) {
    salvageDebugInfo(Address);
    Address.eraseFromParent();
  }
  return !Copies.empty();
}

bool coroinline::sinkAddresses(Value &Frame) {
  bool Changed = false;
  SmallVector<GetElementPtrInst *, 16> Addresses;
  for (User *U : Frame.users())
    if (auto *Address = dyn_cast<GetElementPtrInst>(U);
        Address && Address->hasAllConstantIndices())
      Addresses.push_back(Address);
  for (GetElementPtrInst *Address : Addresses)
    Changed |= sink(*Address);
  return Changed;
}

PreservedAnalyses CoroSinkAddressesPass::run(Function &F,
                                             FunctionAnalysisManager &AM) {
  // All but the ramp, which returns the task.
  if (!F.hasFnAttribute(tag::Awaits) || F.arg_empty() ||
      !F.getReturnType()->isVoidTy())
    return PreservedAnalyses::all();
  Argument &Frame = *F.getArg(0);
  bool Changed = false;
  // One that goes on with other tasks of its own kind has a phi for the frame.
  for (User *U : make_early_inc_range(Frame.users()))
    if (isa<PHINode>(U))
      Changed |= sinkAddresses(*U);
  Changed |= sinkAddresses(Frame);
  if (!Changed)
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  return PA;
}
