"""What can be wrong with the orders given to the simulator."""

from dau.errors import DauError


class SimulatorError(DauError):
    """The simulator cannot do what was asked; the message is for the person who asked."""


class SceneError(SimulatorError):
    """A scene file says something impossible. Example: two instruments with one slave address on a line."""


class FaultError(SimulatorError):
    """A fault cannot be understood or cannot happen. Example: ``cod:explode@10+5``."""


class PlugError(SimulatorError):
    """A port of the plant cannot be opened. Example: another program listens on 127.0.0.1:15502."""
