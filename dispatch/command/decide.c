#include "dispatch/command/decide.h"

#include "base/must.h"
#include "dispatch/core/follow.h"

static void decide(struct turn *t)
{
    switch (t->command->type) {
#define COMMAND(NAME, word, struct_, roles, zh, en)   \
    case COMMAND_##NAME:                              \
        decide_##struct_(t, &t->command->as.struct_); \
        return;
#include "dispatch/model/commands.def"
#undef COMMAND
    case COMMAND_NONE:
    case COMMAND_TYPE_COUNT:
        break;
    }
    must(t->command->type > COMMAND_NONE && t->command->type < COMMAND_TYPE_COUNT);
}

void turn_decide(struct turn *t, int64_t now)
{
    if (!turn_begin(t, now)) {
        return;
    }
    decide(t);
    if (t->out->refusal == REFUSED_NOT && t->out->count > 0) {
        follow(t);
    }
}
