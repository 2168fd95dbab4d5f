"""Add entries to a list in a YAML file that people edit by hand: every comment and blank is kept."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from pipeline.errors import ConfigurationError
from pipeline.yaml_file.document import IMPLICIT_RESOLVERS, compose


class _Dumper(yaml.SafeDumper):
    """Quotes exactly the words that our loader would not read as text."""

    yaml_implicit_resolvers = IMPLICIT_RESOLVERS


def append(text: str, key: str, entries: Sequence[Mapping[str, Any]], *, name: str) -> str:
    """`text` with `entries` at the end of the list under `key`, which must be the last thing in the file.

    Raises:
        ConfigurationError: the file has another layout; `name` identifies it in the message.
    """
    node = compose(text, name)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    last = pairs[-1] if pairs else None
    if last is None or last[0].value != key or not isinstance(last[1], yaml.SequenceNode) or last[1].flow_style:
        line = last[0].start_mark.line + 1 if last else 1
        message = f"{name}:{line}: expected `{key}:` with a list below it as the last part of the file"
        raise ConfigurationError([message])
    column = last[1].start_mark.column
    added = yaml.dump(
        [dict(entry) for entry in entries], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    return f"{text.rstrip()}\n{textwrap.indent(added, ' ' * column)}"
