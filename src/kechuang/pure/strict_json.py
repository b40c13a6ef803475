"""Reading JSON that others wrote: what is wrong with it is told in one sentence, never by a traceback."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


class Malformed(ValueError):
    """A file does not say what its format asks for; the text says where and what."""


def parse_json(text: str | bytes) -> Any:
    """Parse strict JSON: no NaN, no key twice, no half characters, no number beyond what Python reads.

    Raises ``Malformed``.
    """
    try:
        with _without_collection():
            value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)
        # only an escape can smuggle in half a character; it could be neither hashed nor printed
        if (b"\\ud" if isinstance(text, bytes) else "\\ud") in text.lower():  # type: ignore[operator]
            json.dumps(value, ensure_ascii=False).encode()
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("文件嵌套过深，无法读取。") from None
    except UnicodeError:
        raise Malformed("文件不是有效的 UTF-8 文字。") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"文件不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列附近有误。") from None
    except ValueError:
        raise Malformed("文件中有位数过多的数字。") from None
    return value


@contextmanager
def _without_collection() -> Iterator[None]:
    """Pause the collector: a million rows hold no cycles, and looking for them takes longer than reading."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"文件中有不是数的值 {name}。")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise Malformed(f"同一对象中“{next(n for n in names if names.count(n) > 1)}”出现多次。")
    return found
