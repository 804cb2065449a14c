#!/usr/bin/env python3
"""Writes unicode_tables.inc from UnicodeData.txt (Debian package unicode-data).

Usage: make_unicode_tables.py [UnicodeData.txt] > unicode_tables.inc
Run it again when BuildKit moves to a Go with newer tables.
"""
import sys

PATH = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode/UnicodeData.txt"


def read():
    first = None
    for row in open(PATH, encoding="ascii"):
        f = row.rstrip("\n").split(";")
        code = int(f[0], 16)
        if f[1].endswith("First>"):
            first = code
            continue
        for c in range(first if f[1].endswith("Last>") else code, code + 1):
            yield c, f[2], f[12], f[13]


def ranges(codes):
    out = []
    for c in codes:
        if out and out[-1][1] + 1 == c:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def case_runs(pairs):
    """[first, last, stride, delta] with stride 1 or 2."""
    out = []
    for c, to in pairs:
        d = to - c
        if out and out[-1][3] == d:
            run = out[-1]
            step = c - run[1]
            if run[0] == run[1] and step in (1, 2):
                run[1], run[2] = c, step
                continue
            if step == run[2]:
                run[1] = c
                continue
        out.append([c, c, 1, d])
    return out


letters, digits, graphic, lower, upper = [], [], [], [], []
for code, category, up, low in read():
    if category[0] == "L":
        letters.append(code)
    if category == "Nd":
        digits.append(code)
    if category[0] in "LMNPS":
        graphic.append(code)
    if low:
        lower.append((code, int(low, 16)))
    if up:
        upper.append((code, int(up, 16)))

print("// Made by make_unicode_tables.py from the Unicode Character Database; do not edit.")
for name, codes in (("kLetters", letters), ("kDigits", digits), ("kGraphic", graphic)):
    print(f"constexpr RuneRange {name}[] = {{")
    line = ""
    for a, b in ranges(codes):
        item = f"{{{a:#x}, {b:#x}}}, "
        if len(line) + len(item) > 96:
            print("    " + line.rstrip())
            line = ""
        line += item
    print("    " + line.rstrip() + "\n};")
for name, pairs in (("kToLower", lower), ("kToUpper", upper)):
    print(f"constexpr CaseRun {name}[] = {{")
    line = ""
    for a, b, s, d in case_runs(pairs):
        item = f"{{{a:#x}, {b:#x}, {s}, {d}}}, "
        if len(line) + len(item) > 96:
            print("    " + line.rstrip())
            line = ""
        line += item
    print("    " + line.rstrip() + "\n};")
