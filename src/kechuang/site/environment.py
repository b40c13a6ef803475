"""Every setting that comes from the environment, declared once.

``settings.py`` reads the values, ``kechuang check`` shows them, ``docs/reference/settings.md`` is generated from
the table. Nothing here imports Django.
"""

import ipaddress
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kechuang.site.home import home
from kechuang.site.stop import Stop

SECRET_KEY_LENGTH = 50
DIFFERENT_CHARACTERS = 10
TRUE = {"1", "true", "yes", "on", "是"}
FALSE = {"0", "false", "no", "off", "否", ""}
MODES = ("local", "production")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PASSWORD_PROFILES = ("asvs", "djbh")
SEARCH_ENGINES = ("postgresql", "tantivy")


def _flag(text: str) -> bool:
    if text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    raise ValueError("应为 1 或 0")


def _whole(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    raise ValueError("应为不小于 0 的整数")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in choices:
            return text
        raise ValueError("应为 " + "、".join(choices) + " 之一")

    return read


KINDS: dict[str, Callable[[str], Any]] = {
    "文字": str,
    "开关": _flag,
    "整数": _whole,
    "列表": _listed,
    "目录": str,
    "local / production": _one_of(*MODES),
    "级别": _one_of(*LOG_LEVELS),
    "asvs / djbh": _one_of(*PASSWORD_PROFILES),
    "postgresql / tantivy": _one_of(*SEARCH_ENGINES),
}


@dataclass(frozen=True)
class Setting:
    """One environment variable. ``default`` is written as the variable would be; ``secret`` is never shown."""

    name: str
    kind: str
    default: str
    description: str
    secret: bool = False


TABLE = (
    Setting(
        "KECHUANG_MODE",
        "local / production",
        "local",
        "运行方式。local 只供本机试用；正式运行用 production，启动前逐项检查安全设置。",
    ),
    Setting(
        "KECHUANG_HOME",
        "目录",
        "",
        "本系统写入的一切（内置数据库、上传文件、页面资源）所在目录。默认为源代码目录下的 var/，否则为用户数据目录。",
    ),
    Setting(
        "DATABASE_URL",
        "文字",
        "",
        "外部 PostgreSQL 的地址，如 postgresql://用户:口令@主机:5432/库名。不设则使用内置数据库。",
        secret=True,
    ),
    Setting("KECHUANG_POSTGRES_BIN", "目录", "", "内置数据库改用此目录下的 PostgreSQL 程序（15 或更新）。"),
    Setting(
        "KECHUANG_SECRET_KEY",
        "文字",
        "",
        "签名密钥，至少 50 个字符，正式运行必须设置。local 方式下自动生成并保存在 KECHUANG_HOME。",
        secret=True,
    ),
    Setting(
        "KECHUANG_SECRET_KEY_FALLBACKS",
        "列表",
        "",
        "换过的旧签名密钥，用逗号分隔：只用来打开以前加密的号码和以前的登录，不再用来加密。",
        secret=True,
    ),
    Setting("KECHUANG_DEBUG", "开关", "0", "出错时显示调试页面。正式运行不得打开。"),
    Setting("KECHUANG_SITE_NAME", "文字", "科技创新平台管理", "网站名称，显示在页首和动态口令应用里。"),
    Setting("KECHUANG_HOSTS", "列表", "localhost,127.0.0.1,[::1]", "网站对外的域名，用逗号分隔。"),
    Setting("KECHUANG_BIND", "文字", "127.0.0.1", "监听地址。"),
    Setting("KECHUANG_PORT", "整数", "8000", "监听端口。"),
    Setting("KECHUANG_WORKERS", "整数", "2", "网页服务进程数。"),
    Setting("KECHUANG_THREADS", "整数", "2", "每个进程同时办理的请求数；再来的按提交、办理、浏览的次序等候。"),
    Setting("KECHUANG_POOL", "整数", "0", "每个进程保持的数据库连接数上限，0 为每次新建。网页服务默认用 8。"),
    Setting(
        "KECHUANG_HTTPS",
        "开关",
        "0",
        "网站只经 HTTPS 访问（证书在反向代理上，或由下面两项给出）。正式运行监听非本机地址时必须打开。",
    ),
    Setting("KECHUANG_TLS_CERTIFICATE", "文字", "", "证书文件，由本系统直接提供 HTTPS 时使用。"),
    Setting("KECHUANG_TLS_KEY", "文字", "", "证书私钥文件。"),
    Setting(
        "KECHUANG_PROXIES", "整数", "0", "前面可信反向代理的层数。大于 0 时采信 X-Forwarded-Proto 与 X-Forwarded-For。"
    ),
    Setting("KECHUANG_IDLE_MINUTES", "整数", "30", "无操作多少分钟后自动退出登录。"),
    Setting(
        "KECHUANG_SECOND_FACTOR",
        "列表",
        "",
        "必须使用动态口令或通行密钥的角色，officers 为全部公职岗位，none 为不强制。"
        "不设时正式运行为 officers，本机试用不强制。",
    ),
    Setting("KECHUANG_SECOND_FACTOR_DAYS", "整数", "7", "担任岗位后多少天内须设好第二因素。"),
    Setting(
        "KECHUANG_CONFIRM_MINUTES",
        "整数",
        "0",
        "签批、授予岗位、导出个人信息之前，多少分钟内须验证过身份。0 在正式运行时为 15 分钟，本机试用时不要求。",
    ),
    Setting(
        "KECHUANG_PASSWORD_PROFILE",
        "asvs / djbh",
        "asvs",
        "口令要求。asvs：长而难猜，不要求字符种类，不定期更换；djbh（等保）：至少三类字符，不得沿用，定期更换。",
    ),
    Setting(
        "KECHUANG_UNUSED_DAYS",
        "整数",
        "90",
        "账号连续多少天没有使用就停用（提前 14 天告知本人，不停用最后一位管理员）；0 为不停用。本机试用时不停用。",
    ),
    Setting("KECHUANG_PASSWORD_DAYS", "整数", "90", "djbh 要求下口令的有效天数，0 为不限。"),
    Setting("KECHUANG_OIDC_URL", "文字", "", "统一身份认证（OpenID Connect）的签发者地址。不设则不用。"),
    Setting("KECHUANG_OIDC_CLIENT", "文字", "", "统一身份认证给本站的客户端编号。"),
    Setting("KECHUANG_OIDC_SECRET", "文字", "", "统一身份认证给本站的客户端密钥。", secret=True),
    Setting("KECHUANG_OIDC_NAME", "文字", "统一身份认证", "登录页上的名称。"),
    Setting("KECHUANG_AUDIT_DAYS", "整数", "0", "审计记录保留天数，至少 180；0 为一直保留。根值总是保留。"),
    Setting(
        "KECHUANG_MAIL_URL",
        "文字",
        "",
        "发信服务器，如 smtp://用户:口令@主机:587?tls=1。不设则邮件只写到日志。",
        secret=True,
    ),
    Setting("KECHUANG_MAIL_FROM", "文字", "", "发信人地址。"),
    Setting(
        "KECHUANG_ADDRESS",
        "文字",
        "",
        "网站对外的完整地址，如 https://platform.example，消息里的链接用它。不设则由域名、端口推出。",
    ),
    Setting("KECHUANG_SMS_URL", "文字", "", "短信网关的地址（约定见 docs/messages.md）。不设则不发短信。"),
    Setting("KECHUANG_SMS_KEY", "文字", "", "短信网关识别本站的名字。"),
    Setting("KECHUANG_SMS_SECRET", "文字", "", "短信网关的签名密钥。", secret=True),
    Setting("KECHUANG_SMS_SIGNATURE", "文字", "", "短信开头【】里的签名，最多 12 个字。"),
    Setting("KECHUANG_WECOM_URL", "文字", "https://qyapi.weixin.qq.com", "企业微信接口的地址，私有部署时更改。"),
    Setting("KECHUANG_WECOM_CORPORATION", "文字", "", "企业微信的企业 ID。不设则不发企业微信。"),
    Setting("KECHUANG_WECOM_AGENT", "整数", "0", "企业微信自建应用的 AgentId。"),
    Setting("KECHUANG_WECOM_SECRET", "文字", "", "企业微信自建应用的 Secret。", secret=True),
    Setting("KECHUANG_DINGTALK_URL", "文字", "", "钉钉群机器人的 Webhook 地址。不设则不发钉钉。", secret=True),
    Setting("KECHUANG_DINGTALK_SECRET", "文字", "", "钉钉群机器人的加签密钥。", secret=True),
    Setting("KECHUANG_CHANNEL_SECONDS", "整数", "10", "等待短信、企业微信、钉钉应答的秒数。"),
    Setting("KECHUANG_API_PER_MINUTE", "整数", "60", "数据接口不带令牌时，每个地址每分钟最多读多少次。"),
    Setting("KECHUANG_API_TOKEN_PER_MINUTE", "整数", "600", "数据接口每个令牌每分钟最多读多少次。"),
    Setting(
        "KECHUANG_OPEN_DATA_KEPT",
        "整数",
        "24",
        "每个开放数据集保留最近多少个版本；每年最后一个版本另外一直保留。0 为全部保留。",
    ),
    Setting(
        "KECHUANG_EMBED",
        "列表",
        "",
        "哪些网站可以嵌入公开图表，如 https://www.example.gov.cn；* 表示任何网站。不设则只有本站。",
    ),
    Setting("KECHUANG_UPLOAD_MB", "整数", "100", "作为佐证、附件保存的一个文件最多多少 MB。"),
    Setting("KECHUANG_UPLOAD_READ_MB", "整数", "20", "要读取内容的一个文件（表格、方案、盲评材料）最多多少 MB。"),
    Setting("KECHUANG_UPLOAD_PAGES", "整数", "2000", "上传的 PDF 最多多少页。"),
    Setting("KECHUANG_UPLOAD_MEGAPIXELS", "整数", "80", "上传的图片、PDF 里的图片最多多少百万像素。"),
    Setting("KECHUANG_UPLOAD_UNPACKED_MB", "整数", "400", "docx、xlsx、ods 解开后最多多少 MB。"),
    Setting(
        "KECHUANG_UPLOAD_RATIO", "整数", "120", "docx、xlsx、ods 的一个部分解开后最多是原来的多少倍（8 MB 以内不计）。"
    ),
    Setting("KECHUANG_UPLOAD_DEPTH", "整数", "1", "Word、表格里嵌入的 Office 文件最多几层，0 为不接收。"),
    Setting(
        "KECHUANG_CLAMD",
        "文字",
        "",
        "查毒程序 clamd 的地址（主机:端口，或套接字文件的路径）。不设则不查毒；设了而连不上，文件留待查毒，不供下载。",
    ),
    Setting(
        "KECHUANG_SEARCH_ENGINE",
        "postgresql / tantivy",
        "postgresql",
        "检索用哪个引擎。tantivy 须另装（pip install kechuang[search]），并先运行 kechuang search index；"
        "索引不可用时自动改由 PostgreSQL 检索。",
    ),
    Setting("KECHUANG_LOG_LEVEL", "级别", "INFO", "日志级别：DEBUG、INFO、WARNING、ERROR。"),
    Setting("KECHUANG_TEST_DATABASE", "文字", "test_kechuang", "自动测试所用的库名，几个人同时测试时各取其名。"),
)
NAMES = {setting.name: setting for setting in TABLE}


@dataclass(frozen=True)
class Environment:
    """The values of this process, typed as the table says."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def is_production(self) -> bool:
        """Whether real people's data is served."""
        return bool(self["KECHUANG_MODE"] == "production")


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Read the table from ``source`` (the process's own by default). Raises ``Stop`` on a value of the wrong kind."""
    given = os.environ if source is None else source
    values = {}
    for setting in TABLE:
        text = given.get(setting.name) or setting.default
        try:
            values[setting.name] = KINDS[setting.kind](text)
        except ValueError as error:
            raise Stop(f"环境变量 {setting.name} 的值不对：{error}。") from None
    return Environment(values)


def unknown_names(source: Mapping[str, str] | None = None) -> list[str]:
    """Return variables that look like ours and are not in the table: most often a slip of the pen."""
    given = os.environ if source is None else source
    return sorted(name for name in given if name.startswith("KECHUANG_") and name not in NAMES)


def is_public(bind: str) -> bool:
    """Say whether other machines can reach a server bound to ``bind``."""
    if bind == "localhost":
        return False
    try:
        return not ipaddress.ip_address(bind.strip("[]")).is_loopback
    except ValueError:
        return True


def _weak_key(key: str) -> bool:
    return len(key) < SECRET_KEY_LENGTH or len(set(key)) < DIFFERENT_CHARACTERS


def unsafe(environment: Environment) -> list[str]:
    """Return why this environment must not start, as sentences; empty when it may."""
    public = is_public(environment["KECHUANG_BIND"])
    halves = bool(environment["KECHUANG_TLS_CERTIFICATE"]) != bool(environment["KECHUANG_TLS_KEY"])
    found = ["KECHUANG_TLS_CERTIFICATE 与 KECHUANG_TLS_KEY 须同时给出。"] if halves else []
    if not environment.is_production:
        local = "local 方式只能监听本机（127.0.0.1）。要让别的机器访问，请设置 KECHUANG_MODE=production。"
        return [*found, local] if public else found
    rules = (
        (environment["KECHUANG_DEBUG"], "正式运行不得打开 KECHUANG_DEBUG，请删去或设为 0。"),
        (
            _weak_key(environment["KECHUANG_SECRET_KEY"]),
            "正式运行须用 KECHUANG_SECRET_KEY 给出至少 50 个字符的随机密钥（kechuang check --new-key 可生成）。",
        ),
        (
            public and not environment["KECHUANG_HTTPS"],
            "正式运行监听非本机地址时须设置 KECHUANG_HTTPS=1，并由反向代理或 KECHUANG_TLS_CERTIFICATE 提供证书。",
        ),
        ("*" in environment["KECHUANG_HOSTS"], "正式运行时 KECHUANG_HOSTS 须写明域名，不得用 *。"),
    )
    return found + [sentence for broken, sentence in rules if broken]


def refuse_unsafe(environment: Environment) -> None:
    """Raise ``Stop`` with every reason why this environment must not start."""
    if found := unsafe(environment):
        raise Stop("\n".join(found))


@cache
def local_secret_key() -> str:
    """Return the key of this local installation, made at the first start and readable by its owner only."""
    path = home() / "secret-key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".secret-key.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_KEY_LENGTH))
    with suppress(FileExistsError):  # another process was first: its key counts
        path.hardlink_to(own)
    own.unlink()
    return path.read_text(encoding="ascii")


def new_secret_key() -> str:
    """Return a fresh random key."""
    return secrets.token_urlsafe(SECRET_KEY_LENGTH)


def reference() -> str:
    """Return the reference page of all settings, as Markdown."""
    lines = [
        "# Settings (环境变量)",
        "",
        "Generated by `python -m kechuang.site.environment`; do not edit. A value marked 密 is never shown or logged.",
        "",
        "| 名称 | 类型 | 默认 | 说明 |",
        "|---|---|---|---|",
    ]
    for setting in TABLE:
        default = f"`{setting.default}`" if setting.default else "—"
        mark = "密。" if setting.secret else ""
        lines.append(f"| `{setting.name}` | {setting.kind} | {default} | {mark}{setting.description} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the reference page, or with ``--check`` say whether it is up to date."""
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "settings.md"
    if "--check" in arguments:
        return 0 if page.exists() and page.read_text(encoding="utf-8") == reference() else 1
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(reference(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
