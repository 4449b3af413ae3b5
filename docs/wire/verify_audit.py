#!/usr/bin/env python3
"""Verifies a KruxOS audit log without KruxOS: docs/wire/audit.md in another language, standard library only.

    verify_audit.py FILE             a copy of audit.db (with its -wal, if there is one), or an export in JSON lines
    verify_audit.py --vectors FILE   the text vectors of the specification

Prints one line. Exit code 0: every record is valid; 1: broken, with the record; 2: the file cannot be read.
Writes nothing. A log whose last records were cut off still verifies: only a checkpoint stored elsewhere shows that.
"""
import hashlib
import hmac
import json
import os
import re
import sqlite3
import sys
import urllib.parse

EXACT = 2**53 - 1
LEAF = 64 * 1024
DEPTH = 32
APPLICATION = 0x4B525841

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
HASH = re.compile(r"[0-9a-f]{64}")
TYPES = {"agent", "user", "operator", "root", "system"}


class Refused(Exception):
    """The bytes are not what the specification allows."""


def object_of(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Refused("a member twice")
    return result


def no(what):
    def refuse(_):
        raise Refused(what)

    return refuse


def integer(digits):
    value = int(digits) if len(digits) <= 17 else EXACT + 1
    if abs(value) > EXACT:
        raise Refused("an integer beyond 2^53 - 1")
    return value


def canonical(value, depth=0):
    """RFC 8785, for the values that leaves hold."""
    if depth > DEPTH:
        raise Refused("nested too deep")
    if value is None:
        raise Refused("a null")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{%s}" % ",".join(canonical(n) + ":" + canonical(value[n], depth + 1) for n in names)
    if isinstance(value, list):
        return "[%s]" % ",".join(canonical(v, depth + 1) for v in value)
    return json.dumps(value, ensure_ascii=False)


def members(what, value, needed, allowed=()):
    if not isinstance(value, dict):
        raise Refused(what + " is not an object")
    if not set(needed) <= set(value) or not set(value) <= set(needed) | set(allowed):
        raise Refused(what + " has not the members it should have")


def strings(value, *names):
    for name in names:
        if name in value and not isinstance(value[name], str):
            raise Refused(name + " is not a string")


def read_leaf(data):
    """The leaf as a dict, after checking that the bytes are one."""
    if len(data) > LEAF:
        raise Refused("the leaf is too long")
    try:
        leaf = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=object_of,
            parse_int=integer,
            parse_float=no("a fraction"),
            parse_constant=no("not JSON"),
        )
        if canonical(leaf).encode("utf-8") != data:
            raise Refused("not canonical")
    except (ValueError, RecursionError) as e:
        raise Refused("not JSON: %s" % e) from None
    members(
        "the leaf",
        leaf,
        ("action", "details", "kind", "outcome", "principal", "seq", "time"),
        ("decision", "previous", "session", "space", "target"),
    )
    strings(leaf, "action", "kind", "outcome", "previous", "session", "space", "target", "time")
    members("principal", leaf["principal"], ("id", "name", "origin", "type"), ("via",))
    strings(leaf["principal"], "id", "name", "origin", "type", "via")
    if "decision" in leaf:
        members("decision", leaf["decision"], ("rule", "tier"))
        strings(leaf["decision"], "rule", "tier")
    if not isinstance(leaf["details"], dict):
        raise Refused("details is not an object")
    if type(leaf["seq"]) is not int or leaf["seq"] < 1:
        raise Refused("seq is not a positive integer")
    if leaf["principal"]["type"] not in TYPES:
        raise Refused("there is no such type of principal")
    if not TIME.fullmatch(leaf["time"]):
        raise Refused("time is malformed")
    if "previous" in leaf and not HASH.fullmatch(leaf["previous"]):
        raise Refused("previous is malformed")
    return leaf


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).hexdigest()


class Log:
    """The records seen so far, fed in order."""

    def __init__(self):
        self.records = 0
        self.head = None
        self.last = {}  # the last leaf's hash of each principal

    def add(self, data, stored_hash, seq=None, principal=None, kind=None):
        """One more record; seq, principal and kind are the columns beside the leaf, where there are any."""
        due = self.records + 1
        if seq is not None and seq != due:
            return min(seq, due), "record %d stands where %d should" % (seq, due)
        if data is None:
            return due, "the leaf is missing"
        try:
            leaf = read_leaf(data)
        except Refused as e:
            return due, str(e)
        if leaf["seq"] != due:
            return due, "the leaf has the number %d" % leaf["seq"]
        if leaf_hash(data) != stored_hash:
            return due, "the hash is not the leaf's"
        key = leaf["principal"]["type"] + ":" + leaf["principal"]["id"]
        if leaf.get("previous") != self.last.get(key):
            return due, "previous is not the hash of the last leaf of " + key
        if (principal or key, kind or leaf["kind"]) != (key, leaf["kind"]):
            return due, "the columns beside the leaf say something else"
        self.last[key] = self.head = stored_hash
        self.records = due
        return None


def lines(path):
    with open(path, "rb") as file:
        while line := file.readline(LEAF + 200):
            yield line


def verify_lines(path, source=None):
    log = Log()
    for line in source or lines(path):
        line = line.rstrip(b"\n")
        if line[:9] != b'{"hash":"' or line[73:82] != b'","leaf":' or line[-1:] != b"}":
            return log, (log.records + 1, "not a line of an export")
        broken = log.add(line[82:-1], line[9:73].decode("ascii", "replace"))
        if broken:
            return log, broken
    return log, None


def verify_database(path):
    # Without a -wal the file is all there is, and "immutable" keeps SQLite from making files beside it.
    wal = path + "-wal"
    mode = "ro" if os.path.exists(wal) and os.path.getsize(wal) else "ro&immutable=1"
    database = sqlite3.connect("file:%s?mode=%s" % (urllib.parse.quote(path), mode), uri=True)
    log = Log()
    try:
        database.execute("PRAGMA trusted_schema = 0")
        if database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise OSError("a database, but not an audit log")
        if database.execute("SELECT type FROM sqlite_schema WHERE name = 'record'").fetchall() != [("table",)]:
            raise OSError("there is no table of records")
        for row in database.execute("SELECT seq, hash, principal, kind, leaf FROM record ORDER BY seq"):
            seq, stored, principal, kind, leaf = row
            stored = stored.hex() if isinstance(stored, bytes) else ""
            leaf = leaf if isinstance(leaf, bytes) else None
            broken = log.add(leaf, stored, seq, str(principal) or "-", str(kind) or "-")
            if broken:
                return log, broken
    except sqlite3.DatabaseError as e:
        return log, (log.records + 1, "the database cannot be read here: %s" % e)
    finally:
        database.close()
    return log, None


def verify(path):
    with open(path, "rb") as file:
        start = file.read(16)
    return verify_database(path) if start == b"SQLite format 3\0" else verify_lines(path)


def blocks(path):
    block = []
    with open(path, encoding="utf-8", newline="\n") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("#"):
                continue
            if line:
                block.append(line.split(": ", 1))
            elif block:
                yield block
                block = []
    if block:
        yield block


def vector(block):
    """Does this block of the vectors hold?"""
    what = block[0][0]
    fields = dict(block)
    if what == "leaf":
        data = fields["bytes"].encode("utf-8")
        read_leaf(data)
        return leaf_hash(data) == fields["hash"]
    if what == "refused":
        data = bytes.fromhex(fields["hex"]) if "hex" in fields else fields["bytes"].encode("utf-8")
        try:
            read_leaf(data)
        except Refused:
            return True
        return False
    if what == "digest":
        key, data = bytes.fromhex(fields["key"]), bytes.fromhex(fields["hex"])
        return "hmac-sha256:" + hmac.new(key, data, "sha256").hexdigest() == fields["text"]
    if what == "log":
        log, broken = verify_lines(None, [value.encode("utf-8") for name, value in block if name == "line"])
        said = "broken at %d" % broken[0] if broken else "ok, %d records" % log.records
        return said == fields["verification"]
    return False


def verify_vectors(path):
    count = 0
    for block in blocks(path):
        count += 1
        if not vector(block):
            print("does not hold: " + block[0][1])
            return 1
    print("ok, %d vectors" % count)
    return 0


def main(arguments):
    try:
        if len(arguments) == 2 and arguments[0] == "--vectors":
            return verify_vectors(arguments[1])
        if len(arguments) != 1:
            print(__doc__, file=sys.stderr)
            return 2
        log, broken = verify(arguments[0])
    except (OSError, sqlite3.Error) as e:
        print("cannot read it: %s" % e, file=sys.stderr)
        return 2
    if broken:
        print("broken at %d: %s" % broken)
        return 1
    print("ok, %d records, head %s" % (log.records, log.head or "-"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
