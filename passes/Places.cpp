//===- Places.cpp - Where a pointer points to -----------------------------===//

#include "Places.h"
#include "Compat.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace llvm;
using namespace coroinline;

/// Whether Sum gives no more and no less than mathematics do.
static bool isExact(const Operator &Sum, Reading As) {
  auto &Op = cast<OverflowingBinaryOperator>(Sum);
  return As == Reading::Unsigned ? Op.hasNoUnsignedWrap()
                                 : Op.hasNoSignedWrap();
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

/// Whether V is one constant or another, none beyond Most.
static bool isSmallStep(const Value *V, uint64_t Most = SmallStep) {
  Values Work;
  Work.insert(V);
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    if (seeChoice(Work[K], Work))
      continue;
    auto *N = dyn_cast<ConstantInt>(Work[K]);
    if (!N || N->getBitWidth() != 64 || N->getValue().abs().ugt(Most))
      return false;
  }
  return true;
}

/// Of what is one value or another, some steps on: as an index is that goes
/// through an array.
static uint64_t factorOfCounter(const Value &Counter, Reading As,
                                unsigned Depth) {
  Values Work;
  Work.insert(&Counter);
  uint64_t Factor = 0;
  bool AreExact = true, AreSmall = As == Reading::Signed;
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    const Value *V = Work[K];
    if (seeChoice(V, Work))
      continue;
    auto *Sum = dyn_cast<BinaryOperator>(V);
    if (Sum && Sum->getOpcode() == Instruction::Add) {
      AreExact &= isExact(*cast<Operator>(Sum), As);
      AreSmall &= isSmallStep(Sum->getOperand(1));
      Work.insert(Sum->op_begin(), Sum->op_end());
    } else {
      auto *N = dyn_cast<ConstantInt>(V);
      AreSmall &= N && N->getValue().abs().isIntN(32);
      Factor = std::gcd(Factor, factorOf(V, As, Depth + 1));
    }
  }
  // An overflow leaves no more than the power of two.
  return AreExact || AreSmall ? Factor : Factor & -Factor;
}

/// The same of V, if it is not said whether it is negative.
static uint64_t factorAs(const Value *V, Reading As, unsigned Depth) {
  if (auto *N = dyn_cast<ConstantInt>(V))
    return (As == Reading::Unsigned ? N->getValue() : N->getValue().abs())
        .getLimitedValue();
  auto *I = dyn_cast<Operator>(V);
  if (!I || Depth > 4)
    return 1;
  auto Of = [&](unsigned K, Reading As) {
    return factorOf(I->getOperand(K), As, Depth + 1);
  };
  // What is within an object may have parts that are not.
  const Reading OfParts = As == Reading::InBounds ? Reading::Signed : As;
  switch (I->getOpcode()) {
  case Instruction::PHI:
  case Instruction::Select:
  case Instruction::Add:
    return factorOfCounter(*V, OfParts, Depth);
  case Instruction::Sub: {
    const uint64_t N = std::gcd(Of(0, OfParts), Of(1, OfParts));
    return isExact(*I, As) ? N : N & -N;
  }
  case Instruction::ZExt: {
    const uint64_t N = Of(0, Reading::Unsigned);
    // No object is as large as what that makes of 32 bits less than nothing.
    const bool IsPositive =
        cast<Instruction>(V)->hasNonNeg() ||
        (As == Reading::InBounds &&
         I->getOperand(0)->getType()->getScalarSizeInBits() >= 32);
    return IsPositive ? std::max(N, Of(0, Reading::Signed)) : N;
  }
  case Instruction::SExt: {
    const uint64_t N = Of(0, Reading::Signed);
    return As == Reading::Unsigned ? N & -N : N;
  }
  case Instruction::Mul:
  case Instruction::Shl: {
    auto *By = dyn_cast<ConstantInt>(I->getOperand(1));
    if (!By)
      return 1;
    bool IsShift = I->getOpcode() == Instruction::Shl;
    const uint64_t N =
        Of(0, As) * (IsShift ? uint64_t(1) << (By->getLimitedValue() & 63)
                             : factorAs(By, As, Depth));
    return isExact(*I, As) ? N : N & -N;
  }
  default:
    return 1;
  }
}

uint64_t coroinline::factorOf(const Value *V, Reading As, unsigned Depth) {
  uint64_t N = factorAs(V, As, Depth);
  auto *I = dyn_cast<Instruction>(V);
  if (I &&
      isKnownNonNegative(V, SimplifyQuery(I->getDataLayout()))) // then both
    N = std::max(N, factorAs(V,
                             As == Reading::Unsigned ? Reading::Signed
                                                     : Reading::Unsigned,
                             Depth));
  // An index has 64 bits: of more, some are cut off.
  return V->getType()->getScalarSizeInBits() <= 64 ? N : N & -N;
}

/// Farther than any object goes; some thousands of it do not wrap.
static constexpr unsigned FarBits = 48;

/// How many bytes Index times Scale can be at the most.
static uint64_t reachOf(const Value *Index, uint64_t Scale,
                        const DataLayout &DL) {
  const uint64_t Smallest = SmallStep / std::max<uint64_t>(Scale, 1);
  uint64_t Reach = 0;
  Values Work;
  Work.insert(Index);
  for (unsigned K = 0; K < Work.size(); K++) { // it grows
    const Value *V = Work[K];
    if (seeChoice(V, Work))
      continue;
    auto *Sum = dyn_cast<BinaryOperator>(V);
    if (Sum && Sum->getOpcode() == Instruction::Add &&
        isSmallStep(Sum->getOperand(1), Smallest)) { // a counter
      Work.insert(Sum->getOperand(0));
      Reach = std::max(Reach, uint64_t(1) << FarBits);
      continue;
    }
    const unsigned Bits =
        V->getType()->getScalarSizeInBits() - ComputeNumSignBits(V, DL);
    Reach = std::max(
        Reach, Bits > FarBits ? ~uint64_t(0)
                              : SaturatingMultiply(Scale, uint64_t(1) << Bits));
  }
  return Reach;
}

bool Distance::isExact(bool OnceAlone) const {
  return Reach <= (OnceAlone ? uint64_t(1) << FarBits : SmallStep);
}

std::optional<Distance> coroinline::distanceOf(const GEPOperator &GEP,
                                               const DataLayout &DL) {
  unsigned Bits = DL.getIndexTypeSizeInBits(GEP.getType());
  APInt Offset(Bits, 0);
  compat::VariableOffsets Variable;
  if (!GEP.collectOffset(DL, Bits, Variable, Offset))
    return std::nullopt;
  Distance Result{Offset.getSExtValue(), 0, Offset.abs().getZExtValue()};
  const Reading As =
      GEP.isInBounds() && Variable.size() == 1 && Offset.isSignedIntN(32)
          ? Reading::InBounds
          : Reading::Signed;
  for (auto &[Index, Each] : Variable) {
    const uint64_t Scale = Each.abs().getZExtValue();
    Result.Stride = std::gcd(Result.Stride, Scale * factorOf(Index, As));
    Result.Reach = SaturatingAdd(Result.Reach, reachOf(Index, Scale, DL));
  }
  if (GEP.isInBounds())
    Result.Reach = 0;
  else if (Bits != 64)
    Result.Reach = ~uint64_t(0);
  return Result;
}

namespace {

/// To is From, some bytes on.
struct Step {
  Value *From, *To;
  Distance Bytes;
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
    auto From = [&](Value *Pointer, const Distance &Bytes) {
      Work.insert(Pointer->stripPointerCasts());
      Steps.push_back({Pointer->stripPointerCasts(), V, Bytes});
    };
    if (auto *GEP = dyn_cast<GEPOperator>(V)) {
      auto Leads = distanceOf(*GEP, DL);
      if (!Leads)
        return false;
      From(GEP->getPointerOperand(), *Leads);
    } else if (auto *Phi = dyn_cast<PHINode>(V); Phi && ThroughChoices) {
      for (Value *Each : Phi->incoming_values())
        From(Each, {});
    } else if (auto *Select = dyn_cast<SelectInst>(V);
               Select && ThroughChoices) {
      From(Select->getTrueValue(), {});
      From(Select->getFalseValue(), {});
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
        Progress |=
            Offsets.try_emplace(S.To, From->second + S.Bytes.Offset).second;
  }
  int64_t Stride = 0;
  for (Step &S : Steps)
    Stride = std::gcd(std::gcd(Stride, int64_t(S.Bytes.Stride)),
                      Offsets[S.From] + S.Bytes.Offset - Offsets[S.To]);
  // Round a loop, steps are gone any number of times. An address that wraps
  // leaves no more than the power of two.
  const bool OnceAlone =
      !isa<PHINode>(Roots[0]) &&
      none_of(Steps, [](const Step &S) { return isa<PHINode>(S.To); });
  if (!all_of(Steps, [&](const Step &S) { return S.Bytes.isExact(OnceAlone); }))
    Stride &= -Stride;
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
