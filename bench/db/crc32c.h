/* crc32c.h: a checksum that finds torn and damaged records: CRC-32C (Castagnoli, Braeuer and
 * Herrmann, IEEE Transactions on Communications 41(6), 1993), which x86 has an instruction for. */
#ifndef BENCH_DB_CRC32C_H
#define BENCH_DB_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of what `crc` is the checksum of (0: nothing), and of `length` more bytes. Any thread. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t length);

/* The same without the instruction. */
uint32_t crc32c_by_table(uint32_t crc, const void *bytes, size_t length);

#endif
