/*
 * crc32c.h: the checksum on everything that reaches a disk or crosses the wire.
 *
 * CRC-32C (Castagnoli, reflected polynomial 0x82f63b78; RFC 3720 appendix B.4):
 * the one of iSCSI, ext4, RocksDB and Kafka. It notices every burst of up to 32
 * damaged bits, and misses other damage once in four billion times. It guards
 * against accidents; whoever forges bytes can forge the checksum too.
 *
 * The register starts and ends inverted, so that zeros in front of a record count
 * too: the checksum of nothing is 0, that of one zero byte is not.
 */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include "base/base.h"

/* The checksum of `size` bytes; `data` may be NULL if size is 0. */
uint32_t crc32c(const uint8_t *data, size_t size);

/* The checksum of what `crc` covers, followed by these bytes. Start with 0:
 *     crc32c_extend(crc32c(a), b) == crc32c(a followed by b) */
uint32_t crc32c_extend(uint32_t crc, const uint8_t *data, size_t size);

#endif
