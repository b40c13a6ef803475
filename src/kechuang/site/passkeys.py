"""The form by which a person adds a passkey, in our words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Name of the key, and whether it alone opens the door."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["passwordless"].label = _("可不用密码单独登录")
        self.fields["passwordless"].help_text = _("设备会另外要求指纹、面容或 PIN。")
        self.fields["passwordless"].initial = True
