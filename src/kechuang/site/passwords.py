"""A password rule that asks how hard guessing is, not how many classes of characters there are."""

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
