"""Read a component's JavaScript and CSS, with the shared files in front."""

from pathlib import Path

_ROOM = Path(__file__).parent


def javascript(*names: str) -> str:
    """Join script files into the one module that a component is; names are relative to this room."""
    return "\n".join((_ROOM / name).read_text(encoding="utf-8") for name in names)


def stylesheet(*names: str) -> str:
    """Join style sheets; names are relative to this room."""
    return javascript(*names)
