//===- DebugScopes.cpp - What a debugger can be told of a place -----------===//

#include "DebugScopes.h"
#include "Compat.h"
#include "Coroutine.h"
#include "Markers.h"

#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace coroinline;

static constexpr char StartName[] = "coro__start",
                      OtherName[] = "coro__suspend";

bool coroinline::describesVariables(const Function &F) {
  DISubprogram *SP = F.getSubprogram();
  return SP && SP->getUnit()->getEmissionKind() == DICompileUnit::FullDebug;
}

bool coroinline::isInScope(const DILocalVariable &V, const DILocation &Where) {
  if (V.getName().empty() || V.getName().starts_with("coro__"))
    return false;
  if (V.getFile() == Where.getFile() && V.getLine() > Where.getLine())
    return false;
  for (const DILocalScope *Scope = Where.getScope(); Scope;
       Scope = dyn_cast_or_null<DILocalScope>(Scope->getScope()))
    if (Scope == V.getScope())
      return true;
  return false;
}

bool coroinline::isInScope(const DILocalVariable &V, const DILocation &Inlined,
                           const DILocation &Where) {
  const DILocation *Level = &Where;
  while (Level && Level->getInlinedAt() != Inlined.getInlinedAt())
    Level = Level->getInlinedAt();
  return Level && isInScope(V, *Level);
}

SmallVector<IntrinsicInst *, 8> coroinline::suspendsToMark(Function &F) {
  SmallVector<IntrinsicInst *, 8> Suspends;
  bool IsOurs = false;
  for (Instruction &I : instructions(F)) {
    if (!isIntrinsic(&I, Intrinsic::coro_suspend))
      continue;
    IsOurs |= cast<CallBase>(I).hasFnAttr(tag::Start);
    if (I.getDebugLoc() && cast<ConstantInt>(I.getOperand(1))->isZero() &&
        !cast<CallBase>(I).hasFnAttr(tag::Leave))
      Suspends.push_back(cast<IntrinsicInst>(&I));
  }
  if (!IsOurs)
    Suspends.clear();
  return Suspends;
}

static constexpr char OperandName[] = "coro__operand";
static constexpr char FormulaName[] = "coro__formula";

std::optional<unsigned> coroinline::operandBits(const DbgVariableRecord &R) {
  StringRef Name = R.getVariable()->getName();
  if (!Name.consume_front(OperandName))
    return std::nullopt;
  unsigned Bits = 0;
  Name.getAsInteger(10, Bits);
  return Bits;
}

std::optional<StringRef> coroinline::formulaIn(const DbgVariableRecord &R) {
  StringRef Name = R.getVariable()->getName();
  if (Name.consume_front(FormulaName))
    return Name;
  return std::nullopt;
}

static DILocalVariable *createLike(const DILocalVariable &V, StringRef Name) {
  return DILocalVariable::get(V.getContext(), V.getScope(), Name, V.getFile(),
                              V.getLine(), V.getType(), /*Arg=*/0,
                              DINode::FlagArtificial, /*AlignInBits=*/0,
                              /*Annotations=*/nullptr);
}

DILocalVariable *coroinline::createOperand(const DILocalVariable &Of,
                                           unsigned Bits) {
  return createLike(Of, (OperandName + Twine(Bits)).str());
}

DILocalVariable *coroinline::createFormula(const DILocalVariable &Of,
                                           StringRef Text) {
  return createLike(Of, (FormulaName + Text).str());
}

void coroinline::insertAtHead(DbgRecord *R, BasicBlock::iterator Where) {
  Where.setHeadBit(true);
  Where->getParent()->insertDbgRecordBefore(R, Where);
}

SuspendMark coroinline::suspendMarkOf(const DbgRecord &R) {
  auto *Record = dyn_cast<DbgLabelRecord>(&R);
  StringRef Name = Record ? Record->getLabel()->getName() : "";
  return Name == StartName   ? SuspendMark::Start
         : Name == OtherName ? SuspendMark::Other
                             : SuspendMark::None;
}

DbgRecord *coroinline::createSuspendMark(DILocation &Where, SuspendMark Kind) {
  const char *Name = Kind == SuspendMark::Start ? StartName : OtherName;
  return new DbgLabelRecord(compat::createLabel(Where, Name), DebugLoc(&Where));
}
