//===- CoroPackSlots.cpp - Slots without what nobody reads ----------------===//
//
//   %slots = alloca i8, i64 (96 * %group)          ; a slot: 16 bytes, a frame
//   %task  = call ptr @llvm.coro.begin(token %id, ptr (%slot + 16))
//   store ptr @walk.resume, ptr %task              ; nobody asks any more
//   store ptr %task, ptr (%task + 16)              ; the header: likewise
//   store i64 %hops, ptr (%task + 40)
//   ...
//   %hops.1 = load i64, ptr (%other.slot + 56)
//   %next   = getelementptr i8, ptr %other.slot, i64 96
// =>
//   %slots = alloca i8, i64 (64 * %group), align 64
//   store i64 %hops, ptr (%slot + 24)
//   ...
//   %hops.1 = load i64, ptr (%other.slot + 24)
//   %next   = getelementptr i8, ptr %other.slot, i64 64
//
// Every address in the array is followed from it, and is known by how far into
// a slot it points. So is one that lies in a slot itself: the handle of a task
// whose frame is in another slot. Where an address goes to anything but loads,
// stores, copies and comparisons, all stays as it is.
//
// As all addresses of slots are known then, LLVM is told that nothing else
// reads or writes there, and what is stored twice into a new frame is not any
// more.
//
// What is left keeps its order. It is cut into words of eight bytes, one of
// which stays as a whole, and so does what one access covers. Up to a cache
// line, slots have a size by which they never lie in two of them.
//
// A variable of the program that is in a frame is found there as before by a
// debugger; what held the address of a slot is not: its layout is no more that
// of the source.
//
//===----------------------------------------------------------------------===//

#include "CoroPackSlots.h"
#include "Compat.h"
#include "Coroutine.h"
#include "Places.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"

using namespace llvm;
using namespace coroinline;

#define DEBUG_TYPE "coro-pack-slots"

static TrackingStatistic NumPacked(DEBUG_TYPE, "NumPacked",
                                   "Number of arrays of slots made smaller");

static constexpr uint64_t WordBytes = 8, LineBytes = 64;
/// Of an array that is looked at: what is loaded is compared with all that is
/// stored.
static constexpr unsigned MaxAccesses = 1000;

namespace {

/// What an instruction reads or writes of a slot.
struct Access {
  Instruction *I;
  uint64_t Offset, Size; // in the slot, in bytes
  bool overlaps(uint64_t Other, uint64_t OtherSize) const {
    return Offset < Other + OtherSize && Other < Offset + Size;
  }
};

/// A number of bytes: whole slots, and less than another one.
struct InSlots {
  int64_t Slots;
  uint64_t Rest;
};

/// The slots of one coro_interleave.
class SlotArray {
  AllocaInst &Array;
  const uint64_t Stride; // bytes of a slot
  const DataLayout &DL;

  // How far into a slot each points.
  MapVector<Value *, uint64_t> Addresses;
  SmallVector<Access, 16> Reads, Writes;
  SmallVector<Access, 2> Copies; // from slot to slot
  SmallVector<IntrinsicInst *, 1> Begins;
  SmallVector<Instruction *, 4> Idle; // without an effect
  SmallVector<ICmpInst *, 4> Comparisons;
  SmallVector<Instruction *, 8> Choices; // phis and selects
  SmallVector<std::pair<GetElementPtrInst *, uint64_t>, 16> Steps; // from where
  BitVector Live;                                                  // by words
  uint64_t NewStride = 0;

public:
  SlotArray(AllocaInst &Array, uint64_t Stride)
      : Array(Array), Stride(Stride), DL(Array.getDataLayout()) {}
  /// Whether there is something to gain.
  bool canPack();
  void pack();
  uint64_t bytes() const { return Stride; }
  uint64_t newBytes() const { return NewStride; }

private:
  InSlots inSlots(int64_t Bytes) const;
  bool add(Value &Address, uint64_t Offset);
  bool see(Use &U, uint64_t Offset);
  bool seeCall(Instruction &I, Use &U, uint64_t Offset);
  bool findAddresses();
  bool findLoadedAddresses(bool &Progress);
  bool isSound() const;
  void findLive();
  bool isAnyLive(const Access &A) const;
  bool isEachLive(uint64_t Offset, uint64_t Size) const;
  uint64_t newOffset(uint64_t Offset) const;
  int64_t newDistance(uint64_t From, int64_t Bytes) const;
  Value *newBytesOf(IRBuilder<> &B, Value *Count, int64_t Scale) const;
  Align slotAlign() const;
  Align newAlign(uint64_t Offset, Align Old) const;
  void tellApart() const;
  void mendVariable(DbgVariableRecord &R) const;
  void mendCopy(MemTransferInst &Copy, uint64_t Offset);
  void mendAccess(const Access &A);
  void mendIndex(GetElementPtrInst &GEP, uint64_t From);
  AllocaInst &newArray();
};

/// What is read for no more than to be assumed something.
bool isOnlyAssumed(const LoadInst &Load) {
  return all_of(Load.users(), [](const User *U) {
    return isa<ICmpInst>(U) && all_of(U->users(), [](const User *Use) {
             return isIntrinsic(Use, Intrinsic::assume);
           });
  });
}

void eraseAssumed(LoadInst &Load) {
  SmallSetVector<User *, 4> Compares(Load.user_begin(), Load.user_end());
  for (User *Compare : Compares) {
    for (User *Assume : make_early_inc_range(Compare->users()))
      cast<Instruction>(Assume)->eraseFromParent();
    cast<Instruction>(Compare)->eraseFromParent();
  }
  Load.eraseFromParent();
}

bool isNothing(const Value &V) {
  return isa<ConstantPointerNull, UndefValue>(V);
}

} // namespace

// ---- What is done to the slots ---------------------------------------------

InSlots SlotArray::inSlots(int64_t Bytes) const {
  const int64_t Slot = Stride, Rest = (Bytes % Slot + Slot) % Slot;
  return {(Bytes - Rest) / Slot, uint64_t(Rest)};
}

/// False where it is known by another offset.
bool SlotArray::add(Value &Address, uint64_t Offset) {
  return Addresses.insert({&Address, Offset}).first->second == Offset;
}

/// The bytes at Offset, of a call's operand U.
bool SlotArray::seeCall(Instruction &I, Use &U, uint64_t Offset) {
  if (isIntrinsic(&I, Intrinsic::coro_begin)) {
    Begins.push_back(cast<IntrinsicInst>(&I));
    Addresses.insert({&I, Offset});
    return true;
  }
  if (I.isLifetimeStartOrEnd() || isIntrinsic(&I, Intrinsic::assume)) {
    if (!is_contained(Idle, &I))
      Idle.push_back(&I);
    return true;
  }
  auto *Touches = dyn_cast<MemIntrinsic>(&I);
  auto *Length =
      Touches ? dyn_cast<ConstantInt>(Touches->getLength()) : nullptr;
  if (!Length || Touches->isVolatile())
    return false;
  const Access A{&I, Offset, Length->getZExtValue()};
  auto *Copy = dyn_cast<MemTransferInst>(&I);
  if (!Copy) {
    Writes.push_back(A);
    return true;
  }
  bool IsTo = U.getOperandNo() == 0;
  Value *Other = IsTo ? Copy->getSource() : Copy->getDest();
  if (!Addresses.count(Other)) { // that may come later
    (IsTo ? Writes : Reads).push_back(A);
    return true;
  }
  auto IsIt = [&I](const Access &Each) { return Each.I == &I; };
  erase_if(Reads, IsIt);
  erase_if(Writes, IsIt);
  if (none_of(Copies, IsIt))
    Copies.push_back(A);
  return Addresses.lookup(Other) == Offset && Offset % WordBytes == 0 &&
         A.Size % WordBytes == 0;
}

/// Follows an address to one that uses it. False where that can't be.
bool SlotArray::see(Use &U, uint64_t Offset) {
  auto &I = *cast<Instruction>(U.getUser());
  if (auto *GEP = dyn_cast<GetElementPtrInst>(&I)) {
    // Where that is not known, any number of bytes.
    const Distance Leads =
        distanceOf(*cast<GEPOperator>(GEP), DL).value_or(Distance{0, 1});
    if (Leads.Stride % Stride != 0 ||
        !Leads.isExact(GEP->getPointerOperand() == &Array))
      return false;
    Steps.push_back({GEP, Offset});
    Addresses.insert({GEP, inSlots(int64_t(Offset) + Leads.Offset).Rest});
    return true;
  }
  if (isa<PHINode, SelectInst>(&I)) {
    Choices.push_back(&I);
    return add(I, Offset);
  }
  if (auto *Compare = dyn_cast<ICmpInst>(&I)) {
    Comparisons.push_back(Compare);
    return true;
  }
  Type *T = I.getType();
  auto *Store = dyn_cast<StoreInst>(&I);
  auto *Load = dyn_cast<LoadInst>(&I);
  if (Store)
    T = Store->getValueOperand()->getType();
  else if (!Load)
    return seeCall(I, U, Offset);
  TypeSize Size = DL.getTypeStoreSize(T);
  if (Size.isScalable() || !(Store ? Store->isSimple() : Load->isSimple()) ||
      Reads.size() + Writes.size() >= MaxAccesses)
    return false;
  if (Load)
    Reads.push_back({&I, Offset, Size});
  else if (U.getOperandNo() == StoreInst::getPointerOperandIndex())
    Writes.push_back({&I, Offset, Size});
  return true;
}

/// Of what is loaded from where addresses are stored.
bool SlotArray::findLoadedAddresses(bool &Progress) {
  for (const Access &Read : Reads)
    for (const Access &Write : Writes) {
      auto *Store = dyn_cast<StoreInst>(Write.I);
      auto Value =
          Store ? Addresses.find(Store->getValueOperand()) : Addresses.end();
      if (Value == Addresses.end() || !Write.overlaps(Read.Offset, Read.Size))
        continue;
      if (!Read.I->getType()->isPointerTy())
        return false;
      Progress |= !Addresses.count(Read.I);
      if (!add(*Read.I, Value->second))
        return false;
    }
  return true;
}

bool SlotArray::findAddresses() {
  Addresses.insert({&Array, 0});
  unsigned K = 0;
  for (bool Progress = true; Progress;) {
    for (; K < Addresses.size(); K++) { // it grows
      auto [Address, Offset] = *(Addresses.begin() + K);
      for (Use &U : Address->uses())
        if (!see(U, Offset))
          return false;
    }
    Progress = false;
    if (!findLoadedAddresses(Progress))
      return false;
  }
  return true;
}

/// Whether what has been found is all that there is.
bool SlotArray::isSound() const {
  auto IsKnown = [this](const Value *V) {
    return Addresses.count(const_cast<Value *>(V)) != 0;
  };
  auto IsWithin = [this](const Access &A) {
    return A.Offset + A.Size <= Stride;
  };
  if (!all_of(Reads, IsWithin) || !all_of(Writes, IsWithin) ||
      !all_of(Copies, IsWithin))
    return false;
  for (const Instruction *I : Choices)
    for (const Use &U : I->operands())
      if (U->getType()->isPointerTy() && !IsKnown(U) && !isNothing(*U))
        return false;
  for (const ICmpInst *I : Comparisons) {
    Value *A = I->getOperand(0), *B = I->getOperand(1);
    if (IsKnown(A) && IsKnown(B) && Addresses.lookup(A) != Addresses.lookup(B))
      return false;
  }
  // Where a loaded address lies, there is nothing else.
  for (const Access &Read : Reads) {
    if (!IsKnown(Read.I))
      continue;
    for (const Access &Write : Writes) {
      if (!Write.overlaps(Read.Offset, Read.Size))
        continue;
      auto *Store = dyn_cast<StoreInst>(Write.I);
      const Value *V = Store ? Store->getValueOperand() : nullptr;
      if (!V || !(IsKnown(V) || isNothing(*V)) || Write.Offset != Read.Offset)
        return false;
    }
  }
  // An address that is stored elsewhere is out of our hands.
  for (auto &[Address, Offset] : Addresses)
    for (const User *U : Address->users())
      if (auto *Store = dyn_cast<StoreInst>(U))
        if (!IsKnown(Store->getPointerOperand()))
          return false;
  return true;
}

bool SlotArray::isAnyLive(const Access &A) const {
  return Live.find_first_in(A.Offset / WordBytes,
                            divideCeil(A.Offset + A.Size, WordBytes)) != -1;
}

bool SlotArray::isEachLive(uint64_t Offset, uint64_t Size) const {
  const uint64_t End = divideCeil(Offset + Size, WordBytes);
  return End <= Live.size() &&
         Live.find_first_unset_in(Offset / WordBytes, End) == -1;
}

/// The words that somebody reads, and what is written together with them.
void SlotArray::findLive() {
  Live.resize(divideCeil(Stride, WordBytes));
  auto Keep = [this](const Access &A) {
    Live.set(A.Offset / WordBytes, divideCeil(A.Offset + A.Size, WordBytes));
  };
  for (const Access &A : Reads)
    if (!isa<LoadInst>(A.I) || !isOnlyAssumed(*cast<LoadInst>(A.I)))
      Keep(A);
  for (bool Progress = true; Progress;) {
    Progress = false;
    for (const Access &A : Writes)
      if (isAnyLive(A) && !isEachLive(A.Offset, A.Size)) {
        Keep(A);
        Progress = true;
      }
  }
}

bool SlotArray::canPack() {
  if (Stride % WordBytes != 0 || !findAddresses() || !isSound())
    return false;
  auto *Count = Array.getArraySize();
  TypeSize Element = DL.getTypeAllocSize(Array.getAllocatedType());
  if (Element.isScalable() ||
      Element * factorOf(Count, Reading::Unsigned) % Stride != 0)
    return false;
  findLive();
  const uint64_t Bytes = Live.count() * WordBytes;
  NewStride = Bytes > LineBytes ? alignTo(Bytes, 16)
                                : std::max<uint64_t>(16, PowerOf2Ceil(Bytes));
  return NewStride < Stride;
}

// ---- Their new layout ------------------------------------------------------

/// Where in a slot comes what was at Offset.
uint64_t SlotArray::newOffset(uint64_t Offset) const {
  const unsigned Word = Offset / WordBytes;
  uint64_t Before = 0;
  for (unsigned K = 0; K < Word; K++)
    Before += Live[K] ? WordBytes : 0;
  return Before + (Live[Word] ? Offset % WordBytes : 0);
}

/// How far it is to what was Bytes from From.
int64_t SlotArray::newDistance(uint64_t From, int64_t Bytes) const {
  const InSlots To = inSlots(int64_t(From) + Bytes);
  return To.Slots * int64_t(NewStride) + int64_t(newOffset(To.Rest)) -
         int64_t(newOffset(From));
}

/// Of Count * Scale bytes, which are some slots.
Value *SlotArray::newBytesOf(IRBuilder<> &B, Value *Count,
                             int64_t Scale) const {
  const int64_t Old = Stride, New = NewStride;
  Type *T = Count->getType();
  auto Times = [&](Value *V, int64_t N) {
    return B.CreateMul(V, ConstantInt::getSigned(T, N));
  };
  if (Scale % Old == 0)
    return Times(Count, Scale / Old * New);
  return Times(
      B.CreateExactSDiv(Times(Count, Scale), ConstantInt::getSigned(T, Old)),
      New);
}

/// Of each slot.
Align SlotArray::slotAlign() const {
  return Align(std::min(NewStride & -NewStride, LineBytes));
}

Align SlotArray::newAlign(uint64_t Offset, Align Old) const {
  return std::min(Old, commonAlignment(slotAlign(), newOffset(Offset)));
}

/// A debugger finds a variable in its frame where it is now.
void SlotArray::mendVariable(DbgVariableRecord &R) const {
  if (R.isDbgAssign() && Addresses.count(R.getAddress()))
    R.setKillAddress();
  if (none_of(R.location_ops(),
              [this](Value *V) { return V && Addresses.count(V); }))
    return;
  ArrayRef<uint64_t> Steps = R.getExpression()->getElements();
  uint64_t Bytes = 0;
  if (Steps.size() >= 2 && Steps[0] == dwarf::DW_OP_plus_uconst) {
    Bytes = Steps[1];
    Steps = Steps.drop_front(2);
  }
  std::optional<uint64_t> Size;
  if (Steps.size() >= 2 && Steps[0] == dwarf::DW_OP_deref_size)
    Size = Steps[1];
  else if (R.isDbgDeclare() ||
           (!Steps.empty() && Steps[0] == dwarf::DW_OP_deref))
    if (auto Bits = R.getFragmentSizeInBits())
      Size = divideCeil(*Bits, 8);
  // Of several operands, none is an address by itself.
  const uint64_t From = Addresses.lookup(R.getVariableLocationOp(0));
  if (!Size || !isEachLive(From + Bytes, *Size)) {
    R.setKillLocation();
    return;
  }
  auto *Rest = DIExpression::get(R.getDebugLoc()->getContext(), Steps);
  R.setExpression(DIExpression::prepend(Rest, DIExpression::ApplyOffset,
                                        newDistance(From, Bytes)));
}

/// Copies each word that is left.
void SlotArray::mendCopy(MemTransferInst &Copy, uint64_t Offset) {
  IRBuilder<> B(&Copy);
  const uint64_t Size = cast<ConstantInt>(Copy.getLength())->getZExtValue();
  SmallVector<std::pair<Value *, uint64_t>, 4> Words;
  for (uint64_t K = Offset; K < Offset + Size; K += WordBytes) {
    if (!Live[K / WordBytes])
      continue;
    bool IsAddress = any_of(Reads, [&](const Access &A) {
      return A.Offset == K && Addresses.count(A.I);
    });
    Type *T = IsAddress ? B.getPtrTy() : cast<Type>(B.getInt64Ty());
    Value *From = B.CreateConstGEP1_64(B.getInt8Ty(), Copy.getSource(),
                                       newDistance(Offset, K - Offset));
    Words.push_back({B.CreateAlignedLoad(T, From, newAlign(K, Align(16))), K});
  }
  for (auto &[Word, K] : Words)
    B.CreateAlignedStore(Word,
                         B.CreateConstGEP1_64(B.getInt8Ty(), Copy.getDest(),
                                              newDistance(Offset, K - Offset)),
                         newAlign(K, Align(16)));
  Copy.eraseFromParent();
}

void SlotArray::mendAccess(const Access &A) {
  auto Mend = [&](MaybeAlign Old) {
    return newAlign(A.Offset, Old.valueOrOne());
  };
  if (auto *Load = dyn_cast<LoadInst>(A.I)) {
    if (isOnlyAssumed(*Load))
      eraseAssumed(*Load);
    else
      Load->setAlignment(Mend(Load->getAlign()));
  } else if (auto *Store = dyn_cast<StoreInst>(A.I)) {
    Store->setAlignment(Mend(Store->getAlign()));
  } else if (auto *Copy = dyn_cast<MemTransferInst>(A.I);
             Copy && Addresses.count(Copy->getSource())) {
    Copy->setSourceAlignment(Mend(Copy->getSourceAlign()));
  } else {
    auto *Touches = cast<MemIntrinsic>(A.I);
    Touches->setDestAlignment(Mend(Touches->getDestAlign()));
  }
}

void SlotArray::mendIndex(GetElementPtrInst &GEP, uint64_t From) {
  const unsigned Bits = DL.getIndexTypeSizeInBits(GEP.getType());
  APInt Bytes(Bits, 0);
  compat::VariableOffsets Variable;
  cast<GEPOperator>(GEP).collectOffset(DL, Bits, Variable, Bytes);
  IRBuilder<> B(&GEP);
  Type *T = B.getIntNTy(Bits);
  const int64_t Constant = newDistance(From, Bytes.getSExtValue());
  Value *Index = nullptr;
  for (auto &[V, Scale] : Variable) {
    Value *Part =
        newBytesOf(B, B.CreateSExtOrTrunc(V, T), Scale.getSExtValue());
    Index = Index ? B.CreateAdd(Index, Part) : Part;
  }
  if (!Index)
    Index = ConstantInt::getSigned(T, Constant);
  else if (Constant)
    Index = B.CreateAdd(Index, ConstantInt::getSigned(T, Constant));
  Value *New = B.CreateGEP(B.getInt8Ty(), GEP.getPointerOperand(), Index);
  New->takeName(&GEP);
  GEP.replaceAllUsesWith(New);
  GEP.eraseFromParent();
}

AllocaInst &SlotArray::newArray() {
  IRBuilder<> B(&Array);
  const uint64_t Element = DL.getTypeAllocSize(Array.getAllocatedType());
  Value *Count = Array.getArraySize();
  AllocaInst *New;
  if (auto *N = dyn_cast<ConstantInt>(Count))
    New = B.CreateAlloca(
        ArrayType::get(B.getInt8Ty(),
                       N->getZExtValue() * Element / Stride * NewStride),
        Array.getAddressSpace());
  else
    New = B.CreateAlloca(
        B.getInt8Ty(), Array.getAddressSpace(),
        newBytesOf(B, B.CreateZExtOrTrunc(Count, B.getInt64Ty()), Element));
  New->setAlignment(std::max(Array.getAlign(), slotAlign()));
  New->takeName(&Array);
  return *New;
}

/// That a frame holds its own address, LLVM takes for a way out of the array:
/// tells it that nothing else reads or writes there.
void SlotArray::tellApart() const {
  LLVMContext &C = Array.getContext();
  MDBuilder B(C);
  MDNode *Scope = MDNode::get(
      C, B.createAnonymousAliasScope(B.createAnonymousAliasScopeDomain()));
  auto Add = [&](Instruction &I, unsigned Kind) {
    I.setMetadata(Kind, MDNode::concatenate(I.getMetadata(Kind), Scope));
  };
  for (Instruction &I : instructions(*Array.getFunction())) {
    const bool MayTouch =
        any_of(I.operands(), [this](Value *V) { return Addresses.count(V); });
    // What copies to or from elsewhere is of both sides.
    if (MayTouch && isa<LoadInst, StoreInst>(I))
      Add(I, LLVMContext::MD_alias_scope);
    else if (!MayTouch && I.mayReadOrWriteMemory() &&
             !isIntrinsic(&I, Intrinsic::stackrestore))
      Add(I, LLVMContext::MD_noalias);
  }
}

void SlotArray::pack() {
  tellApart();
  for (Instruction &I : instructions(*Array.getFunction()))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      mendVariable(R);
  for (Instruction *I : Idle)
    I->eraseFromParent();
  for (const Access &A : Copies)
    mendCopy(*cast<MemTransferInst>(A.I), A.Offset);
  for (const Access &A : Writes)
    if (isAnyLive(A))
      mendAccess(A);
    else
      A.I->eraseFromParent();
  for (const Access &A : Reads)
    mendAccess(A);
  for (IntrinsicInst *Begin : Begins) {
    Begin->replaceAllUsesWith(Begin->getArgOperand(1));
    Begin->eraseFromParent();
  }
  for (auto &[GEP, From] : Steps)
    mendIndex(*GEP, From);
  Array.replaceAllUsesWith(&newArray());
  Array.eraseFromParent();
}

// ---- The pass --------------------------------------------------------------

/// The arrays in which frames of F's tasks lie, and the bytes of their slots.
static MapVector<AllocaInst *, uint64_t> findSlots(Function &F) {
  MapVector<AllocaInst *, uint64_t> Found;
  for (Instruction &I : instructions(F)) {
    if (!isIntrinsic(&I, Intrinsic::coro_begin))
      continue;
    auto At = placeOf(cast<CallBase>(I).getArgOperand(1), F.getDataLayout());
    auto *Array = At ? dyn_cast<AllocaInst>(At->Base) : nullptr;
    if (Array && At->Stride)
      Found.insert({Array, At->Stride});
  }
  return Found;
}

PreservedAnalyses CoroPackSlotsPass::run(Function &F,
                                         FunctionAnalysisManager &AM) {
  if (F.isPresplitCoroutine() ||
      !compat::findIntrinsic(*F.getParent(), Intrinsic::coro_begin))
    return PreservedAnalyses::all();
  bool Changed = false;
  for (auto &[Array, Stride] : findSlots(F)) {
    const DebugLoc Loc = Array->getDebugLoc();
    SlotArray Slots(*Array, Stride);
    if (!Slots.canPack())
      continue;
    Slots.pack();
    NumPacked++;
    Changed = true;
    AM.getResult<OptimizationRemarkEmitterAnalysis>(F).emit([&] {
      OptimizationRemark R(DEBUG_TYPE, "Packed", Loc, &F.getEntryBlock());
      R << "slots of " << ore::NV("Bytes", Slots.bytes()) << " bytes in '"
        << ore::NV("Driver", &F) << "' have "
        << ore::NV("Packed", Slots.newBytes())
        << " now: the rest of the frames is never read";
      return R;
    });
  }
  if (!Changed)
    return PreservedAnalyses::all();
  PreservedAnalyses PA;
  PA.preserveSet<CFGAnalyses>();
  AM.invalidate(F, PA);
  PA.intersect(DSEPass().run(F, AM)); // what is stored twice in a new frame
  return PA;
}
