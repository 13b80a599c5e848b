class SealError(Exception):
    """The key, the passphrase or the place does not fit, or the bytes are not what was sealed.

    It carries no value: which of them it was is nobody's business, and it may reach a log.
    """


class Busy(Exception):
    """Too many slow derivations are under way; trying again later helps."""
