"""Files that people bring: bounded while they come in, checked and made safe before anything is kept.

`bounded_uploads` (files about people, in memory) or `spooled_uploads` (public files, on disk) marks the view,
`FilesField` reads the form, `receive_all()` gives the safe copies.
"""

from cias.core.uploads.antivirus import ScanState
from cias.core.uploads.fields import FilesField, receive_all
from cias.core.uploads.handler import DroppedFile, bounded_uploads, spooled_uploads
from cias.core.uploads.sandbox import Patience, RefusedError, SafeFile, draw_page, made_here, receive

__all__ = [
    "DroppedFile",
    "FilesField",
    "Patience",
    "RefusedError",
    "SafeFile",
    "ScanState",
    "bounded_uploads",
    "draw_page",
    "made_here",
    "receive",
    "receive_all",
    "spooled_uploads",
]
