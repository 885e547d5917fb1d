// Random commands about reports, incidents, orders and units, as likely refused as not. The seed is printed with a failure.
export async function bustle(server, look, count, seed) {
    let x = seed;
    const random = () => ((x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8) / 16777216;
    const pick = (list) => list[Math.floor(random() * list.length)];
    const steps = ['acknowledged', 'en_route', 'staged', 'on_scene', 'transporting', 'cleared'];
    let done = 0;
    for (let n = 0; n < count; n++) {
        const s = look();
        const incident = pick([...s.incidents.keys()]);
        const assignment = pick([...s.assignments.keys()]) ?? 'live-a1';
        const report = pick([...s.reports.keys()]) ?? 'live-r1';
        const unit = pick([...s.units.keys()]);
        const place = { state: 'known', lon: 122.62 + random() / 12, lat: 29.4 + random() / 20 };
        const [type, data] = pick([
            () => [
                'report.receive',
                {
                    channel: '110',
                    type: pick(['20.04.02.00', '30.02.00.00', '10.03.01.00']),
                    place,
                    cues: random() < 0.2 ? { weapon: true } : {},
                },
            ],
            () => ['report.receive', { channel: 'app', open: random() < 0.5, place: { state: 'unknown' } }],
            () => ['report.receive', { channel: '110', incident, place: { state: 'unknown' } }],
            () => ['report.link', { report, incident }],
            () => ['report.unlink', { report, open: random() < 0.5 }],
            () => ['report.settle', { report, outcome: 'answered' }],
            () => ['incident.open', { report }],
            () => ['incident.amend', { incident, type: pick(['20.04.02.00', '30.02.00.00']) }],
            () => ['incident.amend', { incident, place }],
            () => ['incident.note', { incident, note: 'x' }],
            () => ['incident.retier', { incident, tier: 1 + Math.floor(random() * 4), reason: 'x' }],
            () => ['incident.hold', { incident, until: new Date(Date.now() + 600_000).toISOString(), reason: 'x' }],
            () => ['incident.close', { incident, disposition: 'handled', force: random() < 0.4 }],
            () => ['incident.reopen', { incident: `live-i${1 + Math.floor(random() * 40)}`, reason: 'x' }],
            () => ['assignment.dispatch', { incident, slot: 1 + Math.floor(random() * 3) }],
            () => ['assignment.dispatch', { incident, units: [{ unit }] }],
            () => ['assignment.reserve', { incident, units: [{ unit }] }],
            ...Array(4).fill(() => ['assignment.progress', { assignment, status: pick(steps), by: 'radio' }]),
            () => ['assignment.decline', { assignment, reason: 'busy', by: 'radio' }],
            () => ['assignment.cancel', { assignment }],
            () => ['assignment.feedback', { assignment, disposition: 'handled', by: 'radio' }],
            () => ['assignment.acknowledge_change', { assignment, by: 'radio' }],
            () => ['unit.status', { unit, available: random() < 0.5, reason: 'meal', by: 'radio' }],
            () => ['unit.panic', { unit, by: 'radio' }],
            () => ['unit.panic_answer', { unit, reached: 'radio', how: 'x' }],
            () => ['unit.sign_off', { unit, by: 'radio' }],
            () => ['unit.sign_on', { unit, by: 'radio' }],
        ])();
        const answer = await server.command('commander', type, data, { problems: true });
        done += answer.status >= 400 ? 0 : 1;
    }
    return done;
}
