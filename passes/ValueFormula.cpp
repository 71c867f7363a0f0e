//===- ValueFormula.cpp - How a value is computed, for debuggers ----------===//
//
// CoroSplit computes some values anew behind a suspend instead of keeping them
// in the frame, and tells a debugger of those with one operand alone. So
//
//     %p = getelementptr ptr, ptr %buckets, i64 %i
//
// which a variable is, is told as "$0 $1 #8 mul plus" of %buckets and %i.
//
//===----------------------------------------------------------------------===//

#include "ValueFormula.h"
#include "Compat.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;
using namespace coroinline;

namespace {

class Compiler {
  ValueFormula &Out;
  unsigned Depth = 0;

  void word(const Twine &Word) { Out.Text += (" " + Word).str(); }
  void mask(unsigned Bits) {
    if (Bits >= 64)
      return;
    word("#" + Twine(maskTrailingOnes<uint64_t>(Bits)));
    word("and");
  }
  bool binary(BinaryOperator &I);
  bool conversion(CastInst &I);
  bool address(GetElementPtrInst &I);
  bool instruction(Instruction &I);

public:
  explicit Compiler(ValueFormula &Out) : Out(Out) {}
  bool value(Value *V);
  bool expression(ArrayRef<Value *> Values, const DIExpression &E);
};

bool Compiler::binary(BinaryOperator &I) {
  static const std::pair<Instruction::BinaryOps, const char *> Names[] = {
      {Instruction::Add, "plus"},  {Instruction::Sub, "minus"},
      {Instruction::Mul, "mul"},   {Instruction::UDiv, "udiv"},
      {Instruction::URem, "urem"}, {Instruction::And, "and"},
      {Instruction::Or, "or"},     {Instruction::Xor, "xor"},
      {Instruction::Shl, "shl"},   {Instruction::LShr, "shr"},
      {Instruction::AShr, "shra"}};
  auto *Known =
      find_if(Names, [&](auto &N) { return N.first == I.getOpcode(); });
  unsigned Bits = ValueFormula::bitsOf(*I.getType());
  if (Known == std::end(Names) || !value(I.getOperand(0)))
    return false;
  if (I.getOpcode() == Instruction::AShr)
    word("sx:" + Twine(Bits));
  if (!value(I.getOperand(1)))
    return false;
  word(Known->second);
  mask(Bits);
  return true;
}

bool Compiler::conversion(CastInst &I) {
  unsigned From = ValueFormula::bitsOf(*I.getSrcTy()),
           To = ValueFormula::bitsOf(*I.getDestTy());
  if (!value(I.getOperand(0)))
    return false;
  if (isa<SExtInst>(I))
    word("sx:" + Twine(From));
  if (isa<SExtInst>(I) || To < From)
    mask(To);
  return true;
}

bool Compiler::address(GetElementPtrInst &I) {
  compat::VariableOffsets Variable;
  APInt Constant(64, 0);
  if (!cast<GEPOperator>(I).collectOffset(I.getModule()->getDataLayout(), 64,
                                          Variable, Constant) ||
      !value(I.getPointerOperand()))
    return false;
  for (auto &[Index, Scale] : Variable) {
    if (!value(Index))
      return false;
    if (unsigned Bits = ValueFormula::bitsOf(*Index->getType()); Bits < 64)
      word("sx:" + Twine(Bits));
    word("#" + Twine(Scale.getZExtValue()));
    word("mul");
    word("plus");
  }
  if (!Constant.isZero()) {
    word("#" + Twine(Constant.getZExtValue()));
    word("plus");
  }
  return true;
}

bool Compiler::instruction(Instruction &I) {
  if (auto *Binary = dyn_cast<BinaryOperator>(&I))
    return binary(*Binary);
  if (auto *Cast = dyn_cast<CastInst>(&I))
    return conversion(*Cast);
  return address(*cast<GetElementPtrInst>(&I));
}

bool Compiler::value(Value *V) {
  if (!ValueFormula::bitsOf(*V->getType()))
    return false;
  if (auto *N = dyn_cast<ConstantInt>(V))
    return word("#" + Twine(N->getZExtValue())), true;
  if (isa<ConstantPointerNull>(V))
    return word("#0"), true;
  auto *I = dyn_cast<Instruction>(V);
  if (I && Depth < ValueFormula::MaxDepth &&
      (isa<BinaryOperator>(I) || isa<CastInst>(I) ||
       isa<GetElementPtrInst>(I))) {
    Depth++;
    bool OK = instruction(*I);
    Depth--;
    return OK;
  }
  Out.Operands.insert(V);
  word("$" + Twine(find(Out.Operands, V) - Out.Operands.begin()));
  return true;
}

bool Compiler::expression(ArrayRef<Value *> Values, const DIExpression &E) {
  if (E.isSingleLocationExpression() && !value(Values[0]))
    return false;
  unsigned FromBits = 0;
  for (auto Op : E.expr_ops())
    switch (Op.getOp()) {
    case dwarf::DW_OP_LLVM_arg:
      // Of an expression of one location, it is what stands there already.
      if (!E.isSingleLocationExpression() && !value(Values[Op.getArg(0)]))
        return false;
      break;
    case dwarf::DW_OP_constu:
      word("#" + Twine(Op.getArg(0)));
      break;
    case dwarf::DW_OP_plus_uconst:
      word("#" + Twine(Op.getArg(0)));
      word("plus");
      break;
    case dwarf::DW_OP_plus:
    case dwarf::DW_OP_minus:
    case dwarf::DW_OP_mul:
    case dwarf::DW_OP_and:
    case dwarf::DW_OP_or:
    case dwarf::DW_OP_xor:
    case dwarf::DW_OP_shl:
      word(dwarf::OperationEncodingString(Op.getOp()).substr(6));
      break;
    case dwarf::DW_OP_LLVM_convert: // they come in pairs
      if (!FromBits) {
        FromBits = Op.getArg(0);
        break;
      }
      if (Op.getArg(1) == dwarf::DW_ATE_signed)
        word("sx:" + Twine(FromBits));
      else
        mask(FromBits);
      mask(Op.getArg(0));
      FromBits = 0;
      break;
    case dwarf::DW_OP_stack_value:
    case dwarf::DW_OP_LLVM_fragment:
      break;
    default:
      return false;
    }
  return true;
}

} // namespace

unsigned ValueFormula::bitsOf(const Type &T) {
  unsigned Bits = T.isPointerTy()   ? 64
                  : T.isIntegerTy() ? T.getIntegerBitWidth()
                                    : 0;
  return Bits <= 64 ? Bits : 0;
}

std::optional<ValueFormula>
ValueFormula::create(ArrayRef<Value *> Values, const DIExpression &Expression) {
  ValueFormula Formula;
  if (!Compiler(Formula).expression(Values, Expression) ||
      Formula.Text == " $0" || Formula.Operands.size() > MaxDepth)
    return std::nullopt;
  return Formula;
}
