"""Each channel against a provider that stands on this machine and checks what it is sent."""

from __future__ import annotations

import email
import email.policy
import uuid

import pytest
from django.core import mail

from kechuang.notify.channels import Hopeless, OutcomeUnknown, Parcel, TryAgain, channel_named, ready
from kechuang.notify.channels.dingtalk import sign
from kechuang.notify.channels.sms import signature
from tests.notify.fakes import Answer, Post


def parcel(address: str = "13800000000", **values: str) -> Parcel:
    token = str(uuid.uuid4())
    whole = {
        "token": token,
        "subject": "【示例平台】请办理：示例",
        "body": "示例正文",
        "card": "示例市科技局已办理“示例”。",
        "short": "【示例科技局】请办理“示例”。",
        "group": "有一件事项等您办理。",
        "link": f"https://shili.example/messages/{token}/",
    }
    return Parcel(address=address, **{**whole, **values})


def test_channels_are_off_until_they_are_set_up(no_mail):
    assert ready() == []


def test_a_channel_that_is_set_up_is_ready(sms, wecom, dingtalk):
    assert ready() == ["mail", "sms", "wecom", "dingtalk"]


# --- SMS ------------------------------------------------------------------------------------------


def test_a_signed_sms_arrives_with_its_token(sms):
    sent = parcel()
    assert channel_named("sms").send(sent) == "sms-0"
    (asked,) = sms.asked
    assert asked.told == {"to": sent.address, "text": sent.short, "token": sent.token}
    assert asked.headers["X-Kechuang-Key"] == "shili"


def test_the_same_sms_sent_again_is_delivered_once(sms):
    sent = parcel()
    assert [channel_named("sms").send(sent) for _ in range(3)] == ["sms-0"] * 3
    assert sms.delivered == [sent.token]


def test_a_wrong_secret_is_told_and_may_be_put_right(sms, channels):
    channels["sms"]["secret"] = "falsch"  # noqa: S105 - of a fake
    with pytest.raises(TryAgain, match=r"401.*signature"):
        channel_named("sms").send(parcel())
    assert sms.delivered == []


def test_the_documented_signature():
    # computed with: printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    expected = "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
    assert signature("key", "1700000000", b"{}") == expected


@pytest.mark.parametrize(
    ("answer", "failure"),
    (
        (Answer(500), TryAgain),
        (Answer(503, headers={"Retry-After": "120"}), TryAgain),
        (Answer(429), TryAgain),
        (Answer(401), TryAgain),
        (Answer(404), TryAgain),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/"}), TryAgain),
        (Answer(400, {"message": "no such number"}), Hopeless),
        (Answer(422), Hopeless),
        (Answer(502), OutcomeUnknown),
        (Answer(504), OutcomeUnknown),
        (Answer(seconds=1.5), OutcomeUnknown),
        (Answer(cut=True), OutcomeUnknown),
    ),
    ids=lambda value: getattr(value, "__name__", None) or f"{value.status}{'cut' * value.cut}",
)
def test_every_failure_has_its_name(sms, answer, failure):
    sms.troubles.append(answer)
    with pytest.raises(failure):
        channel_named("sms").send(parcel())
    assert len(sms.asked) == 1


def test_a_provider_that_asks_for_time_gets_it(sms):
    sms.troubles.append(Answer(503, headers={"Retry-After": "120"}))
    with pytest.raises(TryAgain) as failure:
        channel_named("sms").send(parcel())
    assert failure.value.after.total_seconds() == 120


def test_a_provider_that_is_not_there_can_be_tried_again(channels):
    channels["sms"] |= {"url": "http://127.0.0.1:9/", "secret": "x"}
    with pytest.raises(TryAgain, match="ConnectionRefusedError"):
        channel_named("sms").send(parcel())


@pytest.mark.parametrize("url", ("file:///etc/passwd", "ftp://127.0.0.1/", "gateway"))
def test_an_address_that_is_no_web_address_is_not_opened(channels, url):
    channels["sms"] |= {"url": url, "secret": "x"}
    with pytest.raises(TryAgain, match="https"):
        channel_named("sms").send(parcel())


# --- WeCom ----------------------------------------------------------------------------------------


def test_a_card_goes_to_the_member_and_the_token_is_kept(wecom):
    first, second = parcel("shili"), parcel("shili")
    assert [channel_named("wecom").send(one) for one in (first, second)] == ["card-1", "card-2"]
    assert wecom.tokens_given == 1
    card = wecom.cards[0]
    assert (card["touser"], card["msgtype"], card["agentid"]) == ("shili", "textcard", 1000002)
    assert (card["textcard"]["url"], card["textcard"]["description"]) == (first.link, first.card)


def test_a_stale_token_is_fetched_anew_once(wecom):
    channel_named("wecom").send(parcel("shili"))
    wecom.token = "token-2"  # noqa: S105 - of a fake
    assert channel_named("wecom").send(parcel("shili")) == "card-2"
    assert wecom.tokens_given == 2


def test_a_token_that_stays_stale_is_not_asked_for_for_ever(wecom):
    stale = Answer(told={"errcode": 42001, "errmsg": "expired"})
    given = Answer(told={"errcode": 0, "access_token": "x", "expires_in": 7200})
    wecom.troubles.extend([given, stale, given, stale])
    with pytest.raises(TryAgain, match="42001"):
        channel_named("wecom").send(parcel("shili"))
    assert [asked.path for asked in wecom.asked] == ["/cgi-bin/gettoken", "/cgi-bin/message/send"] * 2


def test_the_same_card_sent_again_is_dropped_by_the_provider(wecom):
    sent = parcel("shili")
    for _ in range(2):
        channel_named("wecom").send(sent)
    assert len(wecom.cards) == 1


def test_a_wrong_corporation_secret_is_told(wecom, channels):
    channels["wecom"]["secret"] = "falsch"  # noqa: S105 - of a fake
    with pytest.raises(TryAgain, match="40001"):
        channel_named("wecom").send(parcel("shili"))


def test_somebody_who_is_no_member_is_hopeless(wecom):
    with pytest.raises(Hopeless, match="没有这个成员"):
        channel_named("wecom").send(parcel("fremd"))


# --- DingTalk -------------------------------------------------------------------------------------


def test_the_robot_says_nothing_of_what_it_is_about(dingtalk):
    sent = parcel("user1")
    channel_named("dingtalk").send(sent)
    assert dingtalk.said == [sent.group]
    assert dingtalk.asked[0].told["at"] == {"atUserIds": ["user1"], "isAtAll": False}
    assert "示例科技局" not in dingtalk.asked[0].body.decode()


def test_the_robots_signature_is_the_documented_one():
    # computed with: printf '1700000000000\nSEC' | openssl dgst -sha256 -hmac SEC -binary | base64
    assert sign("SEC", "1700000000000") == "r+2we0q01lkZqz38LA5IPNbHN81U1leRf3Au4PSQb6Q="


def test_a_wrong_robot_secret_is_told(dingtalk, channels):
    channels["dingtalk"]["secret"] = "falsch"  # noqa: S105 - of a fake
    with pytest.raises(TryAgain, match="310000"):
        channel_named("dingtalk").send(parcel("user1"))


def test_a_robot_that_is_asked_too_fast_gets_a_minute(dingtalk):
    dingtalk.troubles.append(Answer(told={"errcode": 130101, "errmsg": "send too fast"}))
    with pytest.raises(TryAgain) as failure:
        channel_named("dingtalk").send(parcel("user1"))
    assert failure.value.after.total_seconds() == 60


# --- mail -----------------------------------------------------------------------------------------


def test_a_mail_carries_its_token_and_says_that_a_machine_sent_it():
    sent = parcel("shili@example.com")
    reference = channel_named("mail").send(sent)
    (one,) = mail.outbox
    assert (one.subject, one.to, one.body) == (sent.subject, ["shili@example.com"], sent.body)
    assert one.message()["Message-ID"] == reference == f"<{sent.token}@shili.example>"
    assert one.message()["Auto-Submitted"] == "auto-generated"


@pytest.fixture
def post(settings):
    with Post().serving() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        settings.DEFAULT_FROM_EMAIL = "shili@shili.example"
        yield server


def test_a_mail_reaches_a_mail_server(post):
    channel_named("mail").send(parcel("shili@example.com"))
    read = email.message_from_bytes(post.mails[0], policy=email.policy.default)
    assert (read["Subject"], read.get_content().strip()) == ("【示例平台】请办理：示例", "示例正文")


@pytest.mark.parametrize(
    ("command", "reply", "failure"),
    (
        ("RCPT", "550 no such user", Hopeless),
        ("RCPT", "450 try later", TryAgain),
        ("MAIL", "550 not you", TryAgain),
        ("END", "554 refused", Hopeless),
        ("END", "451 later", TryAgain),
        ("END", None, OutcomeUnknown),
    ),
)
def test_every_refusal_of_a_mail_server_has_its_name(post, command, reply, failure):
    post.replies[command] = reply
    with pytest.raises(failure):
        channel_named("mail").send(parcel("shili@example.com"))


def test_a_server_that_hangs_up_after_the_mail_was_taken_has_taken_it(post):
    post.replies["QUIT"] = None
    assert channel_named("mail").send(parcel("shili@example.com")).endswith("@shili.example>")
    assert len(post.mails) == 1


def test_no_mail_server_can_be_tried_again(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(TryAgain, match="ConnectionRefusedError"):
        channel_named("mail").send(parcel("shili@example.com"))
