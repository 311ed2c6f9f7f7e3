"""What every model of the schemes shares."""

from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models

from cias.accounts.models import User


class HousingQuerySet[M: models.Model](models.QuerySet[M]):
    def for_user(self, user: User) -> Self:
        """Everything to those who hold "housing.view", nothing to the others."""
        return self if user.has_perm("housing.view") else self.none()


def money(label: str, **options: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=8, decimal_places=2, validators=[MinValueValidator(0)], **options
    )
