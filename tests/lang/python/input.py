#!/usr/bin/env python3
"""Python: every kind of definition, and what only looks like one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, overload

PI = 3.14
LIMIT: int = 10
declared: str
first, second = 1, 2
os.environ["X"] = "not a definition"
square = lambda x: x * x
type Pair[T] = tuple[T, T]

if TYPE_CHECKING:
    from collections.abc import Iterator

    Names = Iterator[str]

try:
    import json
except ImportError:
    json = None


class Shape(object):
    """A docstring documents its class."""

    sides = 0
    annotated: int
    colour, width = "red", 1
    area = lambda self: 0

    # A comment above the first thing behind it.
    def __init__(self, name):
        self.name = name  # an attribute, but no definition of its own
        local = 1

        def inner():
            return local

        class Local:
            attr = inner()

        self.local = Local

    @property
    def title(self):
        """Decorators belong to what they decorate."""
        return self.name.title()

    @title.setter
    def title(self, value):
        self.name = value

    @staticmethod
    def make():
        return Shape("x")

    @overload
    def scale(self, by: int) -> None: ...
    @overload
    def scale(self, by: float) -> None: ...
    def scale(self, by):
        for side in range(self.sides):
            self.sides = side * by

    async def load(self):
        async with open(self.name) as f:
            return await f.read()

    class Inner:
        def deep(self):
            pass

    if os.name == "posix":

        def fork(self):
            return os.fork()


@first
@second(
    1,
)
async def decorated(a, b=lambda: 0):
    """Not cut, though its decorators are long."""
    while (n := a.next()):
        yield n


class TestShape:
    def test_area(self):
        assert Shape("x").area() == 0

    def testTitle(self):
        assert Shape("x").title == "X"


def broken(:
    pass


def after_the_error():
    return 1


def long_enough_to_be_cut(values):
    """Cut between statements, never inside one that fits."""
    total = 0
    for value in values:
        if value is None:
            continue
        total += value * value
    if total > 1000:
        raise ValueError("the sum of the squares is larger than expected")
    average = total / len(values)
    print("the values", values, "have the average", average)
    with open("result.txt", "w") as out:
        out.write("%d %f\n" % (total, average))
        out.write("that is all there is to say about it\n")
    return total, average
