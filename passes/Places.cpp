//===- Places.cpp - Where a pointer points to -----------------------------===//

#include "Places.h"
#include "Compat.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"

#include <numeric>

using namespace llvm;
using namespace coroinline;

/// Whether Sum gives no more and no less than mathematics do.
static bool isExact(const OverflowingBinaryOperator &Sum) {
  return Sum.hasNoUnsignedWrap() || Sum.hasNoSignedWrap();
}

/// A step so small that no loop takes as many as an overflow of 64 bits needs.
static constexpr uint64_t SmallStep = 4096;

using Values = SmallSetVector<const Value *, 8>;

/// Adds to Work what V, which stands in it, gives as it is. False where V is no
/// choice.
static bool seeChoice(const Value *V, Values &Work) {
  if (auto *Phi = dyn_cast<PHINode>(V)) {
    Work.insert(Phi->op_begin(), Phi->op_end());
    return true;
  }
  auto *Select = dyn_cast<SelectInst>(V);
  if (Select) {
    Work.insert(Select->getTrueValue());
    Work.insert(Select->getFalseValue());
  }
  return Select;
}

/// Whether V is one small constant or another.
static bool isSmallStep(const Value *V) {
  Values Work;
  Work.insert(V);
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    if (seeChoice(Work[K], Work))
      continue;
    auto *N = dyn_cast<ConstantInt>(Work[K]);
    if (!N || N->getBitWidth() != 64 || N->getValue().abs().ugt(SmallStep))
      return false;
  }
  return true;
}

/// Of what is one value or another, some steps on: as an index is that goes
/// through an array.
static uint64_t factorOfCounter(const Value &Counter, unsigned Depth) {
  Values Work;
  Work.insert(&Counter);
  uint64_t Factor = 0;
  bool AreExact = true, AreSmall = true;
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    const Value *V = Work[K];
    if (seeChoice(V, Work))
      continue;
    auto *Sum = dyn_cast<BinaryOperator>(V);
    if (Sum && Sum->getOpcode() == Instruction::Add) {
      AreExact &= isExact(*cast<OverflowingBinaryOperator>(Sum));
      AreSmall &= isSmallStep(Sum->getOperand(1));
      Work.insert(Sum->op_begin(), Sum->op_end());
    } else {
      auto *N = dyn_cast<ConstantInt>(V);
      AreSmall &= N && N->getValue().abs().isIntN(32);
      Factor = std::gcd(Factor, factorOf(V, Depth + 1));
    }
  }
  // An overflow leaves no more than the power of two.
  return AreExact || AreSmall ? Factor : Factor & -Factor;
}

/// The same of V as it is: not of what an index makes of it.
static uint64_t factorAsIs(const Value *V, unsigned Depth) {
  if (auto *N = dyn_cast<ConstantInt>(V))
    return N->getValue().abs().getLimitedValue();
  auto *I = dyn_cast<Operator>(V);
  if (!I || Depth > 4)
    return 1;
  auto Of = [&](unsigned K) { return factorOf(I->getOperand(K), Depth + 1); };
  switch (I->getOpcode()) {
  case Instruction::PHI:
  case Instruction::Select:
  case Instruction::Add:
    return factorOfCounter(*V, Depth);
  case Instruction::Sub: {
    const uint64_t N = std::gcd(Of(0), Of(1));
    return isExact(*cast<OverflowingBinaryOperator>(I)) ? N : N & -N;
  }
  case Instruction::ZExt:
  case Instruction::SExt:
    return Of(0);
  case Instruction::Mul:
  case Instruction::Shl: {
    auto *N = dyn_cast<ConstantInt>(I->getOperand(1));
    if (!N || !cast<OverflowingBinaryOperator>(I)->hasNoUnsignedWrap())
      return 1;
    bool IsShift = I->getOpcode() == Instruction::Shl;
    return Of(0) * (IsShift ? uint64_t(1) << (N->getLimitedValue() & 63)
                            : N->getLimitedValue());
  }
  default:
    return 1;
  }
}

uint64_t coroinline::factorOf(const Value *V, unsigned Depth) {
  const uint64_t N = factorAsIs(V, Depth);
  // An index has 64 bits: of more, some are cut off, and of fewer the first one
  // is taken for a sign, or for none. No array is as large as what that makes
  // of 32, and else it leaves no more than the power of two.
  const unsigned Bits = V->getType()->getScalarSizeInBits();
  return Bits >= 32 && Bits <= 64 ? N : N & -N;
}

std::optional<Distance> coroinline::distanceOf(const GEPOperator &GEP,
                                               const DataLayout &DL) {
  unsigned Bits = DL.getIndexTypeSizeInBits(GEP.getType());
  APInt Offset(Bits, 0);
  compat::VariableOffsets Variable;
  if (!GEP.collectOffset(DL, Bits, Variable, Offset))
    return std::nullopt;
  Distance Result{Offset.getSExtValue(), 0};
  for (auto &[Index, Scale] : Variable)
    Result.Stride =
        std::gcd(Result.Stride, Scale.abs().getZExtValue() * factorOf(Index));
  return Result;
}

namespace {

/// To is From, some bytes on: Offset, and any multiple of Stride.
struct Step {
  Value *From, *To;
  int64_t Offset = 0;
  uint64_t Stride = 0;
};

/// The steps by which P comes from pointers that no step leads to, the Roots.
/// Without ThroughChoices, those are phis and selects too, and there is one at
/// the most.
bool findSteps(Value *P, const DataLayout &DL, bool ThroughChoices,
               SmallVectorImpl<Step> &Steps,
               SmallSetVector<Value *, 4> &Roots) {
  SmallSetVector<Value *, 8> Work;
  Work.insert(P);
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    Value *V = Work[K];
    auto From = [&](Value *Pointer, int64_t Offset, uint64_t Stride) {
      Work.insert(Pointer->stripPointerCasts());
      Steps.push_back({Pointer->stripPointerCasts(), V, Offset, Stride});
    };
    if (auto *GEP = dyn_cast<GEPOperator>(V)) {
      auto Leads = distanceOf(*GEP, DL);
      if (!Leads)
        return false;
      From(GEP->getPointerOperand(), Leads->Offset, Leads->Stride);
    } else if (auto *Phi = dyn_cast<PHINode>(V); Phi && ThroughChoices) {
      for (Value *Each : Phi->incoming_values())
        From(Each, 0, 0);
    } else if (auto *Select = dyn_cast<SelectInst>(V);
               Select && ThroughChoices) {
      From(Select->getTrueValue(), 0, 0);
      From(Select->getFalseValue(), 0, 0);
    } else if (!ThroughChoices || !isa<UndefValue>(V)) {
      Roots.insert(V);
    }
  }
  return true;
}

} // namespace

std::optional<Place> coroinline::placeOf(Value *P, const DataLayout &DL) {
  P = P->stripPointerCasts();
  SmallVector<Step, 8> Steps;
  SmallSetVector<Value *, 4> Roots;
  if (!findSteps(P, DL, /*ThroughChoices=*/true, Steps, Roots))
    return std::nullopt;
  if (Roots.size() != 1) {
    Steps.clear();
    Roots.clear();
    findSteps(P, DL, /*ThroughChoices=*/false, Steps, Roots);
  }
  // Where control never is, an address may come from itself.
  if (Roots.empty())
    return std::nullopt;
  // How far each is from the root by one way. Where another way makes it
  // farther, what is between them can be gone any number of times.
  SmallDenseMap<Value *, int64_t, 8> Offsets{{Roots[0], 0}};
  for (bool Progress = true; Progress;) {
    Progress = false;
    for (Step &S : Steps)
      if (auto From = Offsets.find(S.From); From != Offsets.end())
        Progress |= Offsets.try_emplace(S.To, From->second + S.Offset).second;
  }
  int64_t Stride = 0;
  for (Step &S : Steps)
    Stride = std::gcd(std::gcd(Stride, int64_t(S.Stride)),
                      Offsets[S.From] + S.Offset - Offsets[S.To]);
  Place Result{Roots[0], Offsets.lookup(P), uint64_t(Stride)};
  if (Stride)
    Result.Offset = (Result.Offset % Stride + Stride) % Stride;
  return Result.Offset >= 0 ? std::optional(Result) : std::nullopt;
}

Place coroinline::placeIn(const Place &Object, const Place &P) {
  Place Result{Object.Base, Object.Offset + P.Offset,
               std::gcd(Object.Stride, P.Stride)};
  if (Result.Stride)
    Result.Offset %= int64_t(Result.Stride);
  return Result;
}

std::optional<int64_t> coroinline::offsetFrom(const Value &Base,
                                              const Value &Address,
                                              const DataLayout &DL) {
  APInt Offset(DL.getIndexTypeSizeInBits(Address.getType()), 0);
  APInt BaseOffset = Offset;
  const Value *From = Address.stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  const Value *BaseFrom = Base.stripAndAccumulateConstantOffsets(
      DL, BaseOffset, /*AllowNonInbounds=*/true);
  return From == BaseFrom ? std::optional((Offset - BaseOffset).getSExtValue())
                          : std::nullopt;
}

bool coroinline::canOverlap(const Place &A, uint64_t Size, const Place &B,
                            uint64_t OtherSize) {
  const int64_t Length = Size, OtherLength = OtherSize;
  const int64_t Stride = std::gcd(A.Stride, B.Stride);
  if (!Stride)
    return A.Offset < B.Offset + OtherLength && B.Offset < A.Offset + Length;
  // How far B's next start lies behind A's, and A's behind B's.
  int64_t Behind = (B.Offset % Stride + Stride - A.Offset % Stride) % Stride;
  return Behind < Length || (Stride - Behind) % Stride < OtherLength;
}

bool coroinline::canTouch(Value *Address, uint64_t Size, const Place &P,
                          uint64_t OtherSize, const DataLayout &DL) {
  SmallVector<Place, 4> Work;
  SmallDenseMap<Value *, Place, 4> Seen; // choices between bases
  auto Add = [&](std::optional<Place> At) {
    if (!At)
      return false;
    if (!isa<PHINode, SelectInst>(At->Base)) {
      Work.push_back(*At);
      return true;
    }
    auto [It, IsNew] = Seen.try_emplace(At->Base, *At);
    if (IsNew)
      Work.push_back(*At);
    return It->second == *At;
  };
  if (!Add(placeOf(Address, DL)))
    return true;
  while (!Work.empty()) {
    const Place At = Work.pop_back_val();
    Values Choices;
    if (!seeChoice(At.Base, Choices)) {
      if (At.Base == P.Base && canOverlap(At, Size, P, OtherSize))
        return true;
      continue;
    }
    for (const Value *Each : Choices) {
      auto In = placeOf(const_cast<Value *>(Each), DL);
      if (!In || !Add(placeIn(*In, At)))
        return true;
    }
  }
  return false;
}
