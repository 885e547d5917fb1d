// The shift of a unit: when it ends.
import { nextTime } from '../ui/fields';
import type { Offset } from '../format';
import type { LiveUnit } from '../wire/frames';
import type { CommandData } from '../wire/types';

/* The duty of a unit as it is: a command that says something else of it leaves that alone. */
export const dutyNow = (u: LiveUnit): Pick<CommandData['unit.status'], 'available' | 'reason'> =>
    u.reason === undefined || u.reason === 'none' ? { available: true } : { available: false, reason: u.reason };

/* The end of a shift as a command has it, from a time of the city's day: the next one. Nothing from anything else. */
export function shiftEnd(raw: string, now: number, offsets: readonly Offset[] | undefined): { until?: string } {
    const at = raw === '' ? NaN : nextTime(raw, now, offsets);
    return Number.isNaN(at) ? {} : { until: new Date(at).toISOString() };
}
