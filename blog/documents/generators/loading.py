"""Load configuration files in YAML, TOML or JSON into plain values."""

import yaml

from blog.documents.characters import clean_characters
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.frontmatter.notations import read_front_matter
from blog.documents.frontmatter.yaml_notation import MAX_DEPTH, resolve_plain
from blog.documents.generators.configuration import MAX_CONFIGURATION_BYTES, ConfigurationError

MAX_NODES = 20_000  # values of a file, after aliases are expanded


def decode(data: bytes) -> str:
    """Return the text of a configuration file. Raises ConfigurationError."""
    if len(data) > MAX_CONFIGURATION_BYTES:
        raise ConfigurationError(f"is larger than {MAX_CONFIGURATION_BYTES // 1024} KB")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\0", "")


def load_settings(name: str, text: str) -> dict[str, object]:
    """Return the mapping in a YAML, TOML or JSON file. Raises ConfigurationError."""
    try:
        if name.endswith((".yml", ".yaml")):
            return _load_yaml(text)
        fence = "{" if name.endswith(".json") else "+++"
        return read_front_matter(text, fence, 0, len(text)).fields
    except DocumentError as error:
        raise ConfigurationError(str(error)) from None
    except RecursionError:
        raise ConfigurationError("is nested too deep") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise ConfigurationError(f"{line}{problem}") from None


def _load_yaml(text):
    # Composing does not expand aliases. _Values expands them, within its limits.
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    value = _Values().value(node, 1) if node else {}
    return value if isinstance(value, dict) else {}


class _Values:
    """Converts YAML nodes to plain values. Tags such as !!python/name are ignored."""

    def __init__(self):
        self.count = 0

    def value(self, node, depth):
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise ConfigurationError("has too many or too deeply nested values")
        if isinstance(node, yaml.ScalarNode):
            text = clean_characters(node.value)
            return resolve_plain(text) if node.style is None else text
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        mapping = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value == "<<":
                for merged in item.value if isinstance(item, yaml.SequenceNode) else [item]:
                    found = self.value(merged, depth + 1)
                    mapping = (found if isinstance(found, dict) else {}) | mapping
            else:
                mapping[clean_characters(key.value)] = self.value(item, depth + 1)
        return mapping
