"""What is sealed, and with which keys. Plain Python: nothing here imports Odoo.

The model is that of GlobaLeaks: every person who works with cases has a pair of keys whose private
half opens with a passphrase; a chapter has a pair for its intake, whose private half is sealed to
its coordinators; a case has a key of its own, sealed to whom it is granted; what is told in a case
are items under the key of the case.

Everything is libsodium by way of PyNaCl: X25519 sealed boxes, XChaCha20-Poly1305, Argon2id. Each
sealed thing begins with a byte that tells its format, so that a later one can stand beside it.
Whatever was changed, cut, moved or sealed for somebody else raises `SealError`, and never gives
wrong plaintext.
"""

from .errors import Busy, SealError

__all__ = ["Busy", "SealError"]
