/*
 * fault_kind.c: the table of fault kinds as an array, and the words of its families.
 */
#include "sim/fault/fault_kind.h"

const struct fault_info fault_table[FAULT_KIND_COUNT] = {
#define FAULT(identifier, name, family, hold, stay, meaning, incident, cure)                       \
    {name, FAMILY_##family, HOLD_##hold, STAY_##stay, meaning, incident, cure},
#include "sim/fault/fault_kinds.def"
#undef FAULT
};

const char *fault_family_name(uint32_t family)
{
    static const char *const names[] = {"network", "machine", "disk",
                                        "clock",   "members", "clients"};
    _Static_assert(ARRAY_LEN(names) == FAMILY_COUNT, "a word for each family");
    return family < FAMILY_COUNT ? names[family] : "?";
}

uint64_t fault_kinds_of_family(uint32_t family)
{
    uint64_t kinds = 0;
    for (uint32_t kind = 0; kind < FAULT_KIND_COUNT; kind++)
        if (fault_table[kind].family == family)
            kinds |= UINT64_C(1) << kind;
    return kinds;
}

uint64_t fault_kinds_all(void)
{
    uint64_t kinds = 0;
    for (uint32_t family = 0; family < FAMILY_COUNT; family++)
        kinds |= fault_kinds_of_family(family);
    return kinds;
}
