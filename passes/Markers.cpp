//===- Markers.cpp - The names that header and passes share ---------------===//

#include "Markers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace coroinline;

Marker coroinline::markerOf(const Instruction &I) {
  auto *Call = dyn_cast<CallInst>(&I);
  Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee || !Callee->isDeclaration())
    return Marker::None;
  for (auto [Index, Name] : enumerate(MarkerNames))
    if (Callee->getName() == Name)
      return Marker(Index + 1);
  return Marker::None;
}

unsigned coroinline::headerOffset(const DataLayout &DL) {
  return alignTo(2 * DL.getPointerSize(), Align(8));
}

unsigned coroinline::headerSize(const DataLayout &DL) {
  return 2 * DL.getPointerSize();
}

bool coroinline::isTaskMarker(Marker Kind) {
  return Kind == Marker::At || Kind == Marker::Root || Kind == Marker::IsRoot ||
         Kind == Marker::Drop;
}

bool coroinline::isPromise(const AllocaInst &AI) {
  const DataLayout &DL = AI.getDataLayout();
  std::optional<TypeSize> Size = AI.getAllocationSize(DL);
  return AI.isStaticAlloca() && AI.getAddressSpace() == 0 &&
         !Size->isScalable() && Size->getFixedValue() >= headerSize(DL) &&
         alignTo(2 * DL.getPointerSize(), AI.getAlign()) == headerOffset(DL);
}

bool coroinline::hasMarkerSignature(const CallInst &Call, Marker Kind) {
  FunctionType *T = Call.getFunctionType();
  LLVMContext &C = Call.getContext();
  Type *I1 = Type::getInt1Ty(C), *Ptr = PointerType::getUnqual(C);
  if (Call.hasOperandBundles())
    return false;
  auto Is = [&](Type *Result, ArrayRef<Type *> Params) {
    return !T->isVarArg() && T->getReturnType() == Result &&
           T->params() == Params;
  };
  Type *Void = Type::getVoidTy(C);
  auto IsTransfer = [&](Value *V) {
    auto *F = dyn_cast<Function>(V);
    return F &&
           F->getFunctionType() == FunctionType::get(Ptr, {Ptr, Ptr}, false);
  };
  switch (Kind) {
  case Marker::None:
    return false;
  case Marker::Start: {
    if (!Is(I1, {Ptr}))
      return false;
    auto *AI = dyn_cast<AllocaInst>(Call.getArgOperand(0)->stripPointerCasts());
    return AI && isPromise(*AI);
  }
  case Marker::Suspend:
    return Is(I1, {});
  case Marker::Await:
  case Marker::AwaitLinked:
  case Marker::Next:
  case Marker::NextLinked:
    return Is(I1, {Ptr, Ptr}) && IsTransfer(Call.getArgOperand(1));
  case Marker::Yield:
    return Is(I1, {I1, Ptr}) && IsTransfer(Call.getArgOperand(1));
  case Marker::Finish:
    return Is(Void, {I1, Ptr}) && IsTransfer(Call.getArgOperand(1));
  case Marker::Tell:
  case Marker::OpenEnd:
  case Marker::NoFrame:
  case Marker::End:
    return Is(Void, {});
  case Marker::FrameSize:
  case Marker::FrameAlign:
    return Is(Call.getModule()->getDataLayout().getIntPtrType(C), {});
  case Marker::At:
    return T->getReturnType() == Ptr && T->getNumParams() == 2 &&
           T->getParamType(0) == Ptr && T->getParamType(1)->isIntegerTy();
  case Marker::Root:
    return Is(Ptr, {Ptr});
  case Marker::IsRoot:
    return Is(I1, {Ptr});
  case Marker::Drop:
    return Is(Void, {Ptr});
  case Marker::FrameBytes:
    return Is(Call.getModule()->getDataLayout().getIntPtrType(C), {Ptr});
  case Marker::Place:
    return Is(Ptr, {Ptr, Ptr, Ptr});
  }
  llvm_unreachable("covered switch");
}

bool coroinline::hasStart(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) {
    auto *Call = dyn_cast<CallBase>(&I);
    return Call && Call->hasFnAttr(tag::Start);
  });
}

bool coroinline::isPool(const Value *V) {
  auto *Variable = dyn_cast<GlobalVariable>(V);
  return Variable && Variable->getName() == PoolName;
}

/// What has the same address as V for another reason than an index; null where
/// there is nothing.
static const Value *sameAddress(const Value *V) {
  auto *Call = dyn_cast<CallInst>(V);
  return Call && (Call->getIntrinsicID() == Intrinsic::threadlocal_address ||
                  Call->hasFnAttr(tag::Pin))
             ? Call->getArgOperand(0)
             : nullptr;
}

bool coroinline::isInPool(const Value *Address) {
  const Value *V = Address->stripInBoundsOffsets();
  while (const Value *Same = sameAddress(V))
    V = Same->stripInBoundsOffsets();
  return isPool(V);
}

std::optional<int64_t> coroinline::offsetInPool(const Value &Address,
                                                const DataLayout &DL) {
  int64_t Offset = 0;
  for (const Value *V = &Address; V; V = sameAddress(V)) {
    APInt Step(DL.getIndexTypeSizeInBits(V->getType()), 0);
    V = V->stripAndAccumulateConstantOffsets(DL, Step,
                                             /*AllowNonInbounds=*/true);
    Offset += Step.getSExtValue();
    if (isPool(V))
      return Offset;
  }
  return std::nullopt;
}
