/* clobber.h: overwrites the stack below its caller, where what was wrongly left on it would lie. */
static __attribute__((noinline, unused)) void clobber(void)
{
    volatile unsigned char stack[4096];
    for (unsigned i = 0; i < sizeof stack; i++)
        stack[i] = 0xA5;
}
