"""What is wrong in a settings file, each mistake with its place and its way out."""

from dataclasses import dataclass

from dau.errors import DauError
from dau.words import text


@dataclass(frozen=True, slots=True)
class Complaint:
    """One mistake.

    ``line`` counts from 1. ``key`` is the place as a person writes it: ``[[instrument]] "cod" > point 2 > type``.
    ``sentence`` says the mistake in Chinese and English. ``found``, ``allowed`` (both "" where there is nothing to
    show) and ``nearest`` (the valid name most like the one found, if any is) are its facts. None of them ever holds a
    password.
    """

    file: str
    line: int
    key: str
    sentence: str
    found: str = ""
    allowed: str = ""
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f'; {text("config.did_you_mean")} "{self.nearest}"?' if self.nearest is not None else ""
        between = " " if hint else "; "
        allowed = f"{between}{text('config.allowed')}: {self.allowed}" if self.allowed else ""
        return f"{self.file}:{self.line}: {self.key}: {self.sentence}{hint}{allowed}"


class ConfigError(DauError):
    """A settings file cannot be used. Carries every mistake found, in the order of the file, one line of text each."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = complaints
