/* generate.h: what the parts of the generator of random coroutine programs share.
 *
 * A program is a few coroutines and a driver, a plain function. Its text depends on the seed and on
 * its number alone. It has no undefined behaviour, and its notes depend on no order of evaluation:
 *  - A variable is private, so that none but this body's own statements can change it, or shared:
 *    its address may be anywhere. Beside an operand that awaits or calls, private ones alone are
 *    read (context.beside).
 *  - Where an expression awaits twice unordered, both coroutines are quiet: they suspend and
 *    compute, and nothing else.
 *  - Floating-point variables hold multiples of 1/4 below 256.
 *  - A coroutine awaits those of smaller numbers, or ones that take a depth, with a smaller depth.
 *    The cost of each, in statements, is an upper bound, and limited. */
#ifndef COROINLINE_TEST_FUZZ_GENERATE_H
#define COROINLINE_TEST_FUZZ_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Chance and text: generate_text.c ---------------------------------------------------------- */

void random_begin(uint64_t seed, uint64_t number);
unsigned below(unsigned n);                      /* 0 to n - 1 */
unsigned between(unsigned least, unsigned most); /* both may come */
bool chance(unsigned percent);

#define FORMAT(n) __attribute__((format(printf, n, n + 1)))

/* A new string, which lives until text_free(). The arguments of a call are evaluated in any order:
 * whoever throws dice does so before. */
FORMAT(1) char *text(const char *format, ...);
void text_free(void);

struct buffer {
    char *bytes; /* NULL: empty */
    size_t length, room;
};
FORMAT(2) void append(struct buffer *b, const char *format, ...);
void buffer_free(struct buffer *b);

/* ---- Features: generate.c ------------------------------------------------------------------------ */

/* What programs contain: each is off in some programs, and --statistics counts it. */
#define FEATURES(X)                                                                                \
    X(SUSPEND, "coro_suspend")                                                                     \
    X(PREFETCH, "coro_prefetch")                                                                   \
    X(PREFETCH_RANGE, "coro_prefetch_range")                                                       \
    X(AWAIT, "coro_await")                                                                         \
    X(AWAIT_VOID, "await of a task of no result")                                                  \
    X(AWAIT_BESIDE, "await as one operand")                                                        \
    X(AWAIT_TWICE, "two awaits in one expression")                                                 \
    X(AWAIT_NESTED, "await in an argument of an awaited call")                                     \
    X(AWAIT_ARGUMENT, "await in an argument of a plain call")                                      \
    X(AWAIT_AND_OR, "await in && or ||")                                                           \
    X(AWAIT_TERNARY, "await in ?:")                                                                \
    X(AWAIT_COMMA, "await in a comma expression")                                                  \
    X(AWAIT_CONDITION, "await in a condition")                                                     \
    X(STATEMENT_EXPRESSION, "suspend in a statement expression")                                   \
    X(TASK_TERNARY, "await of one of two tasks")                                                   \
    X(INDIRECT_TABLE, "call through a table")                                                      \
    X(INDIRECT_TERNARY, "call of one of two functions")                                            \
    X(INDIRECT_VARIABLE, "call through a variable")                                                \
    X(INDIRECT_FIELD, "call through a field")                                                      \
    X(INDIRECT_PARAMETER, "call through a parameter")                                              \
    X(HELPER, "helper function that makes the task")                                               \
    X(TASK_PARAMETER, "task as a parameter")                                                       \
    X(GENERATOR_PARAMETER, "generator as a parameter")                                             \
    X(LINK_PARAMETER, "struct of pointers as a parameter")                                         \
    X(RECURSION_DIRECT, "direct recursion")                                                        \
    X(RECURSION_MUTUAL, "recursion through others")                                                \
    X(PARTS, "coroutines of several parts")                                                        \
    X(EXTERNAL, "external coroutine")                                                              \
    X(NOINLINE, "CORO_NOINLINE")                                                                   \
    X(INLINE, "CORO_INLINE")                                                                       \
    X(COLD, "cold coroutine")                                                                      \
    X(WEAK, "weak coroutine")                                                                      \
    X(QUIET, "coroutine that only suspends and computes")                                          \
    X(NO_PARAMETERS, "coroutine of no parameters")                                                 \
    X(MANY_PARAMETERS, "coroutine of 5 to 8 parameters")                                           \
    X(POINTER_PARAMETER, "pointer parameter")                                                      \
    X(STRUCT_PARAMETER, "struct parameter")                                                        \
    X(STRUCT_RESULT, "struct result")                                                              \
    X(IF, "if")                                                                                    \
    X(UNLIKELY, "unlikely path")                                                                   \
    X(FOR, "for")                                                                                  \
    X(WHILE, "while")                                                                              \
    X(DO, "do")                                                                                    \
    X(BREAK, "break")                                                                              \
    X(CONTINUE, "continue")                                                                        \
    X(SWITCH, "switch")                                                                            \
    X(DUFF, "switch into a loop")                                                                  \
    X(GOTO_FORWARD, "goto forwards, out of scopes")                                                \
    X(GOTO_BACKWARD, "goto backwards")                                                             \
    X(EARLY_RETURN, "early coro_return")                                                           \
    X(CLEANUP, "cleanup")                                                                          \
    X(CLEANUP_WRITES, "cleanup that writes through a pointer")                                     \
    X(CLEANUP_RUNS, "cleanup that runs a task")                                                    \
    X(SCALAR, "scalar variable")                                                                   \
    X(VOLATILE, "volatile variable")                                                               \
    X(ALIGNED, "over-aligned variable")                                                            \
    X(ARRAY, "array")                                                                              \
    X(STRUCT, "struct variable")                                                                   \
    X(BIT_FIELD, "bit-field")                                                                      \
    X(UNION, "union")                                                                              \
    X(INT128, "__int128")                                                                          \
    X(COMPLEX, "_Complex")                                                                         \
    X(VECTOR, "vector")                                                                            \
    X(POINTER, "pointer to a local")                                                               \
    X(POINTER_FIELD, "pointers to locals in a struct")                                             \
    X(DYNAMIC_ARRAY, "variable-length array")                                                      \
    X(MANY_LOCALS, "many values alive across a suspend")                                           \
    X(RUN, "coro_run")                                                                             \
    X(BY_HAND, "task driven by hand")                                                              \
    X(CANCEL, "root cancelled after some resumes")                                                 \
    X(NEVER_STARTED, "task destroyed before its start")                                            \
    X(AWAIT_LATER, "task awaited after some resumes")                                              \
    X(VARIABLE_TASK, "task in a variable, awaited later")                                          \
    X(MANY_TASKS, "array of tasks in random order")                                                \
    X(MANY_AWAITED, "array of tasks, awaited in the end")                                          \
    X(ROUND_ROBIN, "array of tasks in turn")                                                       \
    X(GLOBAL_TASKS, "tasks in global variables")                                                   \
    X(INTERLEAVE, "coro_interleave")                                                               \
    X(INTERLEAVE_SEVERAL, "coro_interleave of several coroutines")                                 \
    X(INTERLEAVE_LEFT, "coro_interleave left early")                                               \
    X(INTERLEAVE_AUTO, "coro_interleave of CORO_GROUP_AUTO")                                       \
    X(INTERLEAVE_ODD, "coro_interleave of no tasks, or of a group of 0 or too many")               \
    X(DRIVER_INSIDE, "driver in a coroutine")                                                      \
    X(YIELD, "coro_yield")                                                                         \
    X(AWAIT_FOR, "coro_await_for")                                                                 \
    X(AWAIT_FOR_LEFT, "coro_await_for left early")                                                 \
    X(AWAIT_NEXT, "coro_await_next")                                                               \
    X(FOR_PLAIN, "coro_for")                                                                       \
    X(FOR_PLAIN_LEFT, "coro_for left early")                                                       \
    X(NEXT_PLAIN, "coro_next")                                                                     \
    X(GENERATOR_NESTED, "generator that consumes a generator")                                     \
    X(TRIM, "coro_trim")                                                                           \
    X(MOVED, "task resumed or destroyed by another thread")                                        \
    X(THREAD_LOCAL, "thread-local variables")                                                      \
    X(THREAD_NUMBER, "what is constant in a thread")                                               \
    X(SEVERAL_THREADS, "several threads at once")                                                  \
    X(ERRNO, "errno")                                                                              \
    X(ATOMIC, "atomic variable")                                                                   \
    X(FAILING, "coro_failed")

#define FEATURE_NAME(name, words) F_##name,
enum feature { FEATURES(FEATURE_NAME) FEATURE_COUNT };
#undef FEATURE_NAME

/* ---- Types: generate_types.c ------------------------------------------------------------------- */

enum scalar {
    S_BOOL,
    S_I8,
    S_U8,
    S_I16,
    S_U16,
    S_I32,
    S_U32,
    S_I64,
    S_U64,
    S_FLOAT,
    S_DOUBLE,
    S_I128,
    S_COMPLEX,
    SCALARS
};

/* A scalar in a value of some type: suffix, or suffix[0 to length - 1]. */
struct place {
    const char *suffix;
    unsigned length; /* 0: no array */
    enum scalar scalar;
};

enum { MAX_PLACES = 24, MAX_TYPES = 8 };
struct type {
    const char *name;   /* one identifier */
    enum scalar scalar; /* SCALARS: none */
    struct place places[MAX_PLACES];
    unsigned place_count;
};

struct program;
struct signature;

extern const char types_preamble[];
const struct type *type_of(enum scalar scalar);
const struct type *vector_type(void);
/* Adds struct types to the program, and their declarations to its text. */
void types_make(struct program *p);
/* Some type, a struct in so many of a hundred cases. */
const struct type *random_type(struct program *p, unsigned structs);
/* A value of a type, as an expression of uint64_t; and the other way round. */
char *loaded(const struct type *t, const char *value);
char *stored(const struct type *t, const char *value);

/* ---- Programs: generate_program.c ---------------------------------------------------------------- */

enum size { TINY, SMALL, MEDIUM, LARGE, SIZES };
enum parameter_kind { P_VALUE, P_POINTER, P_LINK, P_FUNCTION, P_TASK, P_GENERATOR, P_DEPTH };
enum {
    MAX_PARAMETERS = 8,
    MAX_SIGNATURES = 24,
    MAX_COROUTINES = 24,
    MAX_PLAINS = 8,
    MAX_PARTS = 4,
    MAX_RULES = 64
};

struct parameter {
    enum parameter_kind kind;
    const struct type *type;           /* of P_VALUE, P_POINTER, P_TASK and P_GENERATOR */
    const struct signature *signature; /* of P_FUNCTION */
};

struct signature {
    const char *name;          /* of a function type */
    const struct type *result; /* or of the values; NULL: void */
    bool generator;
    struct parameter parameters[MAX_PARAMETERS];
    unsigned parameter_count;
};

struct coroutine {
    unsigned number;
    const char *name, *attributes;
    const struct signature *signature;
    unsigned part;
    bool is_static, quiet;
    bool recursive, reaches; /* the latter: calls one that is, maybe */
    unsigned cost;           /* upper bound of what a call and its task come to */
    unsigned yields;
};

/* A plain function that drives tasks, static: uint64_t name(uint64_t). */
struct plain {
    const char *name;
    unsigned part, cost;
    bool reaches;
};

struct part {
    struct buffer prototypes, tables, bodies;
};

struct program {
    unsigned number;
    unsigned threads; /* that run it at once */
    const char *prefix;
    enum size size;
    unsigned recursion; /* of a hundred coroutines */
    bool failing;
    bool on[FEATURE_COUNT], used[FEATURE_COUNT];
    const char *storage;         /* of variables at file scope: "_Thread_local " or nothing */
    unsigned weights[MAX_RULES]; /* of statements */
    struct type types[MAX_TYPES];
    unsigned type_count;
    bool scalars[SCALARS]; /* in use */
    struct signature signatures[MAX_SIGNATURES];
    unsigned signature_count;
    struct coroutine coroutines[MAX_COROUTINES];
    bool called[MAX_COROUTINES]; /* somewhere */
    unsigned coroutine_count;
    struct plain plains[MAX_PLAINS];
    unsigned plain_count;
    unsigned part_count, names;
    struct buffer types_text, shared_text; /* seen by all parts */
    struct part parts[MAX_PARTS];
};

/* Makes program `number`; the caller frees it. */
void program_make(struct program *p, uint64_t seed, unsigned number, enum size size, bool failing);
void program_free(struct program *p);
const char *parameter_type(const struct parameter *p);
static inline unsigned fresh(struct program *p)
{
    return ++p->names;
}

/* ---- Bodies: generate_expressions.c ---------------------------------------------------------------- */

struct variable {
    const char *name; /* an expression: (*p) too */
    const struct type *type;
    unsigned length; /* of an array; 0: none */
    bool shared;     /* its address may be known elsewhere */
    bool constant;   /* only to be read */
};

enum where { IN_TASK = 1, IN_GENERATOR = 2, IN_QUIET = 4, IN_PLAIN = 8 };
enum { IN_COROUTINE = IN_TASK | IN_GENERATOR, ANYWHERE = 15 };
enum { MAX_VARIABLES = 96, MAX_LABELS = 4 };

struct label {
    const char *name;
    bool used;
};

/* Where in a body the next statement goes. */
struct context {
    struct program *program;
    const struct coroutine *self; /* NULL in a plain function */
    enum where where;
    unsigned part;
    unsigned reach; /* awaits coroutines of smaller numbers */
    struct buffer *out;
    unsigned indent;
    struct variable variables[MAX_VARIABLES];
    unsigned variable_count;
    struct label labels[MAX_LABELS]; /* behind the statements around */
    unsigned label_count;
    unsigned nesting;    /* of statements */
    unsigned statements; /* left to make */
    unsigned times;      /* that the innermost loop's body runs at the most */
    unsigned cost, limit;
    unsigned yields;   /* an upper bound of them */
    const char *mixed; /* an expression to be a part of arguments; NULL: none */
    bool can_break, can_continue;
    bool beside;    /* an operand that may change shared variables */
    bool in_index;  /* no other variable index within: they would have no end */
    bool recursed;  /* has its site of recursion that no fuel limits */
    bool in_helper; /* result by return */
};

FORMAT(2) void line(struct context *c, const char *format, ...);
static inline bool on(const struct context *c, enum feature f)
{
    return c->program->on[f];
}
static inline void use(struct context *c, enum feature f)
{
    c->program->used[f] = true;
}
/* Whether to make one here: it is on, and so many of a hundred times. */
static inline bool choose(struct context *c, enum feature f, unsigned percent)
{
    return on(c, f) && chance(percent);
}

void variable_add(struct context *c, const char *name, const struct type *type, unsigned length,
                  bool shared, bool constant);
const char *new_name(struct context *c, const char *stem);
/* Declares one, with a value. */
const char *declare(struct context *c, const struct type *type, bool shared);
/* A shared variable of that type, or the target of a pointer: declared if there is none. */
const char *shared_variable(struct context *c, const struct type *type);

/* Expressions of uint64_t that await nothing. */
char *expression(struct context *c, unsigned depth);
char *simple(struct context *c); /* a short one */
char *condition(struct context *c);
/* A scalar that may be written, and its type; NULL: none. */
char *lvalue(struct context *c, const struct type **type, bool only_private);
void note(struct context *c, const char *value);    /* a line that notes it */
void observe(struct context *c, unsigned variable); /* notes all of it */

struct wanted {
    bool quiet, generator;
    bool any_result;                   /* or none */
    bool kept;                         /* the task is not started at once */
    const struct signature *signature; /* NULL: any */
};
/* A coroutine that may be called here; NULL: none. Rather one that nothing calls yet. */
const struct coroutine *callee(struct context *c, struct wanted w);
/* Adds up that it is called here and costs so much. */
void count_call(struct context *c, const struct coroutine *f, unsigned cost);
/* A call that makes a task or generator, directly or not; adds its cost. */
char *call(struct context *c, const struct coroutine *f);
char *call_directly(struct context *c, const struct coroutine *f);
char *call_as(struct context *c, const struct coroutine *f, const char *name);
/* What awaits a task, as an expression of uint64_t; its type is not void. */
char *awaited(struct context *c, const struct type *result, const char *task);
/* An expression with one await or several; may assign to variables. NULL: nothing to await. */
char *awaits(struct context *c);
/* The same, with no assignment: it may stand beside what is private. */
char *one_await(struct context *c);
bool recursive_call(struct context *c, const struct coroutine **f, char **task, char **guard);

/* ---- Statements: generate_statements.c and generate_drivers.c ---------------------------------------- */

struct rule {
    enum feature feature;
    unsigned weight;
    unsigned where;
    bool nests;
    bool (*make)(struct context *c); /* false: it could not, and has written nothing that matters */
};
extern const struct rule rules[];
extern const unsigned rule_count;

void statement(struct context *c);
bool task_statement(struct context *c); /* one that awaits, drives or suspends */
void yield_loop(struct context *c);
void statements(struct context *c, unsigned count);
/* Between these a scope of its own; no lines of braces. */
struct scope {
    unsigned variable_count, times;
    bool can_break, can_continue;
};
struct scope scope_open(struct context *c);
void scope_close(struct context *c, struct scope s);
/* { some statements }, which run `times` times for each time around. */
void block(struct context *c, unsigned count, unsigned times, bool is_loop);
void label_open(struct context *c); /* a label behind a statement, which jumps out of it go to */
void label_close(struct context *c);
void leave(struct context *c);                    /* a statement that returns */
bool jump_out(struct context *c, bool from_loop); /* if (...) one that leaves what is around */

bool await_parameter(struct context *c); /* through a parameter that is a function */
bool drive_run(struct context *c);
bool drive_by_hand(struct context *c);
bool drive_cancelled(struct context *c);
bool drive_never_started(struct context *c);
bool drive_many(struct context *c);
bool drive_in_turn(struct context *c);
bool drive_globals(struct context *c);
bool drive_interleaved(struct context *c);
bool drive_interleaved_auto(struct context *c);
bool call_plain(struct context *c);
bool trim(struct context *c);
bool consume_parameter(struct context *c);
bool await_later(struct context *c);
bool await_variable(struct context *c);
bool await_for(struct context *c);
bool await_next(struct context *c);
bool for_plain(struct context *c);
bool next_plain(struct context *c);

#endif
