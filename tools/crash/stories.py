"""What the run's people do: generators that yield a Command and are given its Answer."""
WEST, SOUTH, EAST, NORTH = 122.61, 29.41, 122.71, 29.47
NAMES = "赵钱孙李周吴郑王"


def point(rng):
    return {"lon": round(rng.uniform(WEST, EAST), 6), "lat": round(rng.uniform(SOUTH, NORTH), 6)}


def report(client, **more):
    rng = client.rng
    data = {"channel": rng.choice(("110", "122", "app", "video", "walk_in")),
            "place": {"state": "known", **point(rng)}}
    if rng.random() < 0.8:
        data["type"] = rng.choice(client.site.types)
    if rng.random() < 0.6:
        data["narrative"] = "crash run " + "x" * rng.randrange(10, 200)
        data["caller"] = {"name": rng.choice(NAMES) + "某", "phone": str(rng.randrange(10 ** 10))}
    if rng.random() < 0.2:
        data["cues"] = {"injured": True}
    data.update(more)
    return data


def refusals(client, incident, command):
    """Commands that must be refused; one of them."""
    pick = client.rng.randrange(6)
    if pick == 0:
        yield client.make("incident.close", {"incident": "live-i4000000000",
                                             "disposition": "handled"})
    elif pick == 1:
        yield client.make("clock.tick", {"now": "2026-01-01T00:00:00.000000Z"})
    elif pick == 2:
        yield client.make("user.disable", {"username": "admin"})
    elif pick == 3:
        again = client.make("incident.note", {"incident": incident, "note": "other content"})
        again.id = command.id
        yield again
    elif pick == 4:
        yield client.make("incident.note", {"incident": incident})
    else:
        yield client.make("incident.reopen", {"incident": incident, "reason": "not closed yet"})


def life(client):
    """A report to its closing, one unit sent, each step by the shortest legal way."""
    first = client.make("report.receive", report(client))
    answer = yield first
    incident = answer.done and (answer.content.get("incident")
                                or answer.id_of("i", "incident.opened"))
    if not incident:
        return "abandoned"
    answer = yield client.make("assignment.dispatch",
                               {"incident": incident, "units": [{"unit": client.unit}]})
    assignment = answer.done and answer.id_of("a", "assignment.dispatched")
    if not assignment:
        client.site.to_close.append(incident)
        return "abandoned"
    if client.rng.random() < 0.5:
        yield client.make("assignment.acknowledge", {"assignment": assignment, "by": "radio"})
    if client.rng.random() < 0.3:
        yield from refusals(client, incident, first)
    for status in ("on_scene", "cleared"):
        yield client.make("assignment.progress",
                          {"assignment": assignment, "status": status, "by": "radio"})
    yield client.make("assignment.feedback",
                      {"assignment": assignment, "disposition": "handled", "note": "done"})
    answer = yield client.make("incident.close",
                               {"incident": incident, "disposition": "handled"})
    return "closed" if answer.done else "abandoned"


def desk(client):
    """What needs no unit: notes, tiers, reports that end without an incident or are linked."""
    rng = client.rng
    if rng.random() < 0.2:
        answer = yield client.make("report.receive", report(client, open=False))
        if not answer.done or not answer.content.get("report"):
            return "abandoned"
        answer = yield client.make("report.settle", {"report": answer.content["report"],
                                                     "outcome": "answered"})
        return "closed" if answer.done else "abandoned"
    first = client.make("report.receive", report(client))
    answer = yield first
    incident = answer.done and answer.content.get("incident")
    if not incident:
        return "abandoned"
    yield client.make("incident.note", {"incident": incident, "note": "n" * rng.randrange(1, 300)})
    if rng.random() < 0.3:
        answer = yield client.make("report.receive", report(client, open=False))
        if answer.done and answer.content.get("report"):
            yield client.make("report.link", {"report": answer.content["report"],
                                              "incident": incident})
    yield client.make("incident.retier", {"incident": incident, "tier": rng.randrange(1, 5),
                                          "reason": "crash run"})
    if rng.random() < 0.3:
        yield from refusals(client, incident, first)
    answer = yield client.make("incident.close", {"incident": incident, "disposition": "advised"})
    return "closed" if answer.done else "abandoned"


def patrol(client):
    """A unit finds something, works on it, and leaves the closing to the commander."""
    place = {"state": "known", **point(client.rng)}
    answer = yield client.make("report.receive",
                               {"channel": "officer", "on_scene": True, "place": place,
                                "type": client.rng.choice(client.site.types)})
    incident = answer.done and answer.content.get("incident")
    if not incident:
        return "abandoned"
    client.tell_position()
    yield client.make("incident.note", {"incident": incident, "note": "on patrol"})
    assignment = client.assignments.get(incident)
    if assignment:
        yield client.make("assignment.progress", {"assignment": assignment, "status": "cleared"})
        yield client.make("assignment.feedback",
                          {"assignment": assignment, "disposition": "handled"})
    client.site.to_close.append(incident)
    return "closed" if assignment else "abandoned"


def command_post(client):
    """The commander closes what others leave, by force where a unit is still bound."""
    if not client.site.to_close:
        return (yield from life(client))
    incident = client.site.to_close.pop(0)
    answer = yield client.make("incident.close", {"incident": incident, "force": True,
                                                  "disposition": "handled"})
    return "closed" if answer.done else "abandoned"
