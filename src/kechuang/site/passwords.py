"""Rules of passwords: how hard guessing is; for the other profile also classes of characters and change."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

LEAST_SCORE = 3  # of 4: more than 10^8 guesses
LONGEST_JUDGED = 72  # the estimate is quadratic in the length
EVERYBODY_KNOWS = ("kechuang", "keji", "pingtai")  # what an outsider would try first here


class GuessableValidator:
    """Refuse passwords that a guessing program would find soon."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` when ``password`` is too easily guessed."""
        names = (getattr(user, field, "") for field in ("username", "email", "first_name", "last_name"))
        known = [*EVERYBODY_KNOWS, *(str(name) for name in names if name)]
        told = zxcvbn(password[:LONGEST_JUDGED], user_inputs=known)
        if told["score"] < LEAST_SCORE:
            raise ValidationError(_("这个口令容易被猜到，请换一个更长、更少规律的口令。"), code="password_guessable")

    def get_help_text(self) -> str:
        """Return the rule as shown beside the field."""
        return _("口令不能是常见词语、连续字符或本人信息的简单组合。")


class ClassesValidator:
    """Ask for three of four classes of characters (等保: 口令复杂度)."""

    least = 3

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` when ``password`` has characters of fewer than three classes."""
        classes = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
        if sum(any(belongs(character) for character in password) for belongs in classes) < self.least:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """Return the rule as shown beside the field."""
        return _("口令须含小写字母、大写字母、数字、其他符号中的至少三类。")


class AnotherValidator:
    """Refuse the password one has now: a change must change something (等保: 定期更换)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` when ``password`` is the present one of ``user``."""
        if isinstance(user, AbstractBaseUser) and user.pk and user.password and check_password(password, user.password):
            raise ValidationError(self.get_help_text(), code="password_same")

    def get_help_text(self) -> str:
        """Return the rule as shown beside the field."""
        return _("新口令不能与现用的口令相同。")
