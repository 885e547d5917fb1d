"""Brings an empty world to where load can begin, through the public interface only: the first
password with the tool, then city, plan, users and units signed on."""
import json
import os
import subprocess

from crash import wire
from crash.site import first_id, parse

PASSWORD = "crash-run-{}-only-here"
OPERATORS = 6
UNIT_USERS = 3


class NotReady(Exception):
    """The world could not be set up."""


def run_tool(program, *words, **more):
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, text=True, timeout=600, **more)
    if done.returncode != 0:
        raise NotReady(f"tocsin {' '.join(words[:2])} ended with {done.returncode}")
    return done.stdout


def first_password(program, database, world):
    run_tool(program, "user", "password", "--database", database, "--world", world, "admin",
             input=PASSWORD.format("admin") + "\n")


def seed(top, *path):
    with open(os.path.join(top, "seeds", *path), encoding="utf-8") as file:
        return json.load(file)


class Setup:
    def __init__(self, site, top):
        self.site = site
        self.top = top
        self.connection = None
        self.number = 0

    async def ask(self, method, path, value=None, user=None):
        body = b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
        status, raw = await self.connection.ask(method, path, body,
                                                self.site.tokens.get(user), timeout=60)
        content = parse(raw) or {}
        if status not in (200, 201, 204):
            raise NotReady(f"{method} {path}: {status} {raw[:600].decode('utf-8', 'replace')}")
        return content

    async def command(self, user, kind, data):
        self.number += 1
        return await self.ask("POST", "/api/v1/commands",
                              {"id": f"setup:{self.number}", "type": kind, "data": data}, user)

    async def sign_in(self, user):
        got = await self.ask("POST", "/api/v1/sessions",
                             {"username": user, "password": PASSWORD.format(user)})
        self.site.tokens[user] = got["token"]

    async def person(self, user, role, unit=None):
        data = {"username": user, "role": role, "zones": []}
        if unit:
            data["unit"] = unit
        else:
            data["zones"] = ["LP"]
        await self.command("admin", "user.create", data)
        await self.ask("PUT", f"/api/v1/users/{user}/password",
                       {"password": PASSWORD.format(user)}, "admin")
        await self.sign_in(user)

    async def run(self):
        site = self.site
        self.connection = await wire.dial(
            wire.Http(lambda raw: site.book.stands(raw, "setup")), site.port)
        await self.sign_in("admin")
        city = seed(self.top, "small-city", "city.json")
        city["types"] = seed(self.top, "incident_types.json")["types"]
        site.types = [each["code"] for each in city["types"]]
        await self.command("admin", "city.load", {"city": city})
        await self.command("admin", "plan.activate",
                           {"plan": seed(self.top, "plans", "default.json")})
        await self.person("commander", "commander")
        units = await self.ask("GET", "/api/v1/units?limit=500", user="commander")
        ids = list(all_ids(units, "u"))
        if len(ids) < 20:
            raise NotReady(f"only {len(ids)} units are listed: {str(units)[:300]}")
        site.free_units = ids
        for number in range(OPERATORS):
            await self.person(f"op{number}", "operator")
        for number in range(UNIT_USERS):
            await self.person(f"car{number}", "unit", ids[-1 - number])
        await self.person("analyst", "analyst")
        for unit in ids:
            await self.command("commander", "unit.sign_on", {"unit": unit, "by": "radio"})
        self.connection.close()


def all_ids(value, letter):
    """Ids of the things in a list, in order, each once."""
    seen = {}
    rows = next((part for part in value.values() if isinstance(part, list)), [])
    for row in rows:
        found = row.get("id") if isinstance(row, dict) else None
        found = found or first_id(row, letter)
        if found:
            seen[found] = True
    return seen
