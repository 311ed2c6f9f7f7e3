"""Files that people bring: bounded while they come in, checked and made safe before anything is kept.

`bounded_uploads` marks the view, `FilesField` reads the form, `receive()` gives the safe copy of one file.
"""

from cias.core.uploads.antivirus import ScanState
from cias.core.uploads.handler import DroppedFile, bounded_uploads
from cias.core.uploads.sandbox import Patience, RefusedError, SafeFile, made_here, receive

__all__ = [
    "DroppedFile",
    "Patience",
    "RefusedError",
    "SafeFile",
    "ScanState",
    "bounded_uploads",
    "made_here",
    "receive",
]
