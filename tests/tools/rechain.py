#!/usr/bin/env python3
"""rechain.py LOG OUT SEQ OLD NEW: copies a log file, with OLD in row SEQ replaced by NEW, and every hash from there on
reckoned anew: what somebody would write who holds the whole record and knows its format."""
import hashlib
import sys

log, out, at, old, new = sys.argv[1:]
before = None
with open(log, encoding="utf-8") as rows, open(out, "w", encoding="utf-8") as copy:
    for line in rows:
        fields = line.rstrip("\n").split("\t")
        plain = [f.replace("\\\\", "\\") for f in fields]
        if plain[0] == at:
            if old not in plain[6]:
                sys.exit(f"row {at} has no {old}")
            plain[6] = plain[6].replace(old, new, 1)
            fields[6] = plain[6].replace("\\", "\\\\")
        prev = before if before is not None else bytes.fromhex(plain[7][2:])
        row = hashlib.sha256(prev + "\n".join(plain[:7]).encode()).digest()
        if int(plain[0]) < int(at) and row.hex() != plain[8][2:]:
            sys.exit(f"row {plain[0]} has another hash than its content")
        before = row
        fields[7] = "\\\\x" + prev.hex()
        fields[8] = "\\\\x" + row.hex()
        copy.write("\t".join(fields) + "\n")
