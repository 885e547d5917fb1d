#!/usr/bin/env python3
"""Checks Tocsin's log without Tocsin: docs/api/log-format.md read anew, standard library only.

  verify_log.py --database CONNINFO --world WORLD [--json]     reads with psql
  verify_log.py --dump DIR --world WORLD [--json]              reads files written by --save
  verify_log.py --database CONNINFO --world WORLD --save DIR   writes what is read, as COPY text, and checks it

Checked are: the chain of event_row from the world's beginning to the head, without gaps; every
personal value against the hash in the row that names it, erased ones told with day and rule; the
chain of access_log. Problems are printed on stderr, one a line. The last line on stdout is the
summary. Exit 0 when all is whole, 1 when not, 2 for misuse.
"""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys

QUERIES = {
    "head": "SELECT world, world_id, seq, encode(hash, 'hex') FROM log_head",
    "rows": "SELECT seq, epoch, at, actor, command_id, command, data, encode(prev_hash, 'hex'),"
            " encode(hash, 'hex') FROM event_row WHERE seq <= (SELECT seq FROM log_head) ORDER BY seq",
    "personal": "SELECT ref, seq, encode(salt, 'hex'), encode(value, 'hex') FROM personal",
    "erasure": "SELECT ref, to_char(erased_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), rule FROM erasure",
    "access": "SELECT seq, at, actor, incident, purpose, fields, encode(prev_hash, 'hex'),"
              " encode(hash, 'hex'), COALESCE(spooled, '') FROM access_log ORDER BY seq",
    "access_head": "SELECT seq, encode(hash, 'hex') FROM access_head",
}
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def fields_of(line):
    """The fields of one line of PostgreSQL's COPY text format; \\N is None."""
    fields = line.rstrip("\n").split("\t")
    return [None if f == "\\N" else
            re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), f) if "\\" in f else f
            for f in fields]


class Source:
    """Lines of each query, from psql or from files."""

    def __init__(self, arguments):
        self.arguments = arguments

    def lines(self, name):
        if self.arguments.dump:
            with open(os.path.join(self.arguments.dump, name), encoding="utf-8", newline="\n") as file:
                yield from file
            return
        save = self.arguments.save and open(os.path.join(self.arguments.save, name), "w",
                                            encoding="utf-8", newline="\n")
        environment = dict(os.environ, PGCLIENTENCODING="UTF8",
                           PGOPTIONS=f"-c search_path={self.arguments.world} -c bytea_output=hex")
        command = ["psql", "-X", "-q", "-d", self.arguments.database, "-c",
                   f"COPY ({QUERIES[name]}) TO STDOUT"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment,
                              encoding="utf-8") as psql:
            for line in psql.stdout:
                if save:
                    save.write(line)
                yield line
        if save:
            save.close()
        if psql.returncode != 0:
            sys.exit(f"psql could not read {name}")

    def rows(self, name):
        for line in self.lines(name):
            yield fields_of(line)


class Check:
    def __init__(self, source, world):
        self.source = source
        self.world = world
        self.problems = 0
        self.first_problem = None
        self.personal = {}
        self.erasure = {}
        self.summary = {"ok": False, "world": world}

    def problem(self, text):
        self.problems += 1
        self.first_problem = self.first_problem or text
        print(text, file=sys.stderr)

    def load_personal(self):
        for ref, seq, salt, value in self.source.rows("personal"):
            digest = hashlib.sha256(bytes.fromhex(salt) + bytes.fromhex(value)).hexdigest()
            self.personal[int(ref)] = (int(seq), digest)
        for ref, day, rule in self.source.rows("erasure"):
            self.erasure[int(ref)] = (day, rule)

    def mentions(self, value):
        """Every {"ref": N, "sha256": H} in a JSON value."""
        if isinstance(value, dict):
            if set(value) == {"ref", "sha256"}:
                yield value["ref"], value["sha256"]
            else:
                for part in value.values():
                    yield from self.mentions(part)
        elif isinstance(value, list):
            for part in value:
                yield from self.mentions(part)

    def check_values(self, seq, data, counts, homes):
        try:
            content = json.loads(data)
        except ValueError:
            self.problem(f"row {seq}: its data is no JSON")
            return
        for ref, digest in self.mentions(content):
            counts["mentions"] += 1
            if ref in self.personal:
                home, stored = self.personal[ref]
                if stored != digest:
                    self.problem(f"row {seq}: personal value {ref} does not fit its hash")
                if home == seq:
                    homes.add(ref)
                if ref in self.erasure:
                    self.problem(f"row {seq}: personal value {ref} is there although it was erased")
            elif ref in self.erasure:
                counts["erased"].add((seq, ref))
            else:
                self.problem(f"row {seq}: personal value {ref} is missing and was not erased")

    def check_log(self):
        (world, world_id, head_seq, head_hash), = self.source.rows("head")
        if world != self.world:
            self.problem(f"the head is of world {world}")
        self.load_personal()
        counts = {"mentions": 0, "erased": set()}
        homes = set()
        before = hashlib.sha256(b"tocsin-log/1\n" + self.world.encode()).hexdigest()
        last = rows = epoch_before = at_before = 0
        for seq, epoch, at, actor, command_id, command, data, prev_hash, digest in self.source.rows("rows"):
            rows += 1
            if int(seq) != last + 1:
                self.problem(f"row {last + 1}: is missing")
            if prev_hash != before:
                self.problem(f"row {seq}: does not follow the row before")
            texts = (seq, epoch, at, actor, command_id, command, data)
            if any("\n" in text for text in texts) or digest != hashlib.sha256(
                    bytes.fromhex(prev_hash) + "\n".join(texts).encode()).hexdigest():
                self.problem(f"row {seq}: its hash does not fit its content")
            if int(epoch) < epoch_before or int(at) < at_before:
                self.problem(f"row {seq}: its epoch or its time is before that of the row before")
            self.check_values(int(seq), data, counts, homes)
            last, before, epoch_before, at_before = int(seq), digest, int(epoch), int(at)
        if last != int(head_seq) or before != head_hash:
            self.problem(f"the log ends at row {last}, its head says {head_seq}, or their hashes differ")
        strays = sum(1 for ref, (seq, _) in self.personal.items() if seq <= last and ref not in homes)
        if strays:
            self.problem(f"{strays} personal values belong to no row that names them")
        by_rule = {}
        for _, ref in counts["erased"]:
            by_rule[self.erasure[ref]] = by_rule.get(self.erasure[ref], 0) + 1
        self.summary.update(
            world_id=world_id, rows=rows, head={"seq": int(head_seq), "hash": head_hash},
            personal={"mentions": counts["mentions"], "kept": len(homes), "erased": len(counts["erased"])},
            erased=[{"on": day, "rule": rule, "values": n} for (day, rule), n in sorted(by_rule.items())])

    def check_access(self):
        (head_seq, head_hash), = self.source.rows("access_head")
        before = hashlib.sha256(b"tocsin-access/1\n" + self.world.encode()).hexdigest()
        last = 0
        for seq, at, actor, incident, purpose, fields, prev_hash, digest, *spooled in self.source.rows("access"):
            if int(seq) != last + 1:
                self.problem(f"access {last + 1}: is missing")
            if prev_hash != before:
                self.problem(f"access {seq}: does not follow the row before")
            content = "\n".join((seq, at, actor, incident, purpose, fields, *filter(None, spooled)))
            if digest != hashlib.sha256(bytes.fromhex(prev_hash) + content.encode()).hexdigest():
                self.problem(f"access {seq}: its hash does not fit its content")
            last, before = int(seq), digest
            if last == int(head_seq) and before != head_hash:
                self.problem(f"access {seq}: its hash is not the one in the head")
        if last < int(head_seq):
            self.problem(f"access {last + 1}: is missing at the end")
        self.summary["access_rows"] = last

    def run(self):
        self.check_log()
        self.check_access()
        self.summary["ok"] = self.problems == 0
        self.summary["problems"] = self.problems
        if self.first_problem:
            self.summary["first_problem"] = self.first_problem
        return self.summary


def main():
    parser = argparse.ArgumentParser(description="checks Tocsin's log without Tocsin")
    parser.add_argument("--database", help="libpq connection string of one who may read all tables")
    parser.add_argument("--dump", help="folder written by --save")
    parser.add_argument("--save", help="folder to keep what is read in")
    parser.add_argument("--world", default="live")
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    arguments = parser.parse_args()
    if bool(arguments.database) == bool(arguments.dump):
        parser.error("give either --database or --dump")
    if not re.fullmatch(r"[a-z0-9_]{1,16}", arguments.world):
        parser.error("a world is named [a-z0-9_]{1,16}")
    if arguments.save:
        os.makedirs(arguments.save, exist_ok=True)
    summary = Check(Source(arguments), arguments.world).run()
    if arguments.json:
        print(json.dumps(summary, ensure_ascii=False))
    else:
        print(f"{summary['rows']} rows, {summary['problems']} problems: "
              + ("whole" if summary["ok"] else summary["first_problem"]))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
