//===- ValueFormula.h - How a value is computed, for debuggers --*- C++ -*-===//

#ifndef COROINLINE_VALUEFORMULA_H
#define COROINLINE_VALUEFORMULA_H

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Value.h"

#include <optional>
#include <string>

namespace coroinline {

/// What a value is computed from, and how: a program of a stack machine, whose
/// words are
///   $I         push the operand of that number
///   #N         push N
///   sx:N       extend the number on top by the sign that it has in N bits
///   plus minus mul udiv urem and or xor shl shr shra
///              replace the two on top by what the operation makes of them
/// A number stands for its bits, the rest of the 64 being 0.
struct ValueFormula {
  /// Of the computations that are followed.
  static constexpr unsigned MaxDepth = 8;

  llvm::SetVector<llvm::Value *> Operands;
  std::string Text;

  /// Of a pointer or number; 0 of anything else, or a larger one.
  static unsigned bitsOf(const llvm::Type &T);
  /// Of what Expression makes of Values; none where it can't be told, or has no
  /// computation.
  static std::optional<ValueFormula>
  create(llvm::ArrayRef<llvm::Value *> Values,
         const llvm::DIExpression &Expression);
};

} // namespace coroinline

#endif
