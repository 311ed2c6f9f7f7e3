"""The form's side of uploads: one or several files, each complaint naming its file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from cias.core.uploads.handler import DroppedFile
from cias.core.uploads.sandbox import Patience, RefusedError, SafeFile, receive

ACCEPTED = "application/pdf,image/jpeg,image/png,image/heic,image/heif,.pdf,.jpg,.jpeg,.png,.heic,.heif"
SHORT_NAME = 60


class FilesInput(forms.FileInput):
    """A file chooser; what was chosen before cannot be shown again, browsers see to that."""

    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, UploadedFile], name: str
    ) -> list[UploadedFile]:
        return files.getlist(name)


class FilesField(forms.Field):
    """Cleans to the list of files sent. `camera` opens the camera of a telephone instead of its folders."""

    widget = FilesInput

    def __init__(self, *, multiple: bool = False, camera: bool = False, **kwargs: Any) -> None:
        attrs: dict[str, Any] = {"accept": "image/*" if camera else ACCEPTED}
        if camera:
            attrs["capture"] = "environment"
        if multiple:
            attrs["multiple"] = True
        super().__init__(widget=FilesInput(attrs=attrs), **kwargs)
        self.most = settings.UPLOAD_MAX_FILES if multiple else 1

    def clean(self, value: Any) -> list[UploadedFile]:
        files: list[UploadedFile] = super().clean(value) or []
        if len(files) > self.most:
            raise ValidationError(f"{self.most} fichiers au plus à la fois.", code="many")
        dropped = [complaint(file, file.reason) for file in files if isinstance(file, DroppedFile)]
        if dropped:
            raise ValidationError(dropped)
        return files


def complaint(file: UploadedFile, sentence: str) -> ValidationError:
    name = file.name or "fichier"
    short = name if len(name) <= SHORT_NAME else f"{name[:SHORT_NAME]}…"
    return ValidationError(f"« {short} » : {sentence}", code="refused")


def receive_all(files: Sequence[UploadedFile]) -> list[SafeFile]:
    """The safe copies of all these files; raises one ValidationError with a sentence for each that is refused."""
    patience = Patience(settings.UPLOAD_TOTAL_SECONDS)
    safe: list[SafeFile] = []
    refused: list[ValidationError] = []
    for file in files:
        try:
            safe.append(receive(file.name or "", file.read(), seconds=patience.left()))
        except RefusedError as error:
            refused.append(complaint(file, str(error)))
    if refused:
        raise ValidationError(refused)
    return safe
