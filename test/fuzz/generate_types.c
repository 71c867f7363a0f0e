/* generate_types.c: the types of a program's variables, parameters and results. */
#include "generate.h"

const char types_preamble[] =
    "typedef __int128 fz_i128;\n"
    "typedef _Complex double fz_complex;\n"
    "typedef uint32_t fz_vector __attribute__((vector_size(16)));\n"
    "\n"
    "coro_declare(int8_t);\n"
    "coro_declare(uint8_t);\n"
    "coro_declare(int16_t);\n"
    "coro_declare(uint16_t);\n"
    "coro_declare(float);\n"
    "coro_declare(fz_i128);\n"
    "coro_declare(fz_complex);\n"
    "coro_declare(fz_vector);\n"
    "\n"
    "FZ_HOLD(void)\n"
    "FZ_HOLD(bool)\n"
    "FZ_HOLD_VALUES(bool)\n"
    "FZ_HOLD(int8_t)\n"
    "FZ_HOLD_VALUES(int8_t)\n"
    "FZ_HOLD(uint8_t)\n"
    "FZ_HOLD_VALUES(uint8_t)\n"
    "FZ_HOLD(int16_t)\n"
    "FZ_HOLD_VALUES(int16_t)\n"
    "FZ_HOLD(uint16_t)\n"
    "FZ_HOLD_VALUES(uint16_t)\n"
    "FZ_HOLD(int32_t)\n"
    "FZ_HOLD_VALUES(int32_t)\n"
    "FZ_HOLD(uint32_t)\n"
    "FZ_HOLD_VALUES(uint32_t)\n"
    "FZ_HOLD(int64_t)\n"
    "FZ_HOLD_VALUES(int64_t)\n"
    "FZ_HOLD(uint64_t)\n"
    "FZ_HOLD_VALUES(uint64_t)\n"
    "FZ_HOLD(float)\n"
    "FZ_HOLD_VALUES(float)\n"
    "FZ_HOLD(double)\n"
    "FZ_HOLD_VALUES(double)\n"
    "FZ_HOLD(fz_i128)\n"
    "FZ_HOLD_VALUES(fz_i128)\n"
    "FZ_HOLD(fz_complex)\n"
    "FZ_HOLD_VALUES(fz_complex)\n"
    "FZ_HOLD(fz_vector)\n"
    "FZ_HOLD_VALUES(fz_vector)\n"
    "\n"
    "static inline uint64_t fz_from_i128(fz_i128 v)\n"
    "{\n"
    "    return (uint64_t)(v >> 40) ^ (uint64_t)v;\n"
    "}\n"
    "static inline uint64_t fz_from_complex(fz_complex v)\n"
    "{\n"
    "    return (uint64_t)(__real__ v * 4) + 7 * (uint64_t)(__imag__ v * 4);\n"
    "}\n"
    "static inline fz_complex fz_to_complex(uint64_t x)\n"
    "{\n"
    "    fz_complex v;\n"
    "    __real__ v = (double)(x & 1023) / 4;\n"
    "    __imag__ v = (double)(x >> 7 & 1023) / 4;\n"
    "    return v;\n"
    "}\n"
    "static inline uint64_t fz_sum_vector(fz_vector v)\n"
    "{\n"
    "    return v[0] + 3 * (uint64_t)v[1] + 5 * (uint64_t)v[2] + 7 * (uint64_t)v[3];\n"
    "}\n"
    "static inline fz_vector fz_make_vector(uint64_t x)\n"
    "{\n"
    "    fz_vector v = {(uint32_t)x, (uint32_t)(x >> 8), (uint32_t)(x * 3), 4};\n"
    "    return v;\n"
    "}\n";

static const struct type scalar_types[SCALARS] = {
#define SCALAR(scalar, name) [scalar] = {name, scalar, {{"", 0, scalar}}, 1}
    SCALAR(S_BOOL, "bool"),         SCALAR(S_I8, "int8_t"),     SCALAR(S_U8, "uint8_t"),
    SCALAR(S_I16, "int16_t"),       SCALAR(S_U16, "uint16_t"),  SCALAR(S_I32, "int32_t"),
    SCALAR(S_U32, "uint32_t"),      SCALAR(S_I64, "int64_t"),   SCALAR(S_U64, "uint64_t"),
    SCALAR(S_FLOAT, "float"),       SCALAR(S_DOUBLE, "double"), SCALAR(S_I128, "fz_i128"),
    SCALAR(S_COMPLEX, "fz_complex")};

static const struct type vector = {"fz_vector", SCALARS, {{"", 4, S_U32}}, 1};

const struct type *type_of(enum scalar scalar)
{
    return &scalar_types[scalar];
}

const struct type *vector_type(void)
{
    return &vector;
}

char *loaded(const struct type *t, const char *value)
{
    switch (t->scalar) {
    case S_FLOAT:
    case S_DOUBLE:
        return text("(uint64_t)(int64_t)(%s * 4)", value);
    case S_I128:
        return text("fz_from_i128(%s)", value);
    case S_COMPLEX:
        return text("fz_from_complex(%s)", value);
    case SCALARS:
        return t == &vector ? text("fz_sum_vector(%s)", value) : text("%s_sum(%s)", t->name, value);
    case S_U64:
        return text("%s", value);
    default:
        return text("(uint64_t)%s", value);
    }
}

char *stored(const struct type *t, const char *value)
{
    switch (t->scalar) {
    case S_BOOL:
        return text("((%s) & 1) != 0", value);
    case S_FLOAT:
    case S_DOUBLE:
        return text("(%s)((%s) & 1023) / 4", t->name, value);
    case S_I128:
        return text("(fz_i128)(%s) << 40", value);
    case S_COMPLEX:
        return text("fz_to_complex(%s)", value);
    case SCALARS:
        return t == &vector ? text("fz_make_vector(%s)", value)
                            : text("%s_make(%s)", t->name, value);
    case S_U64:
        return text("%s", value);
    default:
        return text("(%s)(%s)", t->name, value);
    }
}

/* ---- Structs ------------------------------------------------------------------------------------ */

static void place_add(struct type *t, const char *suffix, unsigned length, enum scalar scalar)
{
    if (t->place_count < MAX_PLACES)
        t->places[t->place_count++] = (struct place){suffix, length, scalar};
}

static enum scalar random_scalar(struct program *p)
{
    for (;;) {
        enum scalar s = below(SCALARS);
        if (s == S_U64 || p->scalars[s])
            return s;
    }
}

static void field_nested(struct program *p, struct type *t, unsigned k)
{
    const struct type *inner = &p->types[below(p->type_count)];
    append(&p->types_text, "    %s f%u;\n", inner->name, k);
    for (unsigned n = 0; n < inner->place_count; n++) {
        const struct place *l = &inner->places[n];
        place_add(t, text(".f%u%s", k, l->suffix), l->length, l->scalar);
    }
}

static void field_bits(struct program *p, struct type *t, unsigned k)
{
    bool is_signed = chance(40);
    append(&p->types_text, "    %s f%u : %u;\n", is_signed ? "int32_t" : "uint32_t", k,
           between(1, 31));
    place_add(t, text(".f%u", k), 0, is_signed ? S_I32 : S_U32);
    p->used[F_BIT_FIELD] = true;
}

static void field_union(struct program *p, struct type *t, unsigned k)
{
    append(&p->types_text, "    union {\n        uint16_t a[6];\n        uint64_t b;\n    } f%u;\n",
           k);
    place_add(t, text(".f%u.a", k), 6, S_U16);
    p->used[F_UNION] = true;
}

static void field_array(struct program *p, struct type *t, unsigned k)
{
    const struct type *element = type_of(random_scalar(p));
    unsigned length = chance(15) ? between(8, 24) : between(2, 5);
    append(&p->types_text, "    %s f%u[%u];\n", element->name, k, length);
    place_add(t, text(".f%u", k), length, element->scalar);
}

static void field(struct program *p, struct type *t, unsigned k)
{
    unsigned kind = below(100);
    if (kind < 15 && p->type_count) {
        field_nested(p, t, k);
    } else if (kind < 30 && p->on[F_BIT_FIELD]) {
        field_bits(p, t, k);
    } else if (kind < 40 && p->on[F_UNION]) {
        field_union(p, t, k);
    } else if (kind < 60) {
        field_array(p, t, k);
    } else {
        const struct type *type = type_of(random_scalar(p));
        append(&p->types_text, "    %s f%u;\n", type->name, k);
        place_add(t, text(".f%u", k), 0, type->scalar);
    }
}

/* How places are to be written: as elements of constant number. */
static char *place_at(const struct place *l, const char *base, unsigned index)
{
    return l->length ? text("%s%s[%u]", base, l->suffix, index % l->length)
                     : text("%s%s", base, l->suffix);
}

static void struct_functions(struct program *p, const struct type *t)
{
    struct buffer *b = &p->types_text;
    append(b, "static inline %s %s_make(uint64_t x)\n{\n    %s s = {0};\n", t->name, t->name,
           t->name);
    for (unsigned n = 0; n < t->place_count; n++) {
        const struct place *l = &t->places[n];
        char *value = text("x * %u + %u", 2 * n + 1, n);
        char *to = place_at(l, "s", n);
        append(b, "    %s = %s;\n", to, stored(type_of(l->scalar), value));
    }
    append(b, "    return s;\n}\nstatic inline uint64_t %s_sum(%s s)\n{\n    uint64_t x = 0;\n",
           t->name, t->name);
    for (unsigned n = 0; n < t->place_count; n++) {
        const struct place *l = &t->places[n];
        for (unsigned k = 0; k < (l->length ? l->length : 1); k += 1 + l->length / 4)
            append(b, "    x = x * 31 + %s;\n",
                   loaded(type_of(l->scalar), place_at(l, "s", n + k)));
    }
    append(b, "    return x;\n}\n\n");
}

static void struct_make(struct program *p)
{
    static const char *const attributes[] = {"__attribute__((aligned(32))) ",
                                             "__attribute__((aligned(64))) ",
                                             "__attribute__((packed)) "};
    struct type t = {.name = text("%s_s%u", p->prefix, p->type_count), .scalar = SCALARS};
    const char *attribute = chance(20) ? attributes[below(3)] : "";
    append(&p->types_text, "typedef struct %s{\n", attribute);
    unsigned fields = between(1, p->size == TINY ? 3 : 5);
    for (unsigned k = 0; k < fields; k++)
        field(p, &t, k);
    append(&p->types_text, "} %s;\ncoro_declare(%s);\nFZ_HOLD(%s)\nFZ_HOLD_VALUES(%s)\n", t.name,
           t.name, t.name, t.name);
    p->types[p->type_count] = t;
    struct_functions(p, &t);
    p->type_count++;
}

void types_make(struct program *p)
{
    for (unsigned k = 0; k < SCALARS; k++)
        p->scalars[k] = chance(60);
    p->scalars[S_U64] = true;
    p->scalars[S_I128] = p->on[F_INT128];
    p->scalars[S_COMPLEX] = p->on[F_COMPLEX];
    static const unsigned most[SIZES] = {1, 2, 3, 3};
    unsigned structs = p->on[F_STRUCT] ? between(1, most[p->size]) : 0;
    while (p->type_count < structs)
        struct_make(p);
}

const struct type *random_type(struct program *p, unsigned structs)
{
    if (p->type_count && chance(structs))
        return &p->types[below(p->type_count)];
    if (p->on[F_VECTOR] && chance(6))
        return &vector;
    return chance(35) ? type_of(S_U64) : type_of(random_scalar(p));
}
