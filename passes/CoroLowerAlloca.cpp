//===- CoroLowerAlloca.cpp - Dynamic allocas past CoroSplit ---------------===//
//
// A variable-length array that no suspend crosses can live on the stack of
// whoever resumes the task. CoroSplit decides by blocks, though: one in a loop
// with a suspend elsewhere seems to cross it, and LLVM gives up ("Coroutines
// cannot handle non static allocas yet"). Having checked that it does not,
// coro-prepare writes
//
//     %a = alloca i32, i64 %n, align 16
//  => %a = call ptr @coroinline.alloca(i64 %bytes, i64 16)
//
// and this pass undoes it in the functions that CoroSplit has made, before
// anything can be inlined that relies on the stack being restored. What plain
// functions take from the stack that LLVM has inlined into a coroutine since,
// the pass hides in the same way, without a look: they don't suspend, and LLVM
// has their caller restore the stack.
//
//===----------------------------------------------------------------------===//

#include "CoroLowerAlloca.h"
#include "Compat.h"
#include "CoroSeal.h"
#include "Markers.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace coroinline;

static constexpr char Name[] = "coroinline.alloca";

/// Whether F is what the calls are of, and nothing of the program's that has
/// its name.
static bool isOurs(const Function &F) {
  LLVMContext &C = F.getContext();
  Type *I64 = Type::getInt64Ty(C);
  return F.isDeclaration() && F.getName() == Name &&
         F.getFunctionType() ==
             FunctionType::get(PointerType::getUnqual(C), {I64, I64}, false);
}

void coroinline::hideDynamicAlloca(AllocaInst &AI) {
  Module &M = *AI.getModule();
  LLVMContext &C = M.getContext();
  IRBuilder<> B(&AI);
  Type *I64 = B.getInt64Ty();
  FunctionCallee Callee = M.getOrInsertFunction(Name, B.getPtrTy(), I64, I64);
  auto *F = dyn_cast<Function>(Callee.getCallee());
  if (!F || !isOurs(*F)) {
    C.emitError("CoroInline: '" + Twine(Name) +
                "' is not for use but by coro.h");
    AI.replaceAllUsesWith(PoisonValue::get(AI.getType()));
    AI.eraseFromParent();
    return;
  }
  F->setDoesNotThrow();
  F->addFnAttr(Attribute::WillReturn);
  F->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
  F->addRetAttr(Attribute::NoAlias);
  Value *Unit = B.CreateTypeSize(
      I64, M.getDataLayout().getTypeAllocSize(AI.getAllocatedType()));
  Value *Bytes = B.CreateMul(B.CreateZExtOrTrunc(AI.getArraySize(), I64), Unit);
  CallInst *Call =
      B.CreateCall(Callee, {Bytes, B.getInt64(AI.getAlign().value())});
  // The alignment has to stay a constant.
  Call->addFnAttr(Attribute::NoMerge);
  Call->addRetAttr(Attribute::getWithAlignment(C, AI.getAlign()));
  for (User *U : make_early_inc_range(AI.users()))
    if (auto *I = cast<Instruction>(U); I->isLifetimeStartOrEnd())
      I->eraseFromParent(); // of an alloca alone
  AI.replaceAllUsesWith(Call);
  AI.eraseFromParent();
}

bool coroinline::hasHiddenAllocas(const Module &M) {
  return M.getFunction(Name) != nullptr;
}

bool coroinline::isHiddenAlloca(const Value &V) {
  auto *Call = dyn_cast<CallInst>(&V);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && isOurs(*Callee) && isa<ConstantInt>(Call->getArgOperand(1));
}

static bool isDynamicAlloca(const Instruction &I) {
  auto *AI = dyn_cast<AllocaInst>(&I);
  return AI && !AI->isStaticAlloca();
}

bool coroinline::hasDynamicAlloca(const Function &F) {
  return any_of(instructions(F), isDynamicAlloca);
}

/// In a coroutine of coro.h.
static bool hideInlined(Function &F) {
  SmallVector<AllocaInst *, 4> Dynamic;
  for (Instruction &I : instructions(F))
    if (isDynamicAlloca(I))
      Dynamic.push_back(cast<AllocaInst>(&I));
  if (Dynamic.empty() || !hasStart(F))
    return false;
  for (AllocaInst *AI : Dynamic)
    hideDynamicAlloca(*AI);
  return true;
}

static bool lowerHidden(Function &F) {
  Function *Callee = F.getParent()->getFunction(Name);
  if (!Callee)
    return false;
  SmallVector<CallInst *, 4> Calls;
  for (User *U : Callee->users())
    if (isHiddenAlloca(*U) && cast<CallInst>(U)->getFunction() == &F)
      Calls.push_back(cast<CallInst>(U));
  if (Calls.empty())
    return false;
  for (CallInst *Call : Calls) {
    IRBuilder<> B(Call);
    AllocaInst *AI = B.CreateAlloca(B.getInt8Ty(), Call->getArgOperand(0));
    AI->setAlignment(
        Align(cast<ConstantInt>(Call->getArgOperand(1))->getZExtValue()));
    Call->replaceAllUsesWith(AI);
    Call->eraseFromParent();
  }
  // "tail" says that a call touches no alloca of the caller, which was true.
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallInst>(&I);
        Call && Call->getTailCallKind() == CallInst::TCK_Tail)
      Call->setTailCall(false);
  return true;
}

PreservedAnalyses CoroLowerAllocaPass::run(Function &F,
                                           FunctionAnalysisManager &AM) {
  if (isSealed(F) ||
      !(F.isPresplitCoroutine() ? hideInlined(F) : lowerHidden(F)))
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  return PA;
}
