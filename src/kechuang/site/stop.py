"""How the command line ends when something expected is wrong: one sentence, never a traceback."""

import errno
from pathlib import Path

EXIT_CODE = 2


class Stop(Exception):
    """An expected end. Its text is a Chinese sentence that says what is wrong and what to do."""


def sentence_for(error: OSError) -> str:
    """Say in one sentence what the operating system refused."""
    place = f"“{Path(error.filename)}”" if isinstance(error.filename, str) else "所需文件"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "磁盘已满，没有写完。请腾出空间后重试，已提交的数据不受影响。"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"没有权限访问{place}。请换一个可写的目录（环境变量 KECHUANG_HOME），或检查目录属主。"
        case errno.ENOENT:
            return f"找不到{place}。请检查路径是否写对。"
        case _:
            return f"系统拒绝了对{place}的操作：{error.strerror or error}。"
