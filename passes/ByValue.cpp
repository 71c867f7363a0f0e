//===- ByValue.cpp - Arguments in the caller's memory ---------------------===//
//
// A struct that C passes by value, and that is too large for registers, stands
// in memory of the caller. On x86-64 the IR says so, and of what type it is:
//
//     define ptr @f(ptr byval(%large) align 8 %x)
//
// AAPCS64, RISC-V and others pass the address of a copy, and clang leaves
//
//     define i64 @f(ptr noundef %x, ptr noundef %p)   ; large x, large *p
//       %x.indirect_addr = alloca ptr
//       %p.addr = alloca ptr
//       store ptr %x, ptr %x.indirect_addr            ; never loaded
//       store ptr %p, ptr %p.addr
//       ... getelementptr %large, ptr %x, ...         ; used as it is
//
// A parameter that is a pointer has but one use, the store into its variable.
// The size is that of the copies which callers in the module make. Where there
// are none, it is enough to know how far the uses reach.
//
//===----------------------------------------------------------------------===//

#include "ByValue.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// How far the uses of a pointer reach into what it points to.
class Reach {
  const DataLayout &DL;

  void access(uint64_t Offset, uint64_t Size, Align Known) {
    End = std::max(End, Offset + Size);
    Alignment = std::max(Alignment, Known);
  }
  bool element(GetElementPtrInst &GEP, uint64_t Offset,
               std::optional<uint64_t> Enclosing);

public:
  uint64_t End = 0;
  Align Alignment{16}; // of C's max_align_t

  explicit Reach(const DataLayout &DL) : DL(DL) {}

  /// False where it can't be told. Enclosing: where the struct ends that P is
  /// known to point into, if C has it go through one.
  bool follow(Value *P, uint64_t Offset, std::optional<uint64_t> Enclosing,
              const Instruction *But);
};

bool Reach::element(GetElementPtrInst &GEP, uint64_t Offset,
                    std::optional<uint64_t> Enclosing) {
  // One index alone is pointer arithmetic, and leads into nothing.
  auto *First = dyn_cast<ConstantInt>(*GEP.idx_begin());
  if (!Enclosing && GEP.getNumIndices() > 1 && First && First->isZero())
    Enclosing = Offset + DL.getTypeAllocSize(GEP.getSourceElementType());
  APInt Constant(DL.getIndexTypeSizeInBits(GEP.getType()), 0);
  if (GEP.accumulateConstantOffset(DL, Constant))
    return !Constant.isNegative() &&
           follow(&GEP, Offset + Constant.getZExtValue(), Enclosing, nullptr);
  // An index does not lead out of the struct; all of it may be meant.
  if (Enclosing)
    access(0, *Enclosing, Align());
  return Enclosing && follow(&GEP, 0, Enclosing, nullptr);
}

bool Reach::follow(Value *P, uint64_t Offset, std::optional<uint64_t> Enclosing,
                   const Instruction *But) {
  return all_of(P->uses(), [&](Use &U) {
    auto *I = cast<Instruction>(U.getUser());
    // What sanitizers make of an address, they keep to themselves.
    if (I == But || I->hasMetadata(LLVMContext::MD_nosanitize) ||
        isa<ICmpInst>(I))
      return true;
    if (auto *Load = dyn_cast<LoadInst>(I)) {
      access(Offset, DL.getTypeStoreSize(Load->getType()), Load->getAlign());
      return true;
    }
    if (auto *Store = dyn_cast<StoreInst>(I)) {
      access(Offset, DL.getTypeStoreSize(Store->getValueOperand()->getType()),
             Store->getAlign());
      return U.getOperandNo() == 1;
    }
    if (auto *Mem = dyn_cast<MemIntrinsic>(I)) {
      auto *Length = dyn_cast<ConstantInt>(Mem->getLength());
      if (Length)
        access(Offset, Length->getZExtValue(),
               Mem->getParamAlign(U.getOperandNo()).valueOrOne());
      return Length != nullptr;
    }
    auto *GEP = dyn_cast<GetElementPtrInst>(I);
    return GEP && element(*GEP, Offset, Enclosing);
  });
}

/// What callers in the module hand over: a variable of their own that clang
/// has made to hold the copy. Null where there are none, or not of one type.
const AllocaInst *callersCopy(const Argument &A) {
  const Function *F = A.getParent();
  const AllocaInst *Found = nullptr;
  for (const Use &U : F->uses()) {
    auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !Call->isCallee(&U) ||
        Call->getFunctionType() != F->getFunctionType())
      continue;
    auto *Copy = dyn_cast<AllocaInst>(Call->getArgOperand(A.getArgNo()));
    if (!Copy || !Copy->isStaticAlloca() || Copy->isArrayAllocation())
      continue;
    if (Found && Found->getAllocatedType() != Copy->getAllocatedType())
      return nullptr;
    if (!Found || Found->getAlign() < Copy->getAlign())
      Found = Copy;
  }
  return Found;
}

} // namespace

std::optional<ByValue> ByValue::analyze(Argument &A) {
  ByValue V;
  V.A = &A;
  if (A.hasByValAttr())
    return V;
  if (!A.getType()->isPointerTy() || A.hasOneUse() || A.hasStructRetAttr())
    return std::nullopt;
  for (User *U : A.users()) {
    auto *Store = dyn_cast<StoreInst>(U);
    if (!Store || Store->getValueOperand() != &A)
      continue;
    auto *Slot = dyn_cast<AllocaInst>(Store->getPointerOperand());
    if (Slot && Slot->hasOneUse())
      V.Spill = Store;
  }
  return V.Spill ? std::optional(V) : std::nullopt;
}

std::optional<ByValue::Layout> ByValue::layout() const {
  Function *F = A->getParent();
  const DataLayout &DL = F->getParent()->getDataLayout();
  if (A->hasByValAttr()) {
    Type *T = A->getParamByValType();
    return Layout{T, A->getParamAlign().value_or(DL.getABITypeAlign(T))};
  }
  if (const AllocaInst *Copy = callersCopy(*A))
    return Layout{Copy->getAllocatedType(), Copy->getAlign()};
  Reach R(DL);
  if (!R.follow(A, 0, std::nullopt, Spill))
    return std::nullopt;
  return Layout{ArrayType::get(Type::getInt8Ty(F->getContext()), R.End),
                R.Alignment};
}

void ByValue::redirectDebugInfo(AllocaInst &Copy) const {
  if (!Spill) {
    DIBuilder DIB(*Copy.getModule(), /*AllowUnresolved=*/false);
    replaceDbgDeclare(A, &Copy, DIB, DIExpression::ApplyOffset, 0);
    return;
  }
  // The variable was said to stand where the spilled address points to.
  for (DbgVariableRecord *Declare :
       findDVRDeclares(Spill->getPointerOperand())) {
    DIExpression *E = Declare->getExpression();
    if (E->getNumElements() == 0 || E->getElement(0) != dwarf::DW_OP_deref)
      continue;
    Declare->replaceVariableLocationOp(0u, &Copy);
    Declare->setExpression(
        DIExpression::get(E->getContext(), E->getElements().drop_front()));
  }
}
