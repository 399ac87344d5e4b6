"""Runs the walker and the scan over bytes, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from weighbridge.release.hazards.pickle.events import Sink
from weighbridge.release.hazards.pickle.opcodes import TABLE
from weighbridge.release.hazards.pickle.values import Global, Value
from weighbridge.release.hazards.pickle.walker import Walker
from weighbridge.release.hazards.scan import Budget, Scan, look_at
from weighbridge.release.hazards.verdict import FileReport
from weighbridge.release.hazards.view import View


@dataclass
class Ear:
    """Writes down everything a walk tells."""

    found_names: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, object, int]] = field(default_factory=list)
    faults: list[tuple[str, int]] = field(default_factory=list)

    def found(self, target: Global, offset: int) -> None:
        self.found_names.append((target.module, target.name))
        self.events.append(("found", target.full, offset))

    def called(self, target: Value, args: Value, offset: int) -> None:
        self.events.append(("called", shape(target), offset))

    def built(self, target: Value, state: Value, offset: int) -> None:
        self.events.append(("built", shape(target), offset))

    def computed(self, offset: int) -> None:
        self.events.append(("computed", None, offset))

    def persistent(self, id: Value, offset: int) -> None:
        self.events.append(("persistent", None, offset))

    def extension(self, code: int, offset: int) -> None:
        self.events.append(("extension", code, offset))

    def odd(self, what: str, offset: int) -> None:
        self.faults.append((what, offset))

    def unread(self, why: str, offset: int) -> None:
        self.faults.append((why, offset))

    def quietly(self) -> Sink:
        return Ear()


def shape(value: Value) -> str:
    return value.full if isinstance(value, Global) else type(value).__name__


def walk(content: bytes, quick: bool = True, budget: int = 1_000_000) -> tuple[Ear, Walker]:
    ear = Ear()
    walker = Walker(content, 0, len(content), ear, budget)
    walker.walk(TABLE, quick)
    return ear, walker


def scan(content: bytes, budget: Budget | None = None) -> FileReport:
    """Return the report of a file with this content."""
    found = Scan("file.bin", budget or Budget())
    look_at(View(content, "file.bin", "", 0, len(content)), found)
    return found.report()


def messages(report: FileReport) -> str:
    return "\n".join(f"{each.member} {each.message}" for each in report.hazards)
