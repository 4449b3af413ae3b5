#!/usr/bin/env python3
"""Opens a KruxOS vault without KruxOS. The format is described in vault.md, beside this file.

  open_vault.py HOME [--identity age.key] [--values]   lists what is in HOME/kruxos.db
  open_vault.py --vectors FOLDER                       checks this program against the test vectors

Needs Python 3.9, its `cryptography` package, and the `age` program for HOME. Stop KruxOS or work on a copy.
Without --values only names and the SHA-256 of each value are printed.
"""
import argparse
import hashlib
import hmac
import pathlib
import sqlite3
import subprocess
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Refused(Exception):
    """Something did not open."""


def u32(number):
    return number.to_bytes(4, "big")


def lp(field):
    field = field.encode() if isinstance(field, str) else field
    return u32(len(field)) + field


def unpack(packed):
    """The fields of a row of LP fields."""
    fields = []
    while packed:
        length = int.from_bytes(packed[:4], "big")
        if len(packed) < 4 + length:
            raise Refused("a field is cut short")
        fields.append(packed[4 : 4 + length])
        packed = packed[4 + length :]
    return fields


def read_slot(payload):
    """(root id, root key) from what `age -d` prints for a slot."""
    fields = unpack(payload)
    if len(fields) != 3 or fields[0] != b"kruxos/root/1" or len(fields[1]) != 16 or len(fields[2]) != 32:
        raise Refused("not a KruxOS slot of format 1")
    return fields[1], fields[2]


def gcm_open(key, nonce, associated, sealed, what):
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise Refused(what) from None


def space_key_context(root_id, space, epoch):
    return lp("kruxos/space/1") + lp(root_id) + lp(space) + u32(epoch)


def unwrap_space_key(root_key, root_id, space, epoch, nonce, wrapped):
    return gcm_open(root_key, nonce, space_key_context(root_id, space, epoch), wrapped, "tag")


def record_context(space, owner, name, version, epoch, algorithm=1):
    return (lp("kruxos/record/1") + lp(space) + lp(owner) + lp(name)
            + version.to_bytes(8, "big") + u32(epoch) + bytes([algorithm]))


def record_keys(space_key, salt, context):
    """(key, commitment): HKDF-SHA256 by hand, one block each."""
    pseudo_random_key = hmac.digest(salt, space_key, "sha256")
    return (hmac.digest(pseudo_random_key, b"enc" + context + b"\x01", "sha256"),
            hmac.digest(pseudo_random_key, b"com" + context + b"\x01", "sha256"))


def open_record(space_key, context, salt, nonce, commitment, ciphertext):
    key, expected = record_keys(space_key, salt, context)
    if not hmac.compare_digest(expected, commitment):
        raise Refused("commitment")
    padded = gcm_open(key, nonce, context + commitment, ciphertext, "tag")
    length = int.from_bytes(padded[:4], "big")
    whole = -(-(4 + length) // 256) * 256
    if len(padded) != whole or any(padded[4 + length :]):
        raise Refused("padding")
    return padded[4 : 4 + length]


def open_home(home, identity, values):
    slot = home / "keyring" / "slots" / "unattended.age"
    payload = subprocess.run(["age", "-d", "-i", str(identity), str(slot)], check=True, stdout=subprocess.PIPE).stdout
    root_id, root_key = read_slot(payload)
    database = sqlite3.connect(f"file:{home / 'kruxos.db'}?mode=ro", uri=True)
    keys = {}
    for space, epoch, owner_root, nonce, wrapped in database.execute(
            "SELECT space_id, epoch, root_id, nonce, wrapped FROM vault_space_key"):
        if owner_root != root_id:
            raise Refused(f"space {space} was sealed by another root key, {owner_root.hex()}")
        keys[space, epoch] = unwrap_space_key(root_key, root_id, space, epoch, nonce, wrapped)
    broken = 0
    for space, owner, scope, key, version, epoch, *sealed in database.execute(
            "SELECT space_id, owner, scope, key, version, epoch, salt, nonce, commitment, ciphertext"
            " FROM vault_record ORDER BY space_id, owner, scope, key"):
        where = f"{space} {owner} {scope}/{key} {version}"
        try:
            context = record_context(space, owner, f"{scope}/{key}", version, epoch)
            value = open_record(keys[space, epoch], context, *sealed)
            print(where, hashlib.sha256(value).hexdigest(), *([repr(value)] if values else []))
        except (Refused, KeyError) as reason:
            broken += 1
            print(where, "DOES NOT OPEN:", reason)
    return broken


def read_vectors(file):
    """Blocks of `name: value` lines; an empty line ends a block, # begins a comment."""
    block = {}
    for line in file.read_text(encoding="utf-8").splitlines() + [""]:
        if line.startswith("#"):
            continue
        if line.strip():
            name, _, value = line.partition(":")
            block[name] = value.strip()
        elif block:
            yield block
            block = {}


def check(block):
    """None when the block holds, else what was found instead of what it expects."""
    raw = {name: bytes.fromhex(value) for name, value in block.items()
           if name in ("root-id", "root-key", "space-key", "salt", "nonce", "value", "context", "wrapped",
                       "key", "commitment", "ciphertext", "payload")}
    try:
        if "payload" in block:
            found = read_slot(raw["payload"])
            if block["expect"] == "opens" and found != (raw["root-id"], raw["root-key"]):
                return "another root key"
        elif "wrapped" in block:
            place = (block["space"], int(block["epoch"]))
            found = unwrap_space_key(raw["root-key"], raw["root-id"], *place, raw["nonce"], raw["wrapped"])
            if found != raw["space-key"] or space_key_context(raw["root-id"], *place) != raw["context"]:
                return "another space key"
        else:
            context = record_context(block["space"], block["owner"], block["name"], int(block["version"]),
                                     int(block["epoch"]))
            found = open_record(raw["space-key"], context, raw["salt"], raw["nonce"], raw["commitment"],
                                raw["ciphertext"])
            if block["expect"] == "opens" and (
                    found != raw["value"] or context != raw["context"]
                    or record_keys(raw["space-key"], raw["salt"], context) != (raw["key"], raw["commitment"])):
                return "another value"
        outcome = "opens"
    except Refused as reason:
        outcome = f"refused {reason}" if "payload" not in block else "refused"
    return None if outcome == block["expect"] else outcome


def check_vectors(folder):
    wrong = count = 0
    for file in sorted(folder.glob("*.txt")):
        for block in read_vectors(file):
            count += 1
            outcome = check(block)
            if outcome is not None:
                wrong += 1
                print(f"{file.name}: {block['vector']}: expected {block['expect']}, got {outcome}")
    print(f"{count} vectors, {wrong} wrong")
    return wrong or (0 if count else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", nargs="?", type=pathlib.Path)
    parser.add_argument("--identity", type=pathlib.Path)
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--vectors", type=pathlib.Path)
    options = parser.parse_args()
    if options.vectors:
        return 1 if check_vectors(options.vectors) else 0
    if not options.home:
        parser.error("HOME or --vectors is needed")
    identity = options.identity or options.home / "keyring" / "age.key"
    try:
        return 1 if open_home(options.home, identity, options.values) else 0
    except (Refused, subprocess.CalledProcessError) as reason:
        print("cannot open:", reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
