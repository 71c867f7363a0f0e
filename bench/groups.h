/* groups.h: how many tasks a version of a benchmark has in flight: as many as its job says or,
 * where compiled with -DAUTO, as many as turn out to be best. */
#ifndef BENCH_GROUPS_H
#define BENCH_GROUPS_H

#ifdef AUTO
#define GROUP(job) CORO_GROUP_AUTO
/* In the sink: at the end, where nothing takes the place of the task, so that the others cost
 * nothing. */
#define NOTE_GROUP(job) (coro__fill ? (void)0 : (void)(*(job)->found = coro__site.size))
#else
#define GROUP(job) (job)->group
#define NOTE_GROUP(job) ((void)0)
#endif

#endif
