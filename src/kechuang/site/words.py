"""What click itself says, in Chinese: help headings and mistakes in a command line.

click reads its sentences through ``gettext`` and ships no translations; compiled catalogues would be a build
step for thirty sentences, so the few it can say to a person stand here.
"""

from click import core, decorators, exceptions, formatting, parser, termui, types

SAYS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Aborted!": "已中止。",
    "Missing command.": "还缺一个命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing {param_type}": "缺少 {param_type}",
    "Error: {message}": "{message}",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "No such option {name!r}.": "没有 {name} 这个选项。",
    "No such command {name!r}.": "没有 {name} 这个命令。",
    "Try '{command} {option}' for help.": "用 {command} {option} 查看用法。",
    "Did you mean {possibility}?": "是否想写 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是否想写其中之一：{possibilities}？）",
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本。",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename}：{message}",
    "default: {default}": "默认 {default}",
    "required": "必填",
    "file": "文件",
    "directory": "目录",
    "path": "路径",
    "{name} {filename!r} does not exist.": "{name} {filename} 不存在。",
    "{name} {filename!r} is a directory.": "{filename} 是目录，不是文件。",
    "{name} {filename!r} is a file.": "{filename} 是文件，不是目录。",
    "{name} {filename!r} is not readable.": "没有权限读 {filename}。",
    "{name} {filename!r} is not writable.": "没有权限写 {filename}。",
    "{value!r} is not a valid {number_type}.": "{value} 不是数字。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 之内。",
    "{value!r} is not one of {choices}.": "{value} 不在可选之列：{choices}。",
    "{value!r} is not {choice}.": "{value} 不对，应为 {choice}。",
    "{value!r} does not match the format {format}.": "{value} 不是 {format} 这样的日期。",
    "{value!r} does not match the formats {formats}.": "{value} 不是日期，可写作 {formats}。",
    "Option {name!r} requires an argument.": "选项 {name} 后面还缺一个值。",
    "Option {name!r} does not take a value.": "选项 {name} 不带值。",
    "Got unexpected extra argument ({args})": "多了一个参数（{args}）",
    "Got unexpected extra arguments ({args})": "多了几个参数（{args}）",
    "Do you want to continue?": "是否继续？",
    "Confirm the action without prompting.": "不再询问，直接执行。",
}


def say(sentence: str) -> str:
    """Return the Chinese for one of click's sentences, or the sentence itself."""
    return SAYS.get(sentence, sentence)


def say_counted(one: str, many: str, count: int) -> str:
    """Return the Chinese for one of click's counted sentences."""
    return say(one if count == 1 else many)


def speak_chinese() -> None:
    """Have click speak Chinese from here on."""
    for module in (core, decorators, exceptions, formatting, parser, termui, types):
        for name, speak in (("_", say), ("ngettext", say_counted)):
            if hasattr(module, name):
                setattr(module, name, speak)
