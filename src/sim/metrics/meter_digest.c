/*
 * meter_digest.c: what was counted, as a part of the digest of a world's state.
 *
 * All of it follows from the records, so two equal runs cannot differ here; a world that came
 * back from a snapshot could, if a page of the counters were missing.
 */
#include "sim/metrics/meter.h"

static void absorb_hdr(struct digest *d, const struct hdr *hdr)
{
    digest_word(d, hdr->count);
    digest_word(d, hdr->sum);
    digest_word(d, hdr->largest);
    for (uint32_t i = 0; i < HDR_BLOCKS; i++)
        for (uint32_t j = 0; hdr->blocks[i] && j < 1u << HISTOGRAM_SUB_BITS; j++)
            digest_word(d, hdr->blocks[i][j]);
}

void meter_absorb(const struct meter *meter, struct digest *d)
{
    for (uint64_t i = 0; i < (uint64_t)meter->lane_count * meter->cells_a_lane; i++)
        digest_word(d, meter->cells[i]);
    for (uint32_t i = 0; i < meter->shared_cells; i++)
        digest_word(d, meter->shared[i]);
    for (uint64_t i = 0; i < (uint64_t)meter->lane_count * meter->histograms_a_lane; i++) {
        const struct meter_histogram *histogram = meter->histograms[i];
        digest_word(d, histogram != NULL);
        if (!histogram)
            continue;
        absorb_hdr(d, &histogram->all);
        absorb_hdr(d, &histogram->slot);
        digest_word(d, histogram->slot_index);
    }
}
