/* The parts of a C library that a test needs on a target for which there is none here: the entry, two
 * system calls, and what the compiler itself may call. */
#include <stddef.h>

#if defined(__x86_64__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n and $-16, %rsp\n call start_main\n");
#elif defined(__i386__)
__asm__(".globl _start\n_start: xor %ebp, %ebp\n and $-16, %esp\n call start_main\n");
#elif defined(__aarch64__) || defined(__arm__)
__asm__(".globl _start\n_start: bl start_main\n");
#elif defined(__riscv)
__asm__(".globl _start\n_start: call start_main\n");
#elif defined(__s390x__)
__asm__(".globl _start\n_start: aghi %r15, -160\n brasl %r14, start_main\n");
#elif defined(__powerpc64__)
__asm__(".globl _start\n_start: addis 2, 12, .TOC.-_start@ha\n addi 2, 2, .TOC.-_start@l\n"
        " stdu 1, -64(1)\n bl start_main\n nop\n");
#endif

static long system_call(long number, long a, const void *b, size_t c)
{
#if defined(__x86_64__)
    register long r __asm__("rax") = number;
    __asm__ volatile("syscall" : "+r"(r) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
#elif defined(__i386__)
    long r = number;
    __asm__ volatile("int $0x80" : "+a"(r) : "b"(a), "c"(b), "d"(c) : "memory");
#elif defined(__aarch64__)
    register long r __asm__("x0") = a, n __asm__("x8") = number;
    register const void *x1 __asm__("x1") = b;
    register size_t x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(r) : "r"(n), "r"(x1), "r"(x2) : "memory");
#elif defined(__arm__)
    register long r __asm__("r0") = a, n __asm__("r7") = number;
    register const void *r1 __asm__("r1") = b;
    register size_t r2 __asm__("r2") = c;
    __asm__ volatile("svc 0" : "+r"(r) : "r"(n), "r"(r1), "r"(r2) : "memory");
#elif defined(__riscv)
    register long r __asm__("a0") = a, n __asm__("a7") = number;
    register const void *a1 __asm__("a1") = b;
    register size_t a2 __asm__("a2") = c;
    __asm__ volatile("ecall" : "+r"(r) : "r"(n), "r"(a1), "r"(a2) : "memory");
#elif defined(__s390x__)
    register long r __asm__("r2") = a, n __asm__("r1") = number;
    register const void *r3 __asm__("r3") = b;
    register size_t r4 __asm__("r4") = c;
    __asm__ volatile("svc 0" : "+r"(r) : "r"(n), "r"(r3), "r"(r4) : "memory");
#elif defined(__powerpc64__)
    register long n __asm__("r0") = number, r __asm__("r3") = a;
    register const void *r4 __asm__("r4") = b;
    register size_t r5 __asm__("r5") = c;
    __asm__ volatile("sc"
                     : "+r"(r), "+r"(n), "+r"(r4), "+r"(r5)
                     :
                     : "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
#else
    long r = number + a + (long)b + (long)c; /* compiled, never run */
#endif
    return r;
}

#if defined(__x86_64__)
enum { call_write = 1, call_exit = 60 };
#elif defined(__aarch64__) || defined(__riscv)
enum { call_write = 64, call_exit = 93 };
#else
enum { call_write = 4, call_exit = 1 };
#endif

static void print(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    system_call(call_write, 1, text, length);
}

static void print_number(const char *name, unsigned long n)
{
    char digits[24], *p = &digits[23];
    *p = 0;
    do
        *--p = (char)('0' + n % 10);
    while (n /= 10);
    print(name);
    print(" ");
    print(p);
    print("\n");
}

_Noreturn void abort(void)
{
    system_call(call_exit, 1, NULL, 0);
    for (;;)
        ;
}

int fflush(int file)
{
    return file;
}

int fprintf(int file, const char *format, ...)
{
    (void)file;
    print(format);
    return 0;
}

void *memcpy(void *to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)to)[i] = ((const char *)from)[i];
    return to;
}

void *memset(void *to, int value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((volatile char *)to)[i] = (char)value;
    return to;
}

int main(void);
__attribute__((used)) void start_main(void)
{
    system_call(call_exit, main(), NULL, 0);
}
