"""Parse YAML text into nodes that know their lines, then into plain values.

It uses the core schema of YAML 1.2: only null, true/false and numbers are special. `NO` is Norway, `on` is a word
and `12:30` is a clock time, not false, true and 750 as in YAML 1.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigurationError

_CORE = "tag:yaml.org,2002:"
_SCALARS: dict[str, tuple[re.Pattern[str], str, Callable[[str], Any]]] = {
    "null": (re.compile(r"(?:~|null|Null|NULL|)\Z"), "~nN", lambda _: None),
    "bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), "tTfF", lambda s: s.lower() == "true"),
    "int": (re.compile(r"[-+]?[0-9]{1,18}\Z"), "-+0123456789", int),
    "float": (
        re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"),
        "-+.0123456789",
        float,
    ),
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads the nodes of a document; uses libyaml if it is compiled in, which is ten times faster."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _name, (_pattern, _first, _) in _SCALARS.items():
    _Loader.add_implicit_resolver(_CORE + _name, _pattern, [*_first] if _name != "null" else [*_first, ""])

# Plain words that are not text; words we write must be quoted accordingly.
IMPLICIT_RESOLVERS = _Loader.yaml_implicit_resolvers


def read_text(path: Path, name: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"{name}:1: expected a readable file ({error.strerror or error})"
        raise ConfigurationError([message]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: expected UTF-8 text (got byte 0x{raw[error.start]:02x})"
        raise ConfigurationError([message]) from error


def compose(text: str, name: str) -> yaml.Node:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise ConfigurationError([f"{name}:{line}: expected YAML: {what}"]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character))) + 1 if isinstance(error.character, int) else 1
        message = f"{name}:{line}: expected YAML: {error.reason}"
        raise ConfigurationError([message]) from error
    finally:
        loader.dispose()
    if node is None:
        raise ConfigurationError([f"{name}:1: expected settings (got an empty file)"])
    assert isinstance(node, yaml.Node)
    return node


def plain(node: yaml.Node) -> Any:
    """The value of a checked node."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    _, _, convert = _SCALARS.get(node.tag.removeprefix(_CORE), (None, None, str))
    return convert(node.value)


def faults(node: yaml.Node, above: tuple[yaml.Node, ...] = ()) -> Iterator[tuple[int, str]]:
    """Find repeated keys, keys that are not words, tags beyond the core schema, and circular aliases."""
    line = node.start_mark.line + 1
    if any(node is other for other in above):
        yield line, "expected plain YAML (got an anchor that contains its own alias)"
        return
    above = (*above, node)
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from faults(item, above)
    elif isinstance(node, yaml.MappingNode):
        yield from _bad_keys(node)
        for _, value in node.value:
            yield from faults(value, above)
    if not _is_core(node):
        yield line, f"expected plain YAML (got the tag {node.tag.replace(_CORE, '!!')})"


def _is_core(node: yaml.Node) -> bool:
    name = node.tag.removeprefix(_CORE)
    if isinstance(node, yaml.ScalarNode):
        return name == "str" or (name in _SCALARS and bool(_SCALARS[name][0].match(node.value)))
    return name == ("seq" if isinstance(node, yaml.SequenceNode) else "map")


def _bad_keys(node: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            yield line, "expected a word as key (got a list or mapping)"
        elif key.value in first:
            yield (
                line,
                f"expected each key once (got {key.value} again, it is on line {first[key.value]} too)",
            )
        else:
            first[key.value] = line
