//===- KnownCallees.cpp - What a function pointer can point to ------------===//
//
// Runs before any optimisation, on what clang makes of C, where every variable
// is in memory:
//
//     store ptr @f, ptr %fn                         ; or in a caller, for a
//     %callee = load ptr, ptr %fn                   ; parameter of this
//     function call ptr %callee(...)
//
//     %entry = getelementptr [4 x %ops], ptr @table, i64 0, i64 %i
//     %get = getelementptr %ops, ptr %entry, i32 0, i32 1
//     %callee = load ptr, ptr %get                  ; each 2nd member of @table
//
// Collects all that can come to the pointer; gives up at the first value which
// it can't see through, or after many steps.
//
//===----------------------------------------------------------------------===//

#include "KnownCallees.h"
#include "Markers.h"
#include "Places.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

#include <optional>
#include <utility>

using namespace llvm;
using namespace coroinline;

namespace {

class Search {
  const DataLayout &DL;
  SmallPtrSet<Value *, 16> Seen;
  SmallPtrSet<Value *, 4> Bases; // of the searches for an object under way
  unsigned Steps = 0;
  static constexpr unsigned MaxSteps = 1000;

  using Places = SmallVectorImpl<Place>;

  bool throughBase(const Place &P, Places &Out);
  bool loadFrom(const Place &P, Type *T, Places &Out);
  bool loadFromConstant(GlobalVariable &G, const Place &P, Type *T,
                        Places &Out);
  bool loadFromVariable(const Place &P, Type *T, Places &Out);
  bool fromCallers(Argument &A, Places &Out);

public:
  explicit Search(const DataLayout &DL) : DL(DL) {}
  /// Adds where the pointer V can point, each place once. False where there may
  /// be more.
  bool run(Value *V, Places &Out);
};

/// A pointer into what another one points to. That is a search of its own: the
/// places that it finds are not yet the ones to be found.
bool Search::throughBase(const Place &P, Places &Out) {
  if (!Bases.insert(P.Base).second)
    return false;
  SmallVector<Place, 4> Objects;
  auto Outer = std::exchange(Seen, {});
  bool All = run(P.Base, Objects);
  Seen = std::move(Outer);
  Bases.erase(P.Base);
  for (Place &Object : Objects)
    if (Place Each = placeIn(Object, P); !is_contained(Out, Each))
      Out.push_back(Each);
  return All;
}

bool Search::loadFrom(const Place &P, Type *T, Places &Out) {
  auto *G = dyn_cast<GlobalVariable>(P.Base);
  if (G && G->isConstant())
    return loadFromConstant(*G, P, T, Out);
  if (isa<AllocaInst>(P.Base))
    return loadFromVariable(P, T, Out);
  // A variable that is a pointer, and no part of one that is larger.
  return G && G->hasDefinitiveInitializer() && G->hasLocalLinkage() &&
         run(G->getInitializer(), Out) && loadFromVariable(P, T, Out);
}

bool Search::loadFromConstant(GlobalVariable &G, const Place &P, Type *T,
                              Places &Out) {
  if (!G.hasDefinitiveInitializer())
    return false;
  int64_t Size = DL.getTypeAllocSize(G.getValueType());
  int64_t Width = DL.getTypeStoreSize(T);
  for (int64_t Offset = P.Offset; Offset + Width <= Size; Offset += P.Stride) {
    Constant *C =
        ConstantFoldLoadFromConst(G.getInitializer(), T, APInt(64, Offset), DL);
    if (!C || !run(C, Out))
      return false;
    if (!P.Stride)
      break;
  }
  return true;
}

/// Of a variable whose every access can be seen: what is stored there.
bool Search::loadFromVariable(const Place &P, Type *T, Places &Out) {
  int64_t Width = DL.getTypeStoreSize(T);
  SmallVector<Value *, 8> Work{P.Base};
  while (!Work.empty()) {
    Value *Address = Work.pop_back_val();
    for (Use &U : Address->uses()) {
      if (++Steps > MaxSteps)
        return false;
      User *I = U.getUser();
      if (isa<GEPOperator>(I)) {
        Work.push_back(I);
      } else if (auto *Store = dyn_cast<StoreInst>(I)) {
        if (Store->getValueOperand() == Address)
          return false;
        std::optional<Place> To = placeOf(Address, DL);
        if (!To || To->Stride || P.Stride)
          return false;
        Value *V = Store->getValueOperand();
        int64_t Size = DL.getTypeStoreSize(V->getType());
        if (To->Offset + Size <= P.Offset || P.Offset + Width <= To->Offset)
          continue;
        if (To->Offset != P.Offset || V->getType() != T || !run(V, Out))
          return false;
      } else if (auto *Copy = dyn_cast<MemCpyInst>(I)) {
        auto *From =
            dyn_cast<GlobalVariable>(Copy->getSource()->stripPointerCasts());
        if (U.getOperandNo() == 1) // a copy of the variable
          continue;
        if (Address != P.Base || !From ||
            !loadFrom({From, P.Offset, P.Stride}, T, Out))
          return false;
      } else if (!isa<LoadInst>(I) && !isa<MemSetInst>(I) &&
                 !isa<LifetimeIntrinsic>(I)) {
        return false;
      }
    }
  }
  return true;
}

bool Search::fromCallers(Argument &A, Places &Out) {
  Function *F = A.getParent();
  if (!F->hasLocalLinkage() || A.hasByValAttr()) // a copy, which F may change
    return false;
  for (Use &U : F->uses()) {
    auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !Call->isCallee(&U) ||
        Call->getFunctionType() != F->getFunctionType() ||
        !run(Call->getArgOperand(A.getArgNo()), Out))
      return false;
  }
  return true;
}

bool Search::run(Value *V, Places &Out) {
  V = V->stripPointerCasts();
  if (auto *Alias = dyn_cast<GlobalAlias>(V)) {
    if (Alias->isInterposable())
      return false;
    V = Alias->getAliasee()->stripPointerCasts();
  }
  if (++Steps > MaxSteps)
    return false;
  // Neither can be called.
  if (isa<ConstantPointerNull>(V) || isa<UndefValue>(V))
    return true;
  std::optional<Place> P = placeOf(V, DL);
  if (!P)
    return false;
  if (isa<GlobalObject>(P->Base) || isa<AllocaInst>(P->Base)) {
    if (!is_contained(Out, *P))
      Out.push_back(*P);
    return true;
  }
  if (!Seen.insert(V).second)
    return true; // where it can point is being collected
  if (P->Base != V)
    return throughBase(*P, Out);
  if (auto *A = dyn_cast<Argument>(V))
    return fromCallers(*A, Out);
  if (auto *Load = dyn_cast<LoadInst>(V)) {
    SmallVector<Place, 4> From;
    Value *Address = Load->getPointerOperand();
    bool All = !Load->isVolatile() && throughBase({Address}, From);
    for (Place &Each : From)
      All &= loadFrom(Each, Load->getType(), Out);
    return All;
  }
  SmallVector<Value *, 4> OneOf;
  if (auto *Select = dyn_cast<SelectInst>(V))
    OneOf = {Select->getTrueValue(), Select->getFalseValue()};
  else if (auto *Phi = dyn_cast<PHINode>(V))
    append_range(OneOf, Phi->incoming_values());
  if (!OneOf.empty()) {
    unsigned Known = 0; // look at all, for what can be had
    for (Value *Each : OneOf)
      Known += run(Each, Out);
    return Known == OneOf.size();
  }
  if (auto *Call = dyn_cast<CallInst>(V);
      Call && Call->hasFnAttr(tag::Argument))
    return run(Call->getArgOperand(0), Out);
  return false;
}

} // namespace

KnownCallees coroinline::findCallees(const CallBase &Call) {
  KnownCallees Result;
  SmallVector<Place, 4> Found;
  Result.AreAll = Search(Call.getModule()->getDataLayout())
                      .run(Call.getCalledOperand(), Found);
  for (Place &P : Found)
    if (auto *Target = dyn_cast<Function>(P.Base); P == Place{Target})
      Result.Targets.push_back(Target);
    else
      Result.AreAll = false;
  return Result;
}
