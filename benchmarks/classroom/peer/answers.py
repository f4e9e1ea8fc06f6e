"""Reads a student's answers as an instructor's script does: YAML, headings, or a macro."""

import re
from pathlib import Path

import yaml

_HEADING = re.compile(r"^#+\s*(\S+)[^\n]*\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
_MACRO = re.compile(r"^\\answer\{([^}]*)\}\{(.*?)\}$(?=\n\\)", re.MULTILINE | re.DOTALL)


def read(folder):
    """Answers by question: a text, or a mapping."""
    for path in sorted(Path(folder).iterdir()):
        if path.suffix in (".yaml", ".md", ".tex"):
            content = path.read_bytes()
            text = content.decode("utf-16" if content[:2] == b"\xff\xfe" else "utf-8")
            text = text.replace("\r\n", "\n")
            if path.suffix == ".yaml":
                return yaml.safe_load(text)
            pattern = _HEADING if path.suffix == ".md" else _MACRO
            return {name: body.strip().strip("$").strip() for name, body in pattern.findall(text)}
    return {}


def fields(answer, names):
    """The values of `SGDM: 1, Adam: 2`, by lower-case name."""
    if isinstance(answer, dict):
        return {str(name).lower(): str(value) for name, value in answer.items()}
    pattern = "|".join(names)
    found = re.findall(rf"({pattern})\s*[:=]\s*([^,;\n]*)", str(answer), re.IGNORECASE)
    return {name.lower(): value.strip() for name, value in found}
