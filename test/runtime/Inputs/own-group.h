/* own-group.h: lets a test have runtime/group.c and runtime/tuner.c compiled in its own way, beside
 * those in the library. */
#define coro__group_begin own_group_begin
#define coro__group_tick own_group_tick
#define coro__group_end own_group_end
#define coro__tuner_size own_tuner_size
#define coro__tuner_take own_tuner_take
