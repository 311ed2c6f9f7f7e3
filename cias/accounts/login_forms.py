"""The forms of django-allauth in our words: labels above, no placeholder standing for a label."""

import textwrap
from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms

from cias.core.forms import CiasFormMixin

CHOICE_HELP = (
    "12 caractères mêlant minuscules, majuscules, chiffres et signes, ou une phrase d’au moins 20 "
    "caractères, facile à retenir."
)


class Plain(CiasFormMixin):
    """Give the fields our labels and helps, and take the placeholders away."""

    fields: dict[str, forms.Field]
    texts: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            label, help_text = self.texts.get(name, (str(field.label or ""), ""))
            field.label, field.help_text = label, help_text


class LoginForm(Plain, account_forms.LoginForm):
    texts = {"login": ("Adresse e-mail", ""), "password": ("Mot de passe", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(autocomplete="username webauthn", autofocus=True)


class NewPassword(Plain):
    """Two fields to choose a password; the second catches the slip of a finger."""

    texts = {
        "oldpassword": ("Mot de passe actuel", ""),
        "password1": ("Nouveau mot de passe", CHOICE_HELP),
        "password2": ("Nouveau mot de passe, une seconde fois", ""),
    }


class ChangePasswordForm(NewPassword, account_forms.ChangePasswordForm):
    pass


class SetPasswordForm(NewPassword, account_forms.SetPasswordForm):
    """For whoever entered without a password, with a passkey alone."""


class ResetPasswordKeyForm(NewPassword, account_forms.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(Plain, account_forms.ResetPasswordForm):
    texts = {"email": ("Adresse e-mail", "Celle avec laquelle vous vous connectez.")}


class ReauthenticateForm(Plain, account_forms.ReauthenticateForm):
    texts = {"password": ("Mot de passe", "")}


CODE_HELP = "Les six chiffres affichés par votre application, ou l’un de vos codes de secours."


class Code(Plain):
    """One field for a one-time code: a numeric keypad on phones, filled in by those that can."""

    texts = {"code": ("Code", CODE_HELP)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)


class AuthenticateForm(Code, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateCodeForm(Code, mfa_forms.ReauthenticateForm):
    pass


class ActivateTotpForm(Code, totp_forms.ActivateTOTPForm):
    texts = {
        "code": ("Code affiché par l’application", "Six chiffres, renouvelés toutes les trente secondes.")
    }

    @property
    def secret_groups(self) -> list[str]:
        """The key as one types it by hand: four characters at a time."""
        return textwrap.wrap(self.secret, 4)


KEY_NAME = ("Nom de la clé", "Pour la reconnaître parmi d’autres : « Ordinateur du bureau », « Téléphone »…")


class AddPasskeyForm(Plain, webauthn_forms.AddWebAuthnForm):
    texts = {
        "name": KEY_NAME,
        "passwordless": (
            "Me connecter sans mot de passe",
            "L’appareil vous demandera votre empreinte, votre visage ou un code.",
        ),
    }


class RenamePasskeyForm(Plain, webauthn_forms.EditWebAuthnForm):
    texts = {"name": KEY_NAME}
