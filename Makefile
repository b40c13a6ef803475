# Everything by one word. "make run" tries the system out, "make test" proves it.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
PYTHON ?= python3
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help install run test test-core check check-deep fmt types docs bench messages lock assets

help: ## 列出各目标
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed assets ## 建立 .venv，装好 .venv/bin/kechuang 与页面资源

run: install ## 一条命令在本机试用：http://localhost:8000
	@$(BIN)/kechuang run $(ARGS)

test: $(VENV)/.developing assets ## 全部测试，含浏览器（以 root 运行时自动装好浏览器与字体）
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m pytest -q $(PARALLEL) $(ARGS)

test-core: $(VENV)/.developing assets ## 不需要浏览器、也不需要 root 的全部测试
	@$(BIN)/python -m pytest -q -m "not browser" $(PARALLEL) $(ARGS)

check: $(VENV)/.developing assets ## 不运行测试的全部检查
	@$(BIN)/python tools/check.py

check-deep: $(VENV)/.developing assets ## 全部检查与全部测试，长的也跑
	@$(BIN)/python tools/check.py
	@KECHUANG_DEEP=1 $(BIN)/python -m pytest -q $(PARALLEL) $(ARGS)

fmt: $(VENV)/.developing ## 统一代码格式
	@$(BIN)/ruff check --fix --quiet src tests benchmarks tools
	@$(BIN)/ruff format --quiet src tests benchmarks tools

types: $(VENV)/.developing ## 类型检查
	@$(BIN)/mypy

docs: $(VENV)/.developing ## 生成文档到 docs/_build
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build

bench: $(VENV)/.developing assets ## 运行性能测量
	@$(BIN)/python -m benchmarks $(ARGS)

messages: $(VENV)/.developing ## 把界面文字收进英文译文表
	@$(BIN)/python -m kechuang.site.messages collect

lock: ## 重新计算依赖的锁定文件（需要 uv）
	@$(PYTHON) tools/lock.py

assets: $(VENV)/.installed
	@$(BIN)/python -m kechuang.site.assets
	@$(BIN)/python -m kechuang.site.messages compile

$(VENV)/.installed: requirements.lock pyproject.toml tools/environment.py
	@$(PYTHON) tools/environment.py requirements.lock
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-dev.lock
	@$(PYTHON) tools/environment.py requirements.lock requirements-dev.lock
	@touch $@
