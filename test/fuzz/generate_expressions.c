/* generate_expressions.c: variables, and expressions with awaits and without. */
#include "generate.h"

#include <string.h>

/* ---- Variables ------------------------------------------------------------------------------------ */

void variable_add(struct context *c, const char *name, const struct type *type, unsigned length,
                  bool shared, bool constant)
{
    if (c->variable_count < MAX_VARIABLES)
        c->variables[c->variable_count++] = (struct variable){name, type, length, shared, constant};
}

const char *new_name(struct context *c, const char *stem)
{
    return text("%s%u", stem, fresh(c->program));
}

const char *declare(struct context *c, const struct type *type, bool shared)
{
    char *value = simple(c);
    const char *name = new_name(c, "v");
    line(c, "%s %s = %s;", type->name, name, stored(type, value));
    variable_add(c, name, type, 0, shared, false);
    return name;
}

const char *shared_variable(struct context *c, const struct type *type)
{
    unsigned first = c->variable_count ? below(c->variable_count) : 0;
    for (unsigned k = 0; k < c->variable_count; k++) {
        const struct variable *v = &c->variables[(first + k) % c->variable_count];
        if (v->shared && !v->constant && v->type == type)
            return v->length ? text("%s[%u]", v->name, below(v->length)) : v->name;
    }
    bool beside = c->beside;
    c->beside = true;
    const char *name = declare(c, type, true);
    c->beside = beside;
    return name;
}

static char *element(struct context *c, const char *array, unsigned length)
{
    if (!length)
        return text("%s", array);
    if (c->in_index || chance(60))
        return text("%s[%u]", array, below(length));
    c->in_index = true;
    char *index = simple(c);
    c->in_index = false;
    return text("%s[FZ_INDEX((%s) %% %u)]", array, index, length);
}

/* A scalar in that variable. */
static char *scalar_in(struct context *c, const struct variable *v, const struct type **type)
{
    const struct place *l = &v->type->places[below(v->type->place_count)];
    *type = type_of(l->scalar);
    char *base = element(c, v->name, v->length);
    return element(c, text("%s%s", base, l->suffix), l->length);
}

static const struct variable *find_variable(struct context *c, bool to_write, bool only_private)
{
    if (!c->variable_count)
        return NULL;
    unsigned first = below(c->variable_count);
    for (unsigned k = 0; k < c->variable_count; k++) {
        const struct variable *v = &c->variables[(first + k) % c->variable_count];
        if (!(to_write && v->constant) && !(only_private && v->shared))
            return v;
    }
    return NULL;
}

char *lvalue(struct context *c, const struct type **type, bool only_private)
{
    const struct variable *v = find_variable(c, true, only_private || c->beside);
    if (v)
        return scalar_in(c, v, type);
    if (only_private || c->beside)
        return NULL;
    *type = type_of(S_U64);
    return text("%s_global", c->program->prefix);
}

/* ---- Without awaits ---------------------------------------------------------------------------------- */

static char *number(void)
{
    static const char *const numbers[] = {"0",  "1",   "2",   "3",          "7",
                                          "10", "100", "255", "0x7fffffff", "0x9e3779b97f4a7c15"};
    return chance(30) ? text("%s", numbers[below(10)]) : text("%u", below(1000));
}

static char *leaf(struct context *c)
{
    if (chance(12))
        return text("(uint64_t)%s", number());
    if (!c->beside && chance(8))
        return text("%s_global", c->program->prefix);
    const struct variable *v = find_variable(c, false, c->beside);
    if (!v)
        return text("(uint64_t)%s", number());
    /* A struct as a whole, at times. */
    if (v->type->scalar == SCALARS && chance(30))
        return loaded(v->type, element(c, v->name, v->length));
    const struct type *type;
    char *scalar = scalar_in(c, v, &type);
    return loaded(type, scalar);
}

static char *binary(struct context *c, unsigned depth)
{
    static const char operators[] = "+-*^&|";
    char *a = expression(c, depth - 1), *b = expression(c, depth - 1);
    if (strcmp(a, b) == 0)
        b = number();
    return text("(%s %c %s)", a, operators[below(6)], b);
}

static char *converted(struct context *c, unsigned depth)
{
    static const char *const types[] = {"uint8_t",  "int8_t",  "uint16_t", "int16_t",
                                        "uint32_t", "int32_t", "int64_t"};
    char *a = expression(c, depth - 1);
    return text("(uint64_t)(%s)(%s)", types[below(7)], a);
}

static char *arithmetic(struct context *c, unsigned depth)
{
    char *a = expression(c, depth - 1), *b = expression(c, depth - 1);
    switch (below(7)) {
    case 0:
        return text("(%s << (%s & 31))", a, b);
    case 1:
        return text("(%s >> %u)", a, between(1, 20));
    case 2:
        return text("(%s / (%s | 1))", a, b);
    case 3:
        return text("(%s %% %u)", a, between(2, 99));
    case 4:
        return text("(uint64_t)((int32_t)(%s & 0xffff) * 3 - (int32_t)(%s & 0xff))", a, b);
    case 5:
        return text("(uint64_t)((double)(%s & 1023) * 0.5 + (double)(%s & 63))", a, b);
    default:
        return text("(uint64_t)(%s < (%s ^ %u))", a, b, below(64));
    }
}

static char *ternary(struct context *c, unsigned depth)
{
    char *test = condition(c), *a = expression(c, depth - 1), *b = expression(c, depth - 1);
    return text("(%s ? %s : %s)", test, a, b);
}

char *expression(struct context *c, unsigned depth)
{
    unsigned kind = below(100);
    if (depth > 1 && c->program->size == TINY && chance(70))
        depth = 1;
    if (!depth || kind < 30)
        return leaf(c);
    if (kind < 65)
        return binary(c, depth);
    if (kind < 80)
        return arithmetic(c, depth);
    if (kind < 92)
        return converted(c, depth);
    return ternary(c, depth);
}

char *simple(struct context *c)
{
    return expression(c, 1);
}

char *condition(struct context *c)
{
    char *a = simple(c);
    unsigned mask = chance(50) ? 1 : between(1, 15);
    return chance(70) ? text("((%s) & %u) != 0", a, mask) : text("((%s) & %u) == 0", a, mask);
}

void note(struct context *c, const char *value)
{
    line(c, "fuzz_note(%u, %s);", fresh(c->program), value);
}

void observe(struct context *c, unsigned variable)
{
    const struct variable *v = &c->variables[variable];
    if (!v->length) {
        note(c, loaded(v->type, v->name));
        return;
    }
    const char *k = new_name(c, "k");
    line(c, "for (unsigned %s = 0; %s < %u; %s++)", k, k, v->length, k);
    line(c, "    fuzz_note(%u, %s);", fresh(c->program),
         loaded(v->type, text("%s[%s]", v->name, k)));
}

/* ---- Calls ------------------------------------------------------------------------------------------- */

static bool takes(const struct signature *s, enum parameter_kind kind)
{
    for (unsigned k = 0; k < s->parameter_count; k++)
        if (s->parameters[k].kind == kind)
            return true;
    return false;
}

static bool takes_calls(const struct signature *s)
{
    return takes(s, P_FUNCTION) || takes(s, P_TASK) || takes(s, P_GENERATOR);
}

static bool fits(const struct context *c, const struct coroutine *f, struct wanted w)
{
    return f->number < c->reach && f->signature->generator == w.generator &&
           (!f->is_static || f->part == c->part) && (!w.quiet || f->quiet) &&
           (w.any_result || f->signature->result) && !(w.kept && takes(f->signature, P_TASK)) &&
           !(c->self && c->self->recursive && f->reaches) &&
           (!w.signature || f->signature == w.signature) &&
           c->cost + c->times * f->cost <= c->limit;
}

const struct coroutine *callee(struct context *c, struct wanted w)
{
    unsigned count = c->program->coroutine_count, first = count ? below(count) : 0;
    if (chance(70))
        for (unsigned k = count; k-- > 0;)
            if (!c->program->called[k] && fits(c, &c->program->coroutines[k], w))
                return &c->program->coroutines[k];
    /* Rather one that awaits others. */
    for (unsigned more = c->where == IN_PLAIN ? 2 : below(2); more > 0 && count; more--) {
        unsigned other = below(count);
        first = other > first ? other : first;
    }
    for (unsigned k = 0; k < count; k++) {
        const struct coroutine *f = &c->program->coroutines[(first + k) % count];
        if (fits(c, f, w))
            return f;
    }
    return NULL;
}

static char *value_argument(struct context *c, const struct type *type)
{
    if (c->mixed && type->scalar != SCALARS) {
        char *value = simple(c);
        return stored(type, text("(uint64_t)%s * %u + %s", c->mixed, between(1, 9), value));
    }
    for (unsigned k = 0; k < c->variable_count && chance(80); k++) {
        const struct variable *v = &c->variables[c->variable_count - 1 - k];
        if (v->type == type && !v->length && !(v->shared && c->beside))
            return text("%s", v->name);
    }
    char *value = simple(c);
    return stored(type, value);
}

/* Whatever may be called through a parameter of h is known when h is made, and costs no more. */
static const struct coroutine *function_argument(struct context *c, const struct parameter *p,
                                                 const struct coroutine *of)
{
    bool recursive = of->recursive;
    unsigned kept = c->reach;
    c->reach = of->number < c->reach ? of->number : c->reach;
    const struct coroutine *f =
        callee(c, (struct wanted){.any_result = true, .signature = p->signature});
    c->reach = kept;
    return f && recursive && f->reaches ? NULL : f;
}

/* Of smaller number than f, which is handed what it makes, and no recursion; kept: before a start. */
static const struct coroutine *maker(struct context *c, const struct coroutine *f,
                                     const struct type *result, bool generator)
{
    struct wanted w = {.quiet = f->quiet, .generator = generator, .kept = generator};
    unsigned reach = c->reach;
    c->reach = f->number < reach ? f->number : reach;
    const struct coroutine *made = NULL;
    for (unsigned tries = 0; tries < 20 && !made; tries++) {
        const struct coroutine *g = callee(c, w);
        if (g && g->signature->result == result && !g->reaches && !takes_calls(g->signature))
            made = g;
    }
    c->reach = reach;
    return made;
}

static char *task_argument(struct context *c, const struct type *result, const struct coroutine *f)
{
    const struct coroutine *made = maker(c, f, result, false);
    return made ? call_directly(c, made) : NULL;
}

/* The caller owns the generator. */
static char *generator_argument(struct context *c, const struct type *values,
                                const struct coroutine *f)
{
    const struct coroutine *made = maker(c, f, values, true);
    const char *mixed = c->mixed;
    c->mixed = NULL;
    char *generator = made ? call_directly(c, made) : NULL;
    c->mixed = mixed;
    if (!generator)
        return NULL;
    const char *name = new_name(c, "g");
    line(c, "__attribute__((cleanup(fz_drop_values_%s)))", values->name);
    line(c, "struct fz_values_%s %s = {%s, true, false};", values->name, name, generator);
    if (c->program->failing)
        line(c, "%s.full = !(%s.busy = coro_failed(%s.generator));", name, name, name);
    return text("&%s", name);
}

static char *link_argument(struct context *c)
{
    const char *target = shared_variable(c, type_of(S_U64)), *name = new_name(c, "l");
    line(c, "struct fz_link %s = {%u, &%s, NULL};", name, below(100), target);
    return text("&%s", name);
}

/* A parameter of the caller is handed on, at times. */
static char *own_parameter(struct context *c, const struct parameter *p, const struct coroutine *f)
{
    if (!c->self || p->kind == P_VALUE || p->kind == P_TASK || p->kind == P_DEPTH ||
        (p->kind == P_FUNCTION && f != c->self) || chance(40))
        return NULL;
    for (unsigned k = 0; k < c->self->signature->parameter_count; k++) {
        const struct parameter *own = &c->self->signature->parameters[k];
        if (own->kind == p->kind && own->type == p->type && own->signature == p->signature)
            return text("a%u", k);
    }
    return NULL;
}

static char *argument(struct context *c, const struct parameter *p, const struct coroutine *f,
                      const char *depth)
{
    char *own = own_parameter(c, p, f);
    if (own)
        return own;
    switch (p->kind) {
    case P_VALUE:
        return value_argument(c, p->type);
    case P_POINTER:
        return text("&%s", shared_variable(c, p->type));
    case P_LINK:
        return link_argument(c);
    case P_FUNCTION: {
        const struct coroutine *g = function_argument(c, p, f);
        return text("%s", g ? g->name : "NULL");
    }
    case P_TASK:
        return task_argument(c, p->type, f);
    case P_GENERATOR:
        return generator_argument(c, p->type, f);
    case P_DEPTH:
        return text("%s", depth);
    }
    return NULL;
}

/* NULL: there is no such task, or so. */
static char *arguments(struct context *c, const struct coroutine *f, const char *depth)
{
    char *list = text("%s", "");
    for (unsigned k = 0; k < f->signature->parameter_count; k++) {
        char *next = argument(c, &f->signature->parameters[k], f, depth);
        if (!next)
            return NULL;
        list = text("%s%s%s", list, k ? ", " : "", next);
    }
    return list;
}

static char *depth_argument(struct context *c)
{
    if (chance(50))
        return text("%u", below(5));
    char *value = simple(c);
    return text("(int)((%s) & 3)", value);
}

/* Through a table of up to five coroutines of one type. */
static char *through_table(struct context *c, const struct coroutine *f, const char *list)
{
    unsigned length = between(1, 5);
    const char *name = text("%s_table%u", c->program->prefix, fresh(c->program));
    struct wanted w = {.quiet = f->quiet,
                       .generator = f->signature->generator,
                       .any_result = true,
                       .signature = f->signature};
    char *entries = text("%s", f->name);
    for (unsigned k = 1; k < length; k++) {
        const struct coroutine *g = callee(c, w);
        entries = text("%s, %s", entries, g ? g->name : f->name);
    }
    append(&c->program->parts[c->part].tables, "static %s *%s%s[] = {%s};\n", f->signature->name,
           chance(70) ? "const " : "", name, entries);
    use(c, F_INDIRECT_TABLE);
    char *index = simple(c);
    return text("%s[(%s) %% %u](%s)", name, index, length, list);
}

static char *through_variable(struct context *c, const struct coroutine *f,
                              const struct coroutine *g, const char *list)
{
    char *test = condition(c);
    const char *name = new_name(c, "f");
    use(c, F_INDIRECT_VARIABLE);
    line(c, "%s *%s = %s;", f->signature->name, name, f->name);
    line(c, "if (%s)", test);
    line(c, "    %s = %s;", name, g->name);
    return text("%s(%s)", name, list);
}

static char *through_field(struct context *c, const struct coroutine *f, const struct coroutine *g,
                           const char *list)
{
    const char *name = new_name(c, "o");
    use(c, F_INDIRECT_FIELD);
    line(c, "struct {");
    line(c, "    uint64_t number;");
    line(c, "    %s *call, *other;", f->signature->name);
    line(c, "} %s = {%u, %s, %s};", name, below(100), f->name, g->name);
    if (chance(40))
        line(c, "fz_seen(&%s);", name);
    return chance(50) ? text("%s.call(%s)", name, list)
                      : text("(%s.number & 1 ? %s.call : %s.other)(%s)", name, name, name, list);
}

/* A plain function that makes the task. */
static char *through_helper(struct context *c, const struct coroutine *f, const struct coroutine *g,
                            const char *list)
{
    struct buffer *b = &c->program->parts[c->part].tables;
    const struct signature *s = f->signature;
    const char *name = text("%s_helper%u", c->program->prefix, fresh(c->program));
    append(b, "static %scoro_%s(%s) %s(uint64_t x", chance(30) ? "CORO_NOINLINE " : "",
           s->generator ? "generator" : "task", s->result ? s->result->name : "void", name);
    char *passed = text("%s", "");
    for (unsigned k = 0; k < s->parameter_count; k++) {
        append(b, ", %s a%u", parameter_type(&s->parameters[k]), k);
        passed = text("%s%sa%u", passed, k ? ", " : "", k);
    }
    append(b, ")\n{\n    if (x & %u)\n        return %s(%s);\n    return %s(%s);\n}\n",
           between(1, 7), f->name, passed, g->name, passed);
    use(c, F_HELPER);
    char *value = simple(c);
    return text("%s(%s%s%s)", name, value, *list ? ", " : "", list);
}

static char *indirectly(struct context *c, const struct coroutine *f, const char *list)
{
    struct wanted w = {.quiet = f->quiet,
                       .generator = f->signature->generator,
                       .any_result = true,
                       .signature = f->signature};
    const struct coroutine *g = callee(c, w);
    if (g == f)
        g = callee(c, w);
    if (!g)
        return NULL;
    unsigned kind = below(100);
    if (kind < 25 && on(c, F_INDIRECT_TABLE))
        return through_table(c, f, list);
    if (kind < 40 && on(c, F_INDIRECT_TERNARY)) {
        use(c, F_INDIRECT_TERNARY);
        char *test = condition(c);
        return text("(%s ? %s : %s)(%s)", test, f->name, g->name, list);
    }
    if (kind < 60 && on(c, F_INDIRECT_VARIABLE))
        return through_variable(c, f, g, list);
    if (kind < 75 && on(c, F_INDIRECT_FIELD))
        return through_field(c, f, g, list);
    if (kind < 95 && on(c, F_HELPER))
        return through_helper(c, f, g, list);
    return NULL;
}

void count_call(struct context *c, const struct coroutine *f, unsigned cost)
{
    c->cost += c->times * cost;
    c->program->called[f->number] = true;
}

static void pay(struct context *c, const struct signature *s, const struct coroutine *f)
{
    unsigned most = f->cost;
    for (unsigned k = 0; k < c->program->coroutine_count; k++) {
        const struct coroutine *g = &c->program->coroutines[k];
        if (g->signature == s && g->number < c->reach && g->cost > most &&
            c->cost + c->times * g->cost <= c->limit)
            most = g->cost;
    }
    count_call(c, f, most);
}

char *call_as(struct context *c, const struct coroutine *f, const char *name)
{
    char *depth = depth_argument(c);
    char *list = arguments(c, f, depth);
    if (!list)
        return NULL;
    count_call(c, f, f->cost);
    return text("%s(%s)", name, list);
}

char *call_directly(struct context *c, const struct coroutine *f)
{
    return call_as(c, f, f->name);
}

char *call(struct context *c, const struct coroutine *f)
{
    char *depth = depth_argument(c);
    char *list = arguments(c, f, depth), *indirect = NULL;
    if (!list)
        return NULL;
    /* Those that take functions would take ones of larger numbers than some of their targets. */
    if (chance(30) && !takes_calls(f->signature))
        indirect = indirectly(c, f, list);
    if (!indirect) {
        count_call(c, f, f->cost);
        return text("%s(%s)", f->name, list);
    }
    pay(c, f->signature, f);
    return indirect;
}

/* ---- With awaits -------------------------------------------------------------------------------------- */

char *awaited(struct context *c, const struct type *result, const char *task)
{
    use(c, F_AWAIT);
    if (!c->program->failing)
        return loaded(result, text("coro_await(%s)", task));
    use(c, F_FAILING);
    const char *name = new_name(c, "t");
    return text(
        "({ coro_task(%s) %s = %s; coro_failed(%s) ? (fuzz_note(%u, 0), (uint64_t)0) : %s; })",
        result->name, name, task, name, fresh(c->program),
        loaded(result, text("coro_await(%s)", name)));
}

static bool in_plain(const struct context *c)
{
    return c->where == IN_PLAIN;
}

static char *await_of(struct context *c, bool quiet)
{
    if (in_plain(c))
        return NULL;
    const struct coroutine *f = callee(c, (struct wanted){.quiet = quiet || c->where == IN_QUIET});
    if (!f)
        return NULL;
    char *task = call(c, f);
    return task ? awaited(c, f->signature->result, task) : NULL;
}

char *one_await(struct context *c)
{
    return await_of(c, false);
}

/* Two tasks of one type, of which one is made. */
static char *await_task_ternary(struct context *c)
{
    const struct coroutine *f = callee(c, (struct wanted){.quiet = c->where == IN_QUIET});
    if (!f)
        return NULL;
    const struct type *result = f->signature->result;
    const struct coroutine *g = f;
    for (unsigned tries = 0; tries < 8 && g == f; tries++) {
        const struct coroutine *h = callee(c, (struct wanted){.quiet = c->where == IN_QUIET});
        if (h && h->signature->result == result)
            g = h;
    }
    char *test = condition(c), *a = call(c, f), *b = a ? call(c, g) : NULL;
    if (!b)
        return NULL;
    use(c, F_TASK_TERNARY);
    return awaited(c, result, text("%s ? %s : %s", test, a, b));
}

static char *await_beside(struct context *c)
{
    bool beside = c->beside;
    c->beside = true;
    char *a = expression(c, 2);
    c->beside = beside;
    char *b = one_await(c);
    if (!b)
        return NULL;
    use(c, F_AWAIT_BESIDE);
    return chance(50) ? text("(%s ^ %s)", a, b) : text("(%s + %s)", b, a);
}

static char *await_twice(struct context *c)
{
    bool beside = c->beside;
    c->beside = true;
    char *a = await_of(c, true), *b = a ? await_of(c, true) : NULL, *e = expression(c, 1);
    c->beside = beside;
    if (!b)
        return a;
    if (chance(50)) {
        use(c, F_AWAIT_TWICE);
        return text("(%s + %s * 3 + %s)", a, e, b);
    }
    use(c, F_AWAIT_ARGUMENT);
    return text("fz_mixed(%s, %s, %s)", a, e, b);
}

static char *await_argument(struct context *c)
{
    bool beside = c->beside;
    char *a = one_await(c);
    if (!a)
        return NULL;
    c->beside = true;
    char *e = expression(c, 1), *f = expression(c, 1);
    c->beside = beside;
    use(c, F_AWAIT_ARGUMENT);
    return text("fz_mixed(%s, %s, %s)", e, a, f);
}

/* The argument is of another variable: one that is private once it has its value. */
static char *await_nested(struct context *c)
{
    char *inner = one_await(c);
    if (!inner)
        return NULL;
    bool beside = c->beside;
    unsigned count = c->program->coroutine_count;
    c->beside = true;
    char *outer = NULL;
    for (unsigned tries = 0; tries < 3 * count && !outer; tries++) {
        const struct coroutine *f = callee(c, (struct wanted){.quiet = c->where == IN_QUIET});
        if (!f || !f->signature->parameter_count || takes_calls(f->signature))
            continue;
        for (unsigned k = 0; k < f->signature->parameter_count; k++) {
            const struct parameter *p = &f->signature->parameters[k];
            bool here = p->kind == P_VALUE && inner;
            char *next = here ? stored(p->type, inner) : argument(c, p, f, "2");
            if (here)
                inner = NULL;
            outer = text("%s%s%s", outer ? outer : "", k ? ", " : "", next);
        }
        if (inner) {
            outer = NULL;
            continue;
        }
        count_call(c, f, f->cost);
        outer = awaited(c, f->signature->result, text("%s(%s)", f->name, outer));
        use(c, F_AWAIT_NESTED);
    }
    c->beside = beside;
    return outer ? outer : inner;
}

static char *await_and_or(struct context *c)
{
    char *a = one_await(c), *b = a ? one_await(c) : NULL;
    if (!b)
        return a;
    use(c, F_AWAIT_AND_OR);
    return chance(50) ? text("(uint64_t)((%s & 1) && (%s & 3))", a, b)
                      : text("(uint64_t)((%s & 2) || (%s & 1))", a, b);
}

static char *await_ternary(struct context *c)
{
    char *test = condition(c), *a = one_await(c);
    if (!a)
        return NULL;
    char *b = chance(60) ? one_await(c) : NULL;
    if (!b)
        b = expression(c, 1);
    use(c, F_AWAIT_TERNARY);
    return chance(70) ? text("(%s ? %s : %s)", test, a, b) : text("(%s ? %s : %s)", test, b, a);
}

static char *await_comma(struct context *c)
{
    const struct type *type;
    char *value = expression(c, 1), *to = lvalue(c, &type, false), *a = one_await(c);
    if (!a || !to)
        return a;
    use(c, F_AWAIT_COMMA);
    return text("(%s = %s, %s)", to, stored(type, value), a);
}

/* Values that suspends lie between, in one expression. */
static char *statement_expression(struct context *c)
{
    if (in_plain(c))
        return NULL;
    bool beside = c->beside;
    const char *name = new_name(c, "e");
    char *value = expression(c, 2);
    c->beside = beside;
    char *after = expression(c, 1), *a = chance(40) ? one_await(c) : NULL;
    use(c, F_STATEMENT_EXPRESSION);
    use(c, F_SUSPEND);
    return text("({ uint64_t %s = %s; coro_suspend(); %s%s%s %s ^ %s; })", name, value,
                a ? text("%s += ", name) : "", a ? a : "", a ? ";" : "", name, after);
}

char *awaits(struct context *c)
{
    if (in_plain(c))
        return NULL;
    static const struct {
        enum feature feature;
        char *(*make)(struct context *c);
    } kinds[] = {
        {F_AWAIT, one_await},
        {F_AWAIT, one_await},
        {F_AWAIT_BESIDE, await_beside},
        {F_AWAIT_TWICE, await_twice},
        {F_AWAIT_TWICE, await_twice},
        {F_AWAIT_ARGUMENT, await_argument},
        {F_AWAIT_NESTED, await_nested},
        {F_AWAIT_AND_OR, await_and_or},
        {F_AWAIT_TERNARY, await_ternary},
        {F_AWAIT_COMMA, await_comma},
        {F_STATEMENT_EXPRESSION, statement_expression},
        {F_TASK_TERNARY, await_task_ternary},
    };
    char *made = NULL;
    for (unsigned tries = 0; tries < 3 && !made; tries++) {
        unsigned k = below(sizeof kinds / sizeof *kinds);
        made = kinds[on(c, kinds[k].feature) ? k : 0].make(c);
    }
    return made;
}

/* ---- Recursion ------------------------------------------------------------------------------------------ */

/* The guard limits it: by the depth alone where the chain has no branches, else by fuel as well. */
bool recursive_call(struct context *c, const struct coroutine **f, char **task, char **guard)
{
    if (!c->self || !c->self->recursive)
        return false;
    unsigned first = below(c->program->coroutine_count);
    bool direct = !on(c, F_RECURSION_MUTUAL) || chance(50);
    const struct coroutine *to = direct ? c->self : NULL;
    for (unsigned k = 0; k < c->program->coroutine_count && !to; k++) {
        const struct coroutine *g =
            &c->program->coroutines[(first + k) % c->program->coroutine_count];
        if (g->recursive && g->signature->generator == c->self->signature->generator &&
            (!g->is_static || g->part == c->part))
            to = g;
    }
    if (!to || (!to->signature->result && !to->signature->generator))
        return false;
    char *list = arguments(c, to, "depth - 1");
    if (!list)
        return false;
    use(c, to == c->self ? F_RECURSION_DIRECT : F_RECURSION_MUTUAL);
    bool bounded = !c->recursed && c->times == 1;
    c->recursed = true;
    *f = to;
    *task = text("%s(%s)", to->name, list);
    *guard = bounded ? text("depth > 0") : text("depth > 0 && %s_fuel-- > 0", c->program->prefix);
    return true;
}
