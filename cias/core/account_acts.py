"""What is done to an account, told to whoever keeps the log (cias/audit stands beside cias/accounts and listens)."""

from django.dispatch import Signal

# Sent by a page with `request`, `account` (the one acted upon) and `event`: the code of what was done (SecurityEvent).
account_act = Signal()
OPENED, CHANGED, CLOSED, REOPENED = (
    "account_opened",
    "account_changed",
    "account_closed",
    "account_reopened",
)
UNBOUND, RESET_ASKED, RESET_GRANTED, RESET_REFUSED = (
    "identity_unbound",
    "factor_reset_asked",
    "factor_reset_granted",
    "factor_reset_refused",
)
