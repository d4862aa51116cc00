"""How a platform calls the channels of the station, both ways: channel to code on the wire, PolId to channel."""

from dau.uplink.identity import Platform


def code_of(platform: Platform, channel: str) -> str:
    """Return the factor code under which the platform knows one of its channels.

    That is the code the platform's settings give, else that of the channel; in the words of the platform's edition.

    Raises:
        KeyError: it does not get the channel (a bug of the caller).
    """
    factor = platform.factors.get(channel)
    code = factor.code if factor else platform.channels[channel].factor
    return platform.old_codes.get(code, code)


def channel_of(platform: Platform, code: str) -> str | None:
    """Return the channel that the platform means by a code, None if it is none of those it gets.

    Old and new codes and capitals are mixed in the field (``W01018``): the exact code counts first, then whatever the
    letters are, then the code that the station itself uses for the channel.
    """
    told = {name: channel for name, channel in platform.channels.items() if channel.converts is None}
    codes = {name: code_of(platform, name) for name in told}
    asked = code.lower()
    exact = (name for name, known in codes.items() if known == code)
    alike = (name for name, known in codes.items() if known.lower() == asked)
    own = (name for name, channel in told.items() if channel.factor.lower() == asked)
    return next((name for found in (exact, alike, own) for name in found), None)
