/*
 * model.c: the object type that needs a function: texts with append.
 * The contract and the algebra are in model.h.
 */
#include "check/model.h"

#define TEXT_PRIME ((UINT64_C(1) << 61) - 1)
#define TEXT_BASE  UINT64_C(0x0f5e2d4c9ab37165) /* any number below the prime that is not small */

static uint64_t multiply(uint64_t a, uint64_t b)
{
    return (uint64_t)((uint128)a * b % TEXT_PRIME);
}

static uint64_t extend(uint64_t identity, uint64_t power, uint64_t tail)
{
    return (multiply(identity, power) + tail) % TEXT_PRIME;
}

uint64_t text_identity(struct bytes text)
{
    uint64_t identity = 0;
    for (uint32_t i = 0; i < text.size; i++)
        identity = extend(identity, TEXT_BASE, text.data[i] + UINT64_C(1));
    return identity;
}

/* `needs` holds BASE to the power of the length, `makes` the hash of what is appended. */
struct call call_append(struct bytes text)
{
    struct call call = {.flags = CALL_STEPS, .needs = 1};
    for (uint32_t i = 0; i < text.size; i++)
        call.needs = multiply(call.needs, TEXT_BASE);
    call.makes = text_identity(text);
    return call;
}

static bool step_text(const struct call *call, uint64_t state, uint64_t *next)
{
    *next = extend(state, call->needs, call->makes);
    return true;
}

const struct model model_text = {.name = "text", .step = step_text};
