//===- Places.cpp - Where a pointer points to -----------------------------===//

#include "Places.h"
#include "Compat.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Operator.h"

#include <numeric>

using namespace llvm;
using namespace coroinline;

namespace {

/// To is From, some bytes on: Offset, and any multiple of Stride.
struct Step {
  Value *From, *To;
  int64_t Offset = 0;
  uint64_t Stride = 0;
};

/// What V is a multiple of: 0 if it is 0.
uint64_t factorOf(Value *V, unsigned Depth = 0) {
  if (auto *N = dyn_cast<ConstantInt>(V))
    return N->getValue().abs().getLimitedValue();
  auto *I = dyn_cast<Operator>(V);
  if (!I || Depth > 4)
    return 1;
  auto Of = [&](unsigned K) { return factorOf(I->getOperand(K), Depth + 1); };
  switch (I->getOpcode()) {
  case Instruction::Select:
    return std::gcd(Of(1), Of(2));
  case Instruction::Add:
  case Instruction::Sub: {
    // An overflow leaves no more than the power of two; where it can only be
    // seen by the sign of what is extended, no array is as large as that.
    const uint64_t N = std::gcd(Of(0), Of(1));
    auto *Sum = cast<OverflowingBinaryOperator>(I);
    bool IsExact = (Sum->hasNoUnsignedWrap() || Sum->hasNoSignedWrap()) &&
                   I->getType()->getScalarSizeInBits() >= 32;
    return IsExact ? N : N & -N;
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

/// The steps by which P comes from pointers that no step leads to, the Roots.
/// Without ThroughChoices, those are phis and selects too.
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
      unsigned Bits = DL.getIndexTypeSizeInBits(V->getType());
      APInt Offset(Bits, 0);
      compat::VariableOffsets Variable;
      if (!GEP->collectOffset(DL, Bits, Variable, Offset))
        return false;
      uint64_t Stride = 0;
      for (auto &[Index, Scale] : Variable)
        Stride = std::gcd(Stride, Scale.abs().getZExtValue() * factorOf(Index));
      From(GEP->getPointerOperand(), Offset.getSExtValue(), Stride);
    } else if (auto *Phi = dyn_cast<PHINode>(V); Phi && ThroughChoices) {
      for (Value *Each : Phi->incoming_values())
        From(Each, 0, 0);
    } else if (auto *Select = dyn_cast<SelectInst>(V);
               Select && ThroughChoices) {
      From(Select->getTrueValue(), 0, 0);
      From(Select->getFalseValue(), 0, 0);
    } else if (!isa<UndefValue>(V)) {
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
    if (Roots.size() != 1)
      return std::nullopt;
  }
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
